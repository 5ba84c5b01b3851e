"""Graphs of named nodes: forks, merges and shared weights against JAX; passes, places to start, replacements."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from support.architectures import networks
from support.jax_graphs import in_jax

from theory.layers import AveragePool2d, Concatenate, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sum
from theory.networks import INPUT, Network, Node, Residual, Sequential, one_hot
from theory.networks.graph import ROWS

RULES = "saliency", "deconvnet", "guided"


def integers(seed, *shape):
    """Small integers: every sum below is exact, so equal means equal."""
    return np.random.default_rng(seed).integers(-2, 3, shape).astype(float)


SHARED = Conv2d(integers(1, 2, 2, 3, 3), integers(2, 2), padding=1)
FORKED = Network(
    [
        Node("shared", SHARED, (INPUT,)),
        Node("open", ReLU(), ("shared",)),
        Node("again", SHARED, ("open",)),  # the same weights at a second place
        Node("closed", ReLU(), ("again",)),
        Node("point", Conv2d(integers(3, 3, 2, 1, 1)), ("open",)),
        Node("sum", Sum(), ("closed", "open", INPUT)),
        Node("side", Concatenate(), ("sum", "point", "open")),
        Node("flat", Flatten(), ("side",)),
        Node("logits", Linear(integers(4, 3, 7 * 16)), ("flat",)),
    ]
)
IMAGES = integers(5, 2, 2, 4, 4)
CHAIN = Sequential(
    [
        Conv2d(integers(6, 3, 2, 3, 3), padding=1),
        ReLU(),
        MaxPool2d(2),
        Conv2d(integers(7, 4, 3, 1, 1)),
        ReLU(),
        Flatten(),
        Linear(integers(8, 5, 16)),
    ]
)


@settings(max_examples=settings.default.max_examples // 3)
@given(networks())
def test_any_architecture_is_autodiff_with_the_rule_in_every_activation(drawn):
    """Integers and quarters: every sum is exact, zeros, kinks and ties are everyday, and equal means equal."""
    network, inputs, targets = drawn
    for rule in RULES:
        logits, backward = jax.vjp(in_jax(network, rule), inputs)
        assert np.array_equal(network(inputs), logits)
        [picture] = backward(jax.nn.one_hot(jnp.asarray(targets), 2, dtype=logits.dtype))
        assert np.array_equal(network.attribute(inputs, targets, rule), picture)


@pytest.mark.parametrize("rule", RULES)
def test_signals_add_where_a_graph_forks(rule):
    logits, backward = jax.vjp(in_jax(FORKED, rule), IMAGES)
    assert np.array_equal(FORKED(IMAGES), logits)
    picture = FORKED.attribute(IMAGES, 1, rule)
    assert np.array_equal(picture, backward(jnp.zeros_like(logits).at[:, 1].set(1))[0]) and abs(picture).max() > 0


@pytest.mark.parametrize("network", [FORKED, CHAIN], ids=["forked", "chain"])
@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("rule", RULES)
def test_several_targets_are_each_alone(network, batch, rule):
    images, targets = IMAGES[:batch], [0, 2, 0]
    pictures = network.attribute(images, rule=rule, targets=targets)
    assert pictures.shape == (3, *images.shape)
    assert all(np.array_equal(one, network.attribute(images, k, rule)) for one, k in zip(pictures, targets))


def test_more_targets_than_pass_back_at_a_time_are_the_targets_one_by_one():
    targets = [k % 5 for k in range(2 * ROWS + 1)]
    pictures = CHAIN.attribute(IMAGES[:1], targets=targets)
    assert len(pictures) == len(targets)
    for k, picture in zip(targets, pictures):
        assert picture == pytest.approx(CHAIN.attribute(IMAGES[:1], k), rel=1e-12, abs=1e-15)


def test_targets_may_differ_by_image():
    pictures = CHAIN.attribute(IMAGES, targets=[[0, 1], [4, 4]])
    assert np.array_equal(pictures[0], CHAIN.attribute(IMAGES, [0, 1]))
    assert np.array_equal(pictures[0][1], CHAIN.attribute(IMAGES[1:], 1)[0])
    assert np.array_equal(pictures[1], CHAIN.attribute(IMAGES, 4))


@pytest.mark.parametrize("name, length, place", [("1", 2, (2, 3, 1)), ("3", 4, (1, 0, 1)), ("4", 5, (3, 1, 1))])
@pytest.mark.parametrize("rule", RULES)
def test_a_hidden_unit_is_the_logit_of_the_network_cut_off_there(name, length, place, rule):
    cut = Sequential(CHAIN.layers[:length])
    passed = cut.forward(IMAGES)
    start = np.zeros_like(passed.output)
    start[:, *place] = 1
    assert np.array_equal(CHAIN.attribute(IMAGES, place, rule, at=name), passed.backward(start, rule))
    assert np.array_equal(CHAIN.attribute(IMAGES, targets=[place], rule=rule, at=name)[0], passed.backward(start, rule))


def test_a_pass_holds_what_is_kept_and_no_more():
    passed = CHAIN.forward(IMAGES, keep=["1", INPUT])
    assert set(passed.outputs) == {INPUT, "1", "6"} and passed.output is passed.outputs["6"]
    assert np.array_equal(passed.outputs["1"], np.maximum(CHAIN.layers[0].forward(IMAGES)[0], 0))
    assert passed.shapes["2"] == (2, 3, 2, 2) and set(passed.saved) == {str(n) for n in range(7)}
    until = CHAIN.forward(IMAGES, until="2")
    assert until.output.shape == (2, 3, 2, 2) and set(until.saved) == {"0", "1", "2"}


def test_signals_come_top_down_at_the_outputs():
    passed = CHAIN.forward(IMAGES)
    start = one_hot(3, passed.output)
    seen = [(name, signal) for name, signal, _ in passed.signals(start, "guided")]
    assert [name for name, _ in seen] == ["6", "5", "4", "3", "2", "1", "0", INPUT]
    assert seen[0][1] is start and np.array_equal(seen[-1][1], CHAIN.attribute(IMAGES, 3))
    middle = dict(seen)["2"]
    assert np.array_equal(passed.backward(middle, "guided", at="2"), seen[-1][1])


def test_a_pass_serves_again_and_alters_nothing():
    passed = FORKED.forward(IMAGES)
    start = one_hot(0, passed.output)
    first = passed.backward(start, "guided")
    assert np.array_equal(passed.backward(start, "guided"), first)
    assert np.array_equal(start, one_hot(0, passed.output))


def test_views_that_cannot_be_written_are_added_all_the_same():
    """Average-pooling gives a broadcast view back, twice here; adding in place would fail or count twice."""
    pool = AveragePool2d()
    nodes = [Node("one", pool, (INPUT,)), Node("two", pool, (INPUT,)), Node("sum", Sum(), ("one", "two"))]
    network = Network([*nodes, Node("flat", Flatten(), ("sum",))])
    assert np.array_equal(network.attribute(IMAGES, 0)[:, 0], np.full((2, 4, 4), 2 / 16))


def test_replaced_layers_leave_the_network_and_its_arrays_alone():
    zero = SHARED.with_parameters(weight=np.zeros_like(SHARED.weight), bias=np.zeros(2))
    other = FORKED.replace({"again": zero})
    assert other.node("again").layer is zero and FORKED.node("again").layer is SHARED
    assert other.node("shared").layer is SHARED and other.node("logits").layer is FORKED.node("logits").layer
    assert not np.array_equal(other(IMAGES), FORKED(IMAGES))
    names = set(FORKED.parameters())
    assert names == {"shared.weight", "shared.bias", "again.weight", "again.bias", "point.weight", "logits.weight"}


def test_a_block_s_nodes_are_named_by_their_place():
    net = Sequential([Residual([SHARED, ReLU()], [SHARED]), Residual([ReLU()]), Residual([])])
    named = [(node.name, node.inputs) for node in net.nodes]
    assert named[:4] == [
        ("0.branch.0", (INPUT,)),
        ("0.branch.1", ("0.branch.0",)),
        ("0.skip.0", (INPUT,)),
        ("0", ("0.branch.1", "0.skip.0")),
    ]
    assert named[4:] == [("1.branch.0", ("0",)), ("1", ("1.branch.0", "0")), ("2", ("1", "1"))]
    assert net.consumers("0") == ["1.branch.0", "1"] and net.consumers("2") == []


@pytest.mark.parametrize(
    "bad, words",
    [
        (np.where(IMAGES == 0, np.nan, IMAGES), "NaN or infinite"),
        (np.where(IMAGES == 0, np.inf, IMAGES), "NaN or infinite"),
        (IMAGES + 1j, "real numbers"),
        (np.ma.masked_array(IMAGES, IMAGES > 0), "masked"),
        (IMAGES.astype(object), "real numbers"),
        (IMAGES[0, 0, 0], "come as a batch"),
    ],
)
@pytest.mark.parametrize("use", [lambda net, x: net(x), lambda net, x: net.attribute(x, 0)], ids=["logits", "picture"])
def test_inputs_that_would_turn_into_an_ordinary_picture_are_refused(bad, words, use):
    with pytest.raises(ValueError, match=words):
        use(CHAIN, bad)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: CHAIN.attribute(IMAGES), "give a target"),
        (lambda: CHAIN.attribute(IMAGES, 0, targets=[1]), "give a target"),
        (lambda: CHAIN.attribute(IMAGES, targets=[]), "empty"),
        (lambda: CHAIN.attribute(IMAGES, (0, 0), at="1"), "is a channel, or 3 ints"),
        (lambda: CHAIN.attribute(IMAGES, 0.0, at="1"), "is a channel, or 3 ints"),
        (lambda: CHAIN.attribute(IMAGES, [[0], [0], [0]], at="1"), "is a channel, or 3 ints"),
        (lambda: CHAIN.attribute(IMAGES, (0, 0, 0), at="7"), "did you mean"),
        (lambda: CHAIN.forward(IMAGES, until="x"), "no node 'x'"),
        (lambda: CHAIN.forward(IMAGES, keep=["9"]), "no node '9'"),
        (lambda: CHAIN.replace({"relu": ReLU()}), "no node 'relu'"),
        (lambda: CHAIN.forward(IMAGES).backward(np.ones((1, 5))), "1 signals come back to a pass of 2"),
        (lambda: CHAIN.forward(IMAGES).backward(np.ones((2, 4))), "has shape"),
        (lambda: Network([Node("a", ReLU(), ("b",))]), "no b before it"),
        (lambda: Network([]), "at least one"),
        (lambda: FORKED.forward(IMAGES[..., :3]), "takes"),
    ],
)
def test_what_a_graph_refuses(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("place", [(3, 0, 0), (0, -1, 0), (0, 0, 4)])
def test_a_place_that_is_none(place):
    with pytest.raises(IndexError, match="within"):
        CHAIN.attribute(IMAGES, place, at="1")


def test_above_a_node_alone_is_held_what_the_way_back_needs():
    network = Sequential([Conv2d(integers(1, 2, 2, 2, 2)), ReLU(), Conv2d(integers(2, 3, 2, 2, 2)), ReLU(), Flatten()])
    whole, part = (network.forward(integers(3, 1, 2, 5, 5), above=above) for above in (None, "1"))
    assert set(part.saved) == {"2", "3", "4"} < set(whole.saved) and np.array_equal(part.output, whole.output)
    at = {}
    for passed in (whole, part):
        at[passed] = next(signal for name, signal, _ in passed.signals(np.ones_like(whole.output)) if name == "1")
    assert np.array_equal(at[whole], at[part]) and at[whole].any()

"""What is said of a picture, against the definitions, on the plain network."""

import numpy as np
import pytest
from support import subjects

from sims.compiled.layers import accelerate
from sims.explain.explanation import Explainer, Request
from sims.explain.redrawn import alike, first_layer
from sims.explain.untrained import untrained
from sims.explain.words import coverage, heading, label
from sims.system.errors import InputError
from theory.attribution import METHODS
from theory.geometry.patches import extract, fold
from theory.layers import BatchNorm2d, Conv2d
from theory.metrics.similarity import cosine
from theory.rules import RULES

PICTURE = subjects.picture()


def explained(**asked):
    return Explainer(subjects.published(), Request(**asked))(PICTURE)


def given():
    return subjects.published().preprocess(PICTURE)[None]


def test_maps_are_the_plain_networks_pictures_of_the_target_and_its_rival():
    found, inputs = explained(words=("top2",), methods=tuple(RULES)), given()
    network = subjects.network()
    order = np.argsort(-network(inputs)[0])
    assert [each.target.place for each in found.maps] == [k for k in order[:2] for _ in RULES]
    for each in found.maps:
        own, other = (network.attribute(inputs, k, each.method)[0] for k in (each.target.place, each.target.rival))
        assert each.map == pytest.approx(own, abs=1e-5 * float(np.abs(own).max()))
        assert each.numbers["input"] == pytest.approx(cosine(own, inputs[0]), abs=1e-5)
        assert each.numbers["other_class"] == pytest.approx(cosine(own, other), abs=1e-5)
    assert found.maps[0].target.rival == order[1] and found.maps[3].target.rival == order[0]


def test_the_first_layers_picture_is_its_activations_put_back_through_its_filters():
    """By patches: Σ_j D_jᵀ Wᵀσ(W y_j + b), W with batch normalisation folded in."""
    network, [x] = subjects.network(dtype=np.float64), given().astype(np.float64)
    convolution, normal = network.layers[:2]
    weight = (convolution.weight * normal.scale[:, None]).reshape(6, -1)
    patches = extract(x, 3, 2, 1)
    activations = np.maximum(patches @ weight.T + normal.shift[:, 0, 0], 0)
    expected = fold(activations @ weight, x.shape, 3, 2, 1)
    assert first_layer(network, x[None]) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_probabilities_are_the_softmax_and_classes_have_their_names():
    found, logits = explained(), subjects.network()(given())[0].astype(float)
    shares = np.exp(logits) / np.exp(logits).sum()
    best = int(shares.argmax())
    name, share = found.predicted[0]
    assert name == f"{subjects.CLASSES[best].split(',')[0]} ({best})" and share == pytest.approx(shares[best], rel=1e-4)
    assert sum(share for _, share in found.predicted) == pytest.approx(1)


def test_a_unit_of_the_first_layer_draws_its_filter():
    found = explained(words=("0:4,5,6",), methods=("saliency",), untrained=0)
    picture = np.zeros((3, 26, 26), np.float32)
    picture[:, 10:13, 12:15] = subjects.network().layers[0].weight[4]
    assert found.maps[0].map == pytest.approx(picture[:, 1:25, 1:25], abs=1e-6)


def test_a_unit_without_a_place_is_taken_at_its_maximum():
    found = explained(words=("4:2",), untrained=0)
    outputs = subjects.network().forward(given(), until="4").output[0]
    row, column = np.unravel_index(outputs[2].argmax(), outputs.shape[1:])
    assert found.maps[0].target.place == (2, row, column)
    other = found.maps[0].target.rival
    assert other[1:] == (row, column) and other[0] != 2
    assert outputs[other] == np.delete(outputs[:, row, column], 2).max()


def test_untrained_networks_stand_beside_and_are_the_same_for_a_seed():
    one, two, other = (explained(seed=seed).untrained for seed in (1, 1, 2))
    assert one == two != other
    [(key, numbers)] = [each for each in one.items() if each[0][0] == "guided"]
    assert set(numbers) == {"input", "first_layer", "other_class"} and abs(numbers["input"]) <= 1
    assert explained(untrained=0).untrained == {}


def test_weights_from_a_layer_up_are_drawn_and_the_others_stay():
    network = subjects.network()
    drawn = untrained(network, np.random.default_rng(3), "3")
    assert all(drawn.node(name).layer is network.node(name).layer for name in ("0", "1"))
    weights = drawn.node("3").layer.weight
    assert not np.array_equal(weights, network.node("3").layer.weight) and not drawn.node("3").layer.bias.any()
    assert weights.std() == pytest.approx(np.sqrt(2 / 54), rel=0.1)
    whole = untrained(network, np.random.default_rng(3))
    [normal] = [layer for layer in whole.layers if isinstance(layer, BatchNorm2d)]
    assert (normal.scale == pytest.approx(1, abs=1e-5)) and not normal.shift.any()
    assert not any(
        np.array_equal(a.weight, b.weight) for a, b in zip(whole.layers, network.layers) if isinstance(a, Conv2d)
    )


def test_a_partly_random_network_is_compared_with_the_trained_one():
    found = explained(redrawn_from="7", untrained=0, words=("2",), methods=("guided",))
    trained = explained(untrained=0, words=("2",), methods=("guided",))
    [own], [before] = found.maps, trained.maps
    assert (
        own.numbers["trained"] == pytest.approx(cosine(own.map, before.map), abs=1e-6)
        and "trained" not in before.numbers
    )
    assert own.numbers["trained"] < 1 - 1e-6
    again = explained(redrawn_from="7", untrained=0, words=("2",), methods=("guided",))
    assert np.array_equal(own.map, again.maps[0].map)


def test_rules_are_refused_where_an_activation_knows_none():
    with pytest.raises(InputError, match="guided act at 1 activations and leave 4 as they are"):
        Explainer(subjects.smooth(), Request(methods=("guided",)))
    for asked in (Request(methods=("saliency", "gradient-x-input")), Request(methods=("guided",), uncovered=True)):
        assert Explainer(subjects.smooth(), asked)(PICTURE).maps
    assert coverage(subjects.smooth().network) == "rule applied at 1 of 2 activations; not at 4"
    assert coverage(subjects.network()) == "rule applied at 2 of 2 activations"


def test_a_map_of_zeros_has_no_cosine():
    zero, x = np.zeros((3, 2, 2)), np.ones((3, 2, 2))
    assert alike(zero, x) is None and alike(x, zero) is None and alike(x, 2 * x) == pytest.approx(1)
    assert alike(np.ones((1, 2, 2)), x) == pytest.approx(1)


def test_what_is_asked_of_a_partly_random_network_is_what_the_trained_one_sees():
    trained, redrawn = explained(untrained=0), explained(untrained=0, redrawn_from="0", seed=5)
    assert trained.predicted == redrawn.predicted
    assert [each.target for each in trained.maps] == [each.target for each in redrawn.maps]
    assert not np.array_equal(trained.maps[0].map, redrawn.maps[0].map)


def test_a_unit_is_compared_with_a_unit():
    [of_unit], [of_class] = (
        explained(words=(word,), methods=("guided",), untrained=0).maps for word in ("4:2", "top1")
    )
    assert (
        label("other_class", of_unit.target) == "other unit" and label("other_class", of_class.target) == "other class"
    )


def test_the_layer_that_is_weighed_is_the_last_before_pooling_or_the_one_that_is_asked_for():
    network = subjects.network()
    for asked, name in ((None, "4"), ("2", "2")):
        [one, two] = explained(methods=("grad-cam", "guided"), layer=asked, untrained=1).maps
        assert (one.layer, two.layer) == (name, None) and heading(one) == f"grad-cam at {name}" != heading(two)
        expected = METHODS["grad-cam"](network, given(), one.target.place, layer=name)[0]
        assert one.map == pytest.approx(expected, abs=1e-5 * float(expected.max()))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_compared_with_the_rivals_own_map(method):
    """The numbers are those of the maps themselves, in colour or, where a method has none, of sums over colours.

    Of the accelerated network: the way of guided-ig turns by the last digit of a gradient.
    """
    [found], network = explained(methods=(method,), untrained=0).maps, accelerate(subjects.network())
    own, other = METHODS[method](network, given(), [[found.target.place], [found.target.rival]])[:, 0].astype(float)
    assert found.map == pytest.approx(own, abs=1e-4 * float(np.abs(own).max()))
    assert found.numbers["other_class"] == pytest.approx(cosine(own, other), abs=1e-4)
    x = given()[0] if len(own) == 3 else given()[0].sum(axis=0, keepdims=True)
    assert found.numbers["input"] == pytest.approx(cosine(own, x.astype(float)), abs=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_hidden_units_are_explained_or_refused_in_a_line(method):
    if method == "cameras":
        with pytest.raises(InputError, match="--method cameras: a place in a layer's maps"):
            explained(methods=(method,), words=("3:4",), untrained=0)
    else:
        [found] = explained(methods=(method,), words=("3:4",), untrained=0).maps
        assert found.map.shape[1:] == (24, 24) and found.map.any()


@pytest.mark.parametrize(
    "asked, words",
    [
        (dict(methods=("guided",), layer="2"), "--layer is for the methods grad-cam, guided-grad-cam, cameras"),
        (dict(methods=("grad-cam",), layer="77"), "--layer: no node '77'.*--list-layers"),
        (dict(methods=("grad-cam",), layer="6"), "--layer 6: 6 has outputs .B, 8., which are no maps"),
        (dict(methods=("grad-cam",), layer="4", words=("2:1",)), "--layer 4: no node '4'.*the target is in 2"),
        (dict(methods=("grad-cam",), words=("0:1",)), "no node of this network before its outputs has maps.*is in 0"),
    ],
)
def test_layers_that_are_none_are_refused(asked, words):
    with pytest.raises(InputError, match=words):
        explained(untrained=0, **asked)


def test_methods_that_pass_signals_by_the_guided_rule_are_refused_with_it():
    for method in ("tr-gbp", "guided-grad-cam"):
        with pytest.raises(InputError, match=f"{method} act at 1 activations"):
            Explainer(subjects.smooth(), Request(methods=(method,)))
    for method in ("fullgrad", "grad-cam", "smoothgrad"):
        assert Explainer(subjects.smooth(), Request(methods=(method,), untrained=0))(PICTURE).maps

"""Compiled trials against the plain layers in float64: the same networks, the same pictures, for any shape and rule.

A preactivation within its rounding error of 0 may take either sign, and its filter then be let through or not. So the
tolerance of a picture has two parts: what such filters would bring, and the rounding of everything else.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.compiled import three_layer as compiled
from sims.compiled.convolution import OUTPUTS, Convolution, axis, convolution
from sims.compiled.trial import make_room
from sims.ensembles.three_layer import Connected, ThreeLayer, draw_pictures
from sims.evidence.defects import leaky
from sims.random import weight_laws
from theory.geometry.patches import columns, fold_columns
from theory.geometry.windows import Windows
from theory.networks import three_layer_cnn
from theory.rules import RULES, Rule, Switch

UNIT = 2.0**-24  # the rounding of one float32 operation
CHAIN = 40  # roundings on the way to a preactivation beside its products': values of 16 taps, two sums, a bias
LAWS = [weight_laws.gaussian, weight_laws.rademacher, weight_laws.spherical, weight_laws.correlated]


@st.composite
def windows_on_images(draw):
    """((C, H, W), kernel, stride, padding), large enough for several tiles; a quarter of the images have height 1."""
    shape = draw(st.integers(1, 3)), draw(st.sampled_from([13, 1, 24, 7])), draw(st.sampled_from([19, 30, 8, 64]))
    padding = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    kernel = tuple(draw(st.integers(1, min(9, length + 2 * side))) for length, side in zip(shape[1:], padding))
    return shape, kernel, (draw(st.integers(1, 3)), draw(st.integers(1, 3))), padding


def leaks():
    return st.sampled_from([0.0, 1.0, 0.25, 1.5])


def any_rules():
    """Some of the table, and rules with any leaks."""
    free = st.builds(lambda h, g: Rule("free", Switch(h), Switch(g)), leaks(), leaks())
    return st.lists(st.one_of(st.sampled_from(list(RULES)), st.just(leaky(0.3)), free), min_size=1, max_size=3)


@st.composite
def networks(draw):
    shape, kernel, stride, padding = draw(windows_on_images())
    image = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).standard_normal(shape)
    return ThreeLayer(
        image,
        kernel,
        stride,
        padding,
        filters=draw(st.sampled_from([1, 5, 32, 33, 70])),
        law=draw(st.sampled_from(LAWS)),
        bias=draw(st.sampled_from([None, 0.3])),
        bias_law=draw(st.sampled_from(["gaussian", "fixed"])),
        logits=draw(st.integers(1, 3)),
    )


def in_float64(drawn):
    """A drawn network with the same numbers in float64, and its image's algorithm."""
    first, linear = drawn.layers[0], drawn.layers[-1]
    bias = None if first.bias is None else first.bias.astype(np.float64)
    readout = linear.weight.astype(np.float64).reshape(len(linear.weight), len(first.weight), -1)
    return three_layer_cnn(first.weight.astype(np.float64), readout, first.stride, first.padding, bias=bias), readout


def through(algorithm, filters, part=np.asarray):
    """Preactivations (N, J) of filters (N, p) by an algorithm, or with part=np.abs the sizes of what is summed."""
    values = part(filters) @ part(algorithm.filter_values).T.astype(np.float64)
    products = values[:, None, None, :, None] * part(algorithm.inputs).astype(np.float64)
    points = np.add.reduceat(products, algorithm.starts[:-1], axis=3)
    points = points.reshape(*points.shape[:3], algorithm.columns.points, algorithm.rows.points, -1)
    tiles = np.einsum("av,cw,ntbwvr->ntbarc", part(algorithm.rows.combine), part(algorithm.columns.combine), points)
    found, real = np.empty((len(filters), algorithm.windows.count)), algorithm.places >= 0
    found[:, algorithm.places[real]] = tiles.reshape(len(filters), *real.shape)[:, real]
    return found


def rounding(algorithm, filters, bias):
    """A bound (N, J) on the error of a preactivation: roundings times the sum of its parts' sizes."""
    sizes = through(algorithm, filters.reshape(len(filters), -1), np.abs)
    chain = CHAIN + np.diff(algorithm.starts).max()
    return chain * UNIT * (sizes + (0 if bias is None else np.abs(bias)[:, None]))


def compare(network, drawn, pictures, rules):
    """Whether pictures (rules · logits, C, H, W) are those of a drawn network, up to rounding."""
    image = network.image.astype(np.float32)
    double, readout = in_float64(drawn)
    passed = double.forward(image[None].astype(np.float64))
    expected = np.array(draw_pictures(double, image[None].astype(np.float64), rules, range(network.logits)))
    filters, bias = double.layers[0].weight, double.layers[0].bias
    error = rounding(convolution(image, network.windows), filters, bias)  # 0 for a window of nothing but padding
    doubtful = (np.abs(passed.saved["1"].reshape(len(filters), -1)) <= error) & (error > 0)
    terms = len(filters) * np.prod(network.windows.kernel) + 4
    for number, (picture, right) in enumerate(zip(pictures, expected, strict=True)):
        rule = compiled.as_rule(rules[number // network.logits])
        largest = np.abs(readout[number % network.logits]) * max(1, rule.h.leak) * max(1, rule.g.leak)
        bound = np.abs(filters.reshape(len(filters), -1)).T @ (largest * (doubtful + terms * UNIT))
        assert (np.abs(picture - right) <= fold_columns(bound, network.windows)).all()
    return doubtful.mean()


@given(networks(), any_rules(), st.integers(0, 2**32 - 1))
def test_pictures_are_those_of_the_network_that_the_same_numbers_draw(network, rules, seed):
    pictures, rng = network.pictures(np.random.default_rng(seed), 2, rules), np.random.default_rng(seed)
    for found in pictures:
        assert compare(network, network.draw(rng), found, rules) < 0.02


@pytest.mark.parametrize("channels, kernel", [(1, 1), (3, 3), (3, 5), (2, 6), (3, 7), (3, 9)])
def test_patches_of_every_width(channels, kernel):
    """From 1 to 243 entries, which go through registers 160, 64 and 16 at a time."""
    network = ThreeLayer(np.random.default_rng(0).standard_normal((channels, 14, 15)), kernel, filters=40)
    [found] = network.pictures(np.random.default_rng(1), 1, RULES)
    compare(network, network.draw(np.random.default_rng(1)), found, list(RULES))


def test_a_preactivation_of_exactly_0_lets_nothing_through():
    network = ThreeLayer(np.zeros((1, 9, 20)), 3, filters=40)
    [found] = network.pictures(np.random.default_rng(1), 1, RULES)
    assert [bool(picture.any()) for picture in found] == [rule == "deconvnet" for rule in RULES]


def test_the_comparison_would_notice_a_wrong_rule_or_network():
    network = ThreeLayer(np.random.default_rng(0).standard_normal((3, 24, 30)), 7, 2, filters=33)
    drawn = network.draw(np.random.default_rng(1))
    for seed, rule in ((1, leaky(0.001)), (2, "guided"), (1, Rule("twin", RULES["guided"].h, Switch(0.001)))):
        [found] = network.pictures(np.random.default_rng(seed), 1, [rule])
        with pytest.raises(AssertionError):
            compare(network, drawn, found, ["guided"])


@given(windows_on_images(), st.tuples(st.sampled_from(OUTPUTS), st.sampled_from(OUTPUTS)), st.integers(0, 2**32 - 1))
def test_a_short_convolution_is_the_convolution(geometry, outputs, seed):
    """Each algorithm in exact enough arithmetic, whether it would be chosen or not."""
    shape, kernel, stride, padding = geometry
    rng, windows = np.random.default_rng(seed), Windows.on(shape, kernel, stride, padding)
    image, filters = rng.standard_normal(shape), rng.standard_normal((2, shape[0] * kernel[0] * kernel[1]))
    algorithm = Convolution(image, windows, *(axis(k, s, m) for k, s, m in zip(kernel, stride, outputs)))
    error = np.abs(through(algorithm, filters) - filters @ columns(image, windows))
    assert (error <= rounding(algorithm, filters, None)).all()


def test_the_paper_s_network_takes_fewer_products_than_the_plain_sum():
    image = np.zeros((3, 64, 64), np.float32)
    algorithm = convolution(image, Windows.on(image.shape, 7, 2))
    assert algorithm.starts[-1] / algorithm.rows.outputs / algorithm.columns.outputs < 0.3 * 147


def test_batches_and_threads_do_not_change_a_number(monkeypatch):
    network = ThreeLayer(np.random.default_rng(0).standard_normal((2, 12, 17)), 3, filters=9, logits=2, bias=0.1)
    whole = np.array(list(network.pictures(np.random.default_rng(3), 7, RULES)))
    monkeypatch.setattr(compiled, "BATCH", 1)
    single = list(network.batches(np.random.default_rng(3), 7, RULES))
    assert [len(batch) for batch in single] == [1] * 7 and np.array_equal(np.concatenate(single), whole)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: np.array(list(network.pictures(np.random.default_rng(3), 7, RULES))), range(8)):
            assert np.array_equal(found, whole)


@pytest.mark.parametrize("options", [dict(pool=2), dict(dtype=np.float64)])
def test_what_is_not_compiled_takes_the_plain_layers(options, monkeypatch):
    monkeypatch.setattr(compiled, "pictures", None)
    network = ThreeLayer(np.random.default_rng(0).standard_normal((1, 8, 8)), 3, filters=4, **options)
    [found] = network.pictures(np.random.default_rng(1), 1)
    inputs = network.image[None].astype(network.dtype)
    assert np.array_equal(found, draw_pictures(network.draw(np.random.default_rng(1)), inputs, ["guided"]))


def test_a_rule_of_one_s_own_takes_the_plain_layers():
    class Squared:
        def backward(self, grad, preactivation):
            return np.maximum(grad, 0) ** 2 * (preactivation > 0)

    network = ThreeLayer(np.random.default_rng(0).standard_normal((1, 8, 8)), 3, filters=4)
    [found] = network.pictures(np.random.default_rng(1), 1, ["guided", Squared()])
    drawn = network.draw(np.random.default_rng(1))
    expected = draw_pictures(drawn, network.image[None].astype(np.float32), ["guided", Squared()])
    assert np.array_equal(found, expected) and not compiled.takes([Squared()])


@given(st.integers(1, 40), st.integers(1, 70), any_rules(), st.integers(0, 2**32 - 1))
def test_connected_pictures_are_those_of_the_network_that_the_same_numbers_draw(size, neurons, rules, seed):
    network = Connected(np.random.default_rng(seed).standard_normal((1, 1, size)), neurons)
    rng = np.random.default_rng(seed)
    for found in network.pictures(np.random.default_rng(seed), 2, rules):
        linear, readout = (layer.weight.astype(np.float64) for layer in network.draw(rng).layers[1::2])
        image = network.image.ravel().astype(np.float32).astype(np.float64)
        doubtful = np.abs(linear @ image) <= (size + 2) * UNIT * (np.abs(linear) @ np.abs(image))
        for picture, rule in zip(found, rules, strict=True):
            rule = compiled.as_rule(rule)
            right = rule.backward(readout[0], linear @ image) @ linear
            largest = np.abs(readout[0]) * max(1, rule.h.leak) * max(1, rule.g.leak)
            bound = (largest * (doubtful + (neurons + 4) * UNIT)) @ np.abs(linear)
            assert (np.abs(picture.ravel() - right) <= bound).all()


def test_a_zero_image_opens_no_mask_of_a_connected_network():
    network = Connected(np.zeros((1, 1, 9)), 20)
    guided, saliency, deconvnet = next(
        iter(network.pictures(np.random.default_rng(1), 1, ["guided", "saliency", "deconvnet"]))
    )
    assert not guided.any() and not saliency.any() and deconvnet.any()


def test_memory_does_not_grow_with_the_feature_map():
    """Room for 4096 filters at the paper's image is a tenth of the 195 MB of one array (N, J) of float32."""
    image = np.random.default_rng(0).standard_normal((3, 224, 224)).astype(np.float32)
    plan = compiled.plan(image, Windows.on(image.shape, 7, 2))
    room = make_room(plan, 4096, 1)
    assert sum(array.nbytes for array in room) < 0.1 * 4096 * 109 * 109 * 4

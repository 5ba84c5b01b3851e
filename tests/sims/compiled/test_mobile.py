"""The fast layers of mobile networks against the plain ones, for any geometry: within bounds, or bit for bit."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.networks import small_mobile
from support.roundings import double, normals, sum_back_error, sum_error

from sims.compiled import products
from sims.compiled.columns import FastColumns
from sims.compiled.elementwise import FastBatchNorm2d, FastReLU6
from sims.compiled.layers import accelerate, faster
from sims.compiled.mobile import FastDepthwise, FastPointwise
from sims.evidence.defects import leaky
from sims.system import threads
from theory.layers import BatchNorm2d, Conv2d, ReLU6
from theory.rules import RULES, Rule, Switch

SEEDS = st.integers(0, 2**32 - 1)
SIDES = st.integers(1, 20) | st.sampled_from([63, 112])
STEPS = st.integers(1, 3) | st.tuples(st.integers(1, 3), st.integers(1, 3))
PADS = st.integers(0, 3) | st.tuples(st.integers(0, 4), st.integers(0, 2))


@st.composite
def convolutions(draw, kernels, paddings, steps, dilations, depthwise):
    """A layer and inputs: odd sizes, one pixel, one channel, with and without bias, batches."""
    channels = draw(st.sampled_from([1, 2, 5, 33]))
    outputs = channels if depthwise else draw(st.sampled_from([1, 3, 13, 40]))
    kernel, stride, padding, dilation = draw(kernels), draw(steps), draw(paddings), draw(dilations)
    height, width, batch = draw(SIDES), draw(SIDES), draw(st.integers(1, 2))
    shapes = (outputs, 1 if depthwise else channels, *kernel), (outputs,), (batch, channels, height, width)
    weight, bias, inputs = normals(draw(SEEDS), *shapes)
    layer = Conv2d(
        weight, bias if draw(st.booleans()) else None, stride, padding, dilation, channels if depthwise else 1
    )
    reach = [step * (size - 1) + 1 for size, step in zip(kernel, layer.dilation)]
    assume(height + 2 * layer.padding[0] >= reach[0] and width + 2 * layer.padding[1] >= reach[1])
    return layer, inputs


KERNELS = st.sampled_from([(3, 3), (5, 5), (1, 1), (7, 7), (2, 3), (1, 5)])
DEPTHWISE = convolutions(KERNELS, PADS, STEPS, STEPS, True)
POINTWISE = convolutions(st.just((1, 1)), st.just(0), STEPS, st.just(1), False)
COLUMNS = convolutions(st.sampled_from([(3, 3), (7, 7), (2, 3)]), PADS, STEPS, STEPS, False)


@given(DEPTHWISE, SEEDS)
def test_a_fast_depthwise_convolution_is_the_convolution_both_ways(convolution, seed):
    compare(FastDepthwise, *convolution, seed)


@given(POINTWISE, SEEDS)
def test_a_fast_convolution_of_single_pixels_is_the_convolution_both_ways(convolution, seed):
    compare(FastPointwise, *convolution, seed)


@given(COLUMNS, SEEDS)
def test_a_fast_convolution_of_small_windows_is_the_convolution_both_ways(convolution, seed):
    compare(FastColumns, *convolution, seed)


def compare(kind, layer, inputs, seed):
    """Both ways within rounding of float64, a row for each input; several rows for a pass of one."""
    assert kind.takes(layer)
    fast, exact = kind(**layer.settings()), double(layer)
    outputs, saved = fast.forward(inputs)
    expected, shape = exact.forward(inputs.astype(np.float64))
    assert saved == shape and outputs.dtype == np.float32 and outputs.shape == expected.shape
    assert (np.abs(outputs - expected) <= sum_error(layer, inputs)).all()
    rows = 3 if len(inputs) == 1 else len(inputs)
    [signal] = normals(seed, (rows, *outputs.shape[1:]))
    found = fast.backward(signal, saved, None)
    assert found.dtype == np.float32 and found.shape == (rows, *inputs.shape[1:])
    error = np.abs(found - exact.backward(signal.astype(np.float64), shape, None))
    assert (error <= sum_back_error(layer, signal, shape)).all()


@pytest.mark.parametrize(
    "turned", [lambda w: w[:, :, ::-1, ::-1], np.asfortranarray, lambda w: w.repeat(2, 3)[..., ::2]]
)
def test_filters_may_lie_in_memory_in_any_way(turned):
    weight, inputs = normals(3, (5, 1, 3, 2), (2, 5, 9, 8))
    layer = Conv2d(turned(weight), groups=5)
    compare(type(faster(layer)), layer, inputs, 4)
    assert isinstance(faster(layer), FastDepthwise)


@pytest.mark.parametrize("kind", [FastDepthwise, FastPointwise, FastColumns])
def test_what_a_layer_has_in_store_is_no_part_of_a_picture(kind):
    """A thread's room holds what it held before, NaN here: no output may take it."""
    threads.spread(lambda _: threads.room(2**20).fill(np.nan), range(8))
    kernel, groups = ((1, 1), 1) if kind is FastPointwise else ((3, 3), 6 if kind is FastDepthwise else 1)
    weight, inputs = normals(0, (6, 6 // groups, *kernel), (2, 6, 23, 19))
    fast = kind(weight, None, 2, kernel[0] // 2, 1, groups)
    outputs, saved = fast.forward(inputs)
    assert np.isfinite(outputs).all() and np.isfinite(fast.backward(outputs, saved, None)).all()


@given(st.integers(1, 2000), st.integers(1, 2000), st.integers(1, 300000))
def test_jobs_of_a_product_cover_every_output_once(depth, rows, places):
    found = products.jobs(depth, rows, places)
    downs, acrosses = ({job[axis] for job in found} for axis in (1, 0))
    assert len(found) == len(downs) * len(acrosses) == len(set(found))
    for parts, count in ((sorted(downs), rows), (sorted(acrosses), places)):
        assert [first for first, _ in parts] == [0, *(last for _, last in parts[:-1])] and parts[-1][1] == count
        assert all(first < last for first, last in parts)


@given(SEEDS, st.sampled_from([(1, 3, 5, 4), (2, 3, 1, 1), (2, 40, 90, 80)]))
def test_a_fast_batch_normalisation_is_the_same_to_the_last_bit(seed, shape):
    *norm, inputs = normals(seed, *[(shape[1],)] * 4, shape)
    plain = BatchNorm2d(*norm[:3], norm[3] ** 2, 1e-3)
    fast = FastBatchNorm2d(**plain.settings())
    one, other = fast.forward(inputs), plain.forward(inputs)
    assert np.array_equal(one[0], other[0]) and one[1] is other[1] is None
    assert np.array_equal(fast.backward(inputs, None, None), plain.backward(inputs, None, None))


def rules():
    leaks = st.sampled_from([0.0, 1.0, 0.25, 1.5])
    free = st.builds(lambda h, g: Rule("free", Switch(h), Switch(g)), leaks, leaks)
    return st.sampled_from(list(RULES.values())) | st.just(leaky(0.3)) | free


class Squared:
    """A rule of one's own."""

    def backward(self, grad, preactivation):
        return np.maximum(grad, 0) ** 2 * (preactivation > 0)


@given(rules() | st.just(Squared()), st.sampled_from([(2, 7), (1, 3, 5, 4), (1, 70, 80, 60)]), st.booleans(), SEEDS)
def test_a_fast_relu6_is_the_relu6(rule, shape, several, seed):
    inputs, signal = normals(seed, shape, (3 if several and shape[0] == 1 else shape[0], *shape[1:]))
    inputs = (4 * inputs).round()  # some are 0, some 6
    inputs.flat[0] = np.nan
    outputs, saved = FastReLU6().forward(inputs)
    assert np.array_equal(outputs, ReLU6().forward(inputs)[0], equal_nan=True) and saved is inputs
    assert np.array_equal(FastReLU6().backward(signal, saved, rule), ReLU6().backward(signal, inputs, rule))


def test_what_the_plain_layers_refuse_is_refused():
    ones = lambda *shape: np.ones(shape, np.float32)
    layers = [
        FastDepthwise(ones(4, 1, 3, 3), None, 1, 1, 1, 4),
        FastPointwise(ones(4, 4, 1, 1)),
        FastColumns(ones(4, 4, 3, 3), None, 2),
    ]
    for layer in layers:
        with pytest.raises(ValueError, match="this convolution takes"):
            layer.forward(ones(1, 5, 9, 9))
        outputs, saved = layer.forward(ones(1, 4, 9, 9))
        with pytest.raises(ValueError, match="comes back to a convolution's outputs"):
            layer.backward(outputs[:, :, 1:], saved, None)
    with pytest.raises(ValueError, match="does not fit"):
        layers[2].forward(ones(1, 4, 2, 2))
    with pytest.raises(ValueError, match="this batch normalisation takes"):
        FastBatchNorm2d(*[ones(4)] * 4).forward(ones(1, 5, 9, 9))
    with pytest.raises(ValueError, match="comes back to an activation of"):
        FastReLU6().backward(ones(1, 4), ones(1, 5), RULES["guided"])
    with pytest.raises(ValueError, match="signals come back to a pass of 2 inputs"):
        FastReLU6().backward(ones(3, 4), ones(2, 4), RULES["guided"])


def test_layers_of_float64_stay_and_float64_inputs_are_computed_in_the_network_s_type():
    network, [inputs] = small_mobile(0), normals(1, (1, 3, 21, 19))
    wide = network.replace({node.name: double(node.layer) for node in network.nodes})
    kinds = FastDepthwise, FastPointwise, FastColumns, FastBatchNorm2d
    assert not any(isinstance(layer, kinds) for layer in accelerate(wide).layers)
    found = accelerate(network).attribute(inputs.astype(np.float64), 2)
    assert found.dtype == np.float64 and np.array_equal(found, accelerate(network).attribute(inputs, 2))


def test_other_grouped_convolutions_stay():
    [weight] = normals(0, (8, 2, 3, 3))
    grouped = Conv2d(weight, groups=4), Conv2d(weight[:, :1], groups=4)
    assert all(faster(layer) is layer for layer in grouped)


@pytest.mark.parametrize("rule", RULES)
def test_several_targets_of_one_input_are_the_targets_one_by_one(rule):
    network, [inputs] = accelerate(small_mobile(0)), normals(1, (1, 3, 21, 19))
    together = network.attribute(inputs, targets=[0, 3, 1], rule=rule)
    for picture, target in zip(together, [0, 3, 1]):
        alone = network.attribute(inputs, target, rule)
        assert np.linalg.norm(picture - alone) <= 1e-5 * np.linalg.norm(alone)

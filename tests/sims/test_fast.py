"""Fast layers against the plain ones in float64, for any shape and rule.

A convolution by tiles rounds the values of the inputs and of the filters at the points, sums products over channels,
and combines the sums. Every output is off by at most as many roundings as lie on its way, times the sum of the sizes
of all that is added up: `sizes` computes it from the absolute values of everything.

A preactivation within its error of 0 may take either sign, and its signal then be let through or not. So networks are
followed layer by layer: each layer's outputs from the fast network's own inputs, its signals from its own tape.
"""

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from sims import fast, initialise
from sims.compiled import winograd
from sims.fast import FastConv2d, FastLinear, FastMaxPool2d, FastReLU, accelerate
from sims.sabotage import leaky
from theory.layers import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from theory.networks import cnn, one_hot
from theory.residual import residual_network, residual_shapes
from theory.rules import RULES, Rule, Switch
from theory.sequential import Residual, Sequential

UNIT = 2.0**-24  # the rounding of one float32 operation
CHAIN = 50  # roundings beside the channels: two transforms of taps, inputs and sums each, their factors, a bias
SEEDS = st.integers(0, 2**32 - 1)
PAIRS = st.integers(0, 2) | st.tuples(st.integers(0, 3), st.integers(0, 2))


def normals(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


@st.composite
def convolutions(draw):
    """A layer and inputs: odd sizes, few channels and many, with and without bias, one band of tiles or several."""
    channels, outputs = (draw(st.sampled_from([1, 3, 16, 17, 40])) for _ in range(2))
    height, width = draw(st.integers(1, 21) | st.just(43)), draw(st.integers(1, 21) | st.just(70))
    padding = draw(PAIRS)
    sides = padding if isinstance(padding, tuple) else (padding, padding)
    assume(height + 2 * sides[0] >= 3 and width + 2 * sides[1] >= 3)
    shapes = (outputs, channels, 3, 3), (outputs,), (draw(st.integers(1, 2)), channels, height, width)
    weight, bias, inputs = normals(draw(SEEDS), *shapes)
    return Conv2d(weight, bias if draw(st.booleans()) else None, 1, padding), inputs


def double(layer):
    """The same layer in float64, of the plain kind."""
    wide = lambda array: None if array is None else array.astype(np.float64)
    if isinstance(layer, Conv2d):
        return Conv2d(wide(layer.weight), wide(layer.bias), layer.stride, layer.padding)
    if isinstance(layer, Linear):
        return Linear(wide(layer.weight), wide(layer.bias))
    return ReLU() if isinstance(layer, ReLU) else layer


def sizes(m, weight, image, padding):
    """The sizes of what is summed up in the outputs (K, rows, columns) of an image (C, H, W), by tiles of m × m."""
    points = winograd.POINTS[m]
    filters, inputs, outputs = (
        np.abs(matrix(points)) for matrix in (winograd.filter_matrix, winograd.input_matrix, winograd.output_matrix)
    )
    rows, columns = (length + 2 * side - 2 for length, side in zip(image.shape[1:], padding))
    down, across = -(-rows // m), -(-columns // m)
    tiles = np.zeros((len(image), m * down + 2, m * across + 2))
    put(np.abs(image), tiles, padding)
    tiles = np.lib.stride_tricks.sliding_window_view(tiles, (m + 2, m + 2), axis=(1, 2))[:, ::m, ::m]
    values = np.einsum("ia,cyxab,jb->ijcyx", inputs, tiles, inputs, optimize=True)
    taps = np.einsum("ia,kcab,jb->ijkc", filters, np.abs(weight.astype(np.float64)), filters, optimize=True)
    products = np.einsum("ijkc,ijcyx->ijkyx", taps, values, optimize=True)
    found = np.einsum("ai,ijkyx,bj->kyaxb", outputs, products, outputs, optimize=True)
    return found.reshape(len(weight), m * down, m * across)[:, :rows, :columns]


def put(image, place, padding):
    """Copy an image into a larger or smaller place, behind its padding; below 0 it leaves some out."""
    (top, left), (height, width) = padding, place.shape[1:]
    cut = image[:, max(0, -top) :, max(0, -left) :][:, : height - max(0, top), : width - max(0, left)]
    place[:, max(0, top) :, max(0, left) :][:, : cut.shape[1], : cut.shape[2]] = cut


def forward_error(layer, inputs):
    """A bound on the error of every output of a fast convolution."""
    m = fast.tile(*layer.forward(inputs)[0].shape[2:])
    bias = 0 if layer.bias is None else np.abs(layer.bias)[:, None, None]
    if not m:
        size = Conv2d(np.abs(layer.weight.astype(np.float64)), None, 1, layer.padding)
        return (layer.weight[0].size + 1) * UNIT * (size.forward(np.abs(inputs).astype(np.float64))[0] + bias)
    chain = CHAIN + layer.weight.shape[1]
    return np.array([chain * UNIT * (sizes(m, layer.weight, image, layer.padding) + bias) for image in inputs])


def backward_error(layer, grad, shape):
    """The same for the signal at its inputs: a convolution of the mirrored signal."""
    m, padding, transposed = fast.tile(*shape[2:]), [2 - side for side in layer.padding], layer.weight.swapaxes(0, 1)
    if not m:
        size = Conv2d(np.abs(layer.weight.astype(np.float64)), None, 1, layer.padding)
        return layer.weight[:, 0].size * UNIT * size.backward(np.abs(grad).astype(np.float64), shape, None)
    mirrored = [sizes(m, transposed, signal[:, ::-1, ::-1], padding) for signal in grad]
    return (CHAIN + len(layer.weight)) * UNIT * np.array(mirrored)[..., ::-1, ::-1]


@pytest.mark.parametrize("m", [2, 4])
@given(convolutions(), SEEDS)
def test_a_fast_convolution_is_the_convolution_both_ways(m, convolution, seed):
    """With tiles of either side, whether they would be chosen or not."""
    with patch.object(fast, "tile", lambda rows, columns: m):
        compare_convolution(*convolution, seed)


def compare_convolution(layer, inputs, seed):
    faster, exact = FastConv2d(layer), double(layer)
    outputs, saved = faster.forward(inputs)
    expected, shape = exact.forward(inputs.astype(np.float64))
    assert saved == shape and outputs.dtype == np.float32 and outputs.shape == expected.shape
    assert (np.abs(outputs - expected) <= forward_error(layer, inputs)).all()
    [grad] = normals(seed, outputs.shape)
    signal = faster.backward(grad, saved, None)
    assert signal.dtype == np.float32 and signal.shape == inputs.shape
    error = np.abs(signal - exact.backward(grad.astype(np.float64), shape, None))
    assert (error <= backward_error(layer, grad, inputs.shape)).all()


@given(convolutions(), SEEDS)
def test_forward_and_backward_are_adjoint(convolution, seed):
    layer, inputs = convolution
    faster = FastConv2d(Conv2d(layer.weight, None, 1, layer.padding))
    outputs, saved = faster.forward(inputs)
    [grad] = normals(seed, outputs.shape)
    left = np.vdot(outputs.astype(np.float64), grad)
    right = np.vdot(inputs.astype(np.float64), faster.backward(grad, saved, None))
    error = np.vdot(forward_error(layer, inputs), np.abs(grad))
    assert abs(left - right) <= error + np.vdot(backward_error(layer, grad, inputs.shape), np.abs(inputs))


@pytest.mark.parametrize("side, m", [(1, 0), (4, 0), (14, 2), (28, 4), (56, 4), (112, 4), (224, 4)])
def test_tiles_of_vgg_16(side, m):
    assert fast.tile(side, side) == m


@pytest.mark.parametrize("side", [14, 28])
def test_the_error_is_near_that_of_a_plain_sum(side):
    """Root mean square over a layer of VGG-16's widths, tiles of 2 × 2 and 4 × 4: at most 10 times plain float32's."""
    weight, inputs, grad = normals(0, (256, 256, 3, 3), (1, 256, side, side), (1, 256, side, side))
    plain = Conv2d(weight, None, 1, 1)
    layer, exact = FastConv2d(plain), double(plain)
    rms = lambda found, right: np.sqrt(((found - right) ** 2).mean())
    outputs = exact.forward(inputs.astype(np.float64))[0]
    assert rms(layer.forward(inputs)[0], outputs) <= 10 * rms(plain.forward(inputs)[0], outputs)
    signals = exact.backward(grad.astype(np.float64), inputs.shape, None)
    found, usual = (each.backward(grad, inputs.shape, None) for each in (layer, plain))
    assert rms(found, signals) <= 10 * rms(usual, signals)


@given(st.integers(1, 6), st.integers(1, 70), st.integers(1, 5000) | st.just(9000), st.booleans(), SEEDS)
def test_a_fast_dense_layer_is_the_dense_layer(batch, outputs, inputs, biased, seed):
    weight, bias, x, grad = normals(seed, (outputs, inputs), (outputs,), (batch, inputs), (batch, outputs))
    grad[:, ::3] = 0
    layer = Linear(weight, bias if biased else None)
    compare_linear(FastLinear(layer.weight, layer.bias), x, grad)


def compare_linear(layer, inputs, grad):
    exact = double(layer)
    error = np.abs(layer.forward(inputs)[0] - exact.forward(inputs.astype(np.float64))[0])
    assert (error <= linear_error(layer, inputs)).all()
    error = np.abs(layer.backward(grad, None, None) - exact.backward(grad.astype(np.float64), None, None))
    assert (error <= linear_back_error(layer, grad)).all()


def linear_error(layer, inputs):
    bias = 0 if layer.bias is None else np.abs(layer.bias)
    return (inputs.shape[1] + 1) * UNIT * (np.abs(inputs) @ np.abs(layer.weight.T.astype(np.float64)) + bias)


def linear_back_error(layer, grad):
    return len(layer.weight) * UNIT * (np.abs(grad) @ np.abs(layer.weight.astype(np.float64)))


FAST = FastConv2d, FastLinear, FastReLU, FastMaxPool2d


def rules():
    leaks = st.sampled_from([0.0, 1.0, 0.25, 1.5])
    free = st.builds(lambda h, g: Rule("free", Switch(h), Switch(g)), leaks, leaks)
    return st.sampled_from(list(RULES.values())) | st.just(leaky(0.3)) | free


class Squared:
    """A rule of one's own."""

    def backward(self, grad, preactivation):
        return np.maximum(grad, 0) ** 2 * (preactivation > 0)


@given(rules() | st.just(Squared()), st.sampled_from([(2, 7), (1, 3, 5, 4), (1, 70, 80, 60)]), SEEDS)
def test_a_fast_relu_is_the_relu(rule, shape, seed):
    inputs, grad = (each.round(1) for each in normals(seed, shape, shape))  # some are 0
    inputs.flat[0] = np.nan
    outputs, saved = FastReLU().forward(inputs)
    assert np.array_equal(outputs, ReLU().forward(inputs)[0], equal_nan=True) and saved is inputs
    assert np.array_equal(FastReLU().backward(grad, saved, rule), ReLU().backward(grad, inputs, rule))


@given(st.sampled_from(["first", "last"]), st.integers(2, 40), st.integers(2, 40), st.integers(1, 3), SEEDS)
def test_a_fast_pooling_is_the_pooling(tie, height, width, channels, seed):
    [inputs] = normals(seed, (2, channels, height, width))
    inputs = inputs.round()  # with ties, and one NaN
    inputs.flat[seed % inputs.size] = np.nan
    plain = MaxPool2d(2, tie=tie)
    (outputs, (shape, switches)), (expected, saved) = FastMaxPool2d(plain).forward(inputs), plain.forward(inputs)
    assert np.array_equal(outputs, expected, equal_nan=True)
    assert shape == saved[0] and np.array_equal(switches, saved[1])


def small_vgg(seed, size=20):
    """Five convolutions, two poolings, two dense layers, biases."""
    widths = (3, 16, 24, 32, 16, 16)
    filters = [(after, before, 3, 3) for before, after in zip(widths, widths[1:])]
    drawn = normals(seed, *filters, (30, 16 * (size // 4) ** 2), (5, 30))
    weights = [w / np.float32(np.sqrt(w[0].size / 2)) for w in drawn]
    biases = [0.1 * b for b in normals(seed + 1, *((len(w),) for w in weights))]
    pools = [None, 2, None, 2, None]
    return cnn(weights[:5], weights[5:], biases, paddings=1, pools=pools, input_shape=(3, size, size))


def small_resnet(seed):
    weights = initialise.draw(residual_shapes((1, 2), 16, 10), "he", rng=np.random.default_rng(seed))
    return residual_network(weights, (1, 2), 16, 10)


def pairs(one, other):
    """Layers of two networks of the same structure, side by side, into residual blocks."""
    for first, second in zip(one.layers, other.layers, strict=True):
        if isinstance(first, Residual):
            yield from pairs(first.branch, second.branch)
            yield from pairs(first.skip, second.skip)
        else:
            yield first, second


def check_forward(layers, inputs):
    """Run fast layers, each against the plain one in float64 on the same inputs; the outputs and the tape."""
    tape = []
    for layer in layers:
        if isinstance(layer, Residual):
            (branch, left), (skip, right) = (check_forward(part.layers, inputs) for part in (layer.branch, layer.skip))
            inputs, saved = branch + skip, (left, right)
        else:
            outputs, saved = layer.forward(inputs)
            if isinstance(layer, FAST):
                error = np.abs(outputs - double(layer).forward(inputs.astype(np.float64))[0])
                assert (error <= allowed(layer, inputs)).all()
            inputs = outputs
        tape.append(saved)
    return inputs, tape


def check_backward(layers, grad, tape, rule):
    """The same on the way back, on the tape of the fast layers; the signal at the inputs."""
    for layer, saved in zip(reversed(layers), reversed(tape)):
        if isinstance(layer, Residual):
            parts = zip((layer.branch, layer.skip), saved)
            grad = sum(check_backward(part.layers, grad, each, rule) for part, each in parts)
        else:
            signal = layer.backward(grad, saved, rule)
            if isinstance(layer, FAST):
                error = np.abs(signal - double(layer).backward(grad.astype(np.float64), saved, rule))
                assert (error <= allowed_back(layer, grad, saved, signal)).all()
            grad = signal
    return grad


def allowed(layer, inputs):
    if isinstance(layer, FastConv2d):
        return forward_error(layer, inputs)
    return linear_error(layer, inputs) if isinstance(layer, FastLinear) else 0


def allowed_back(layer, grad, saved, signal):
    if isinstance(layer, FastConv2d):
        return backward_error(layer, grad, saved)
    if isinstance(layer, FastLinear):
        return linear_back_error(layer, grad)
    return 4 * UNIT * np.abs(signal)  # a leak, twice, and its own rounding


@pytest.mark.parametrize("make, size", [(small_vgg, 20), (small_resnet, 66)])
@pytest.mark.parametrize("rule", [*RULES.values(), leaky(0.3)], ids=lambda rule: rule.name)
def test_every_layer_of_a_network_is_the_plain_layer_on_the_same_inputs(make, size, rule):
    network = make(0)
    faster, [inputs] = accelerate(network), normals(1, (2, 3, size, size))
    logits, tape = check_forward(faster.layers, inputs)
    assert np.array_equal(logits, faster(inputs))
    target = np.array([1, 4])
    picture = check_backward(faster.layers, one_hot(target, logits), tape, rule)
    assert np.array_equal(picture, faster.attribute(inputs, target, rule))


@pytest.mark.parametrize("make, size", [(small_vgg, 20), (small_resnet, 66)])
@pytest.mark.parametrize("rule", RULES)
def test_a_picture_is_as_good_as_the_plain_one(make, size, rule):
    """Each in float32 against float64 with its own switches and masks: at most 10 times the plain one's error."""
    network, [inputs], errors = make(0), normals(1, (1, 3, size, size)), []
    for each in (accelerate(network), network):
        logits, tape = each.trace(inputs)
        wide = Sequential([into_double(layer) for layer in network.layers])
        exact = wide.backward(one_hot(3, logits).astype(np.float64), tape, rule)
        errors.append(np.linalg.norm(each.attribute(inputs, 3, rule) - exact) / np.linalg.norm(exact))
    assert errors[0] <= 10 * errors[1] and errors[0] > 0


def into_double(layer):
    if isinstance(layer, Residual):
        return Residual(*([into_double(each) for each in part.layers] for part in (layer.branch, layer.skip)))
    return double(layer)


def test_the_structure_and_the_weights_are_kept():
    network = small_resnet(0)
    faster = accelerate(network)
    for plain, other in pairs(network, faster):
        if isinstance(plain, (Conv2d, Linear)):
            assert other.weight is plain.weight and other.bias is plain.bias
        if isinstance(plain, Conv2d):
            assert isinstance(other, FastConv2d) == (plain.weight.shape[2:] == (3, 3) and plain.stride == (1, 1))
            assert (other.stride, other.padding) == (plain.stride, plain.padding)
        if isinstance(plain, (BatchNorm2d, Flatten)):
            assert other is plain
    assert any(isinstance(other, FastConv2d) for _, other in pairs(network, faster))
    assert not any(isinstance(plain, FastConv2d) for plain, _ in pairs(network, faster))


def test_the_input_shape_is_still_refused():
    with pytest.raises(ValueError, match="this network takes"):
        accelerate(small_vgg(0)).attribute(np.zeros((1, 3, 21, 20), np.float32), 0)
    with pytest.raises(ValueError, match="this convolution takes"):
        FastConv2d(Conv2d(np.zeros((16, 16, 3, 3), np.float32))).forward(np.zeros((1, 15, 9, 9), np.float32))


@pytest.mark.parametrize("make, size", [(small_vgg, 20), (small_resnet, 66)])
def test_overwritten_weights_are_taken_after_a_refresh(make, size):
    network, other, [inputs] = make(0), make(1), normals(1, (1, 3, size, size))
    faster = accelerate(network)
    before = faster(inputs)
    for one, another in pairs(network, other):
        if isinstance(one, (Conv2d, Linear)):
            one.weight[...] = another.weight
            if one.bias is not None:
                one.bias[...] = another.bias
    fast.refresh(faster)
    assert np.array_equal(faster(inputs), accelerate(other)(inputs)) and not np.array_equal(faster(inputs), before)


def test_what_has_no_faster_form_stays():
    class Own(Conv2d):
        pass

    weight = np.zeros((16, 16, 3, 3), np.float32)
    convolutions = Own(weight), Conv2d(weight, stride=2), Conv2d(weight.astype(float)), Conv2d(weight[..., :2])
    pools = MaxPool2d(3), MaxPool2d(2, stride=1), MaxPool2d(2, padding=1)
    layers = [*convolutions, *pools, Linear(weight[0, 0].astype(float)), Linear(weight[0, 0].T), Flatten()]
    assert all(one is other for one, other in zip(layers, accelerate(Sequential(layers)).layers))


def test_float64_inputs_are_computed_in_float64():
    network, [inputs] = small_vgg(0), normals(1, (1, 3, 20, 20))
    inputs = inputs.astype(np.float64)
    assert np.array_equal(accelerate(network).attribute(inputs, 2), network.attribute(inputs, 2))


def test_threads_do_not_change_a_bit():
    """One thread, as many as BLAS has, and four passes at once through the same network, whose filters are new."""
    network, [inputs] = small_vgg(0), normals(1, (2, 3, 20, 20))
    alone = accelerate(network).attribute(inputs, 2)
    with threadpool_limits(1, user_api="blas"):
        assert np.array_equal(accelerate(network).attribute(inputs, 2), alone)
    for limit in (1, 2):
        faster = accelerate(network)
        with threadpool_limits(limit, user_api="blas"), ThreadPoolExecutor(4) as pool:
            for picture in pool.map(lambda _: faster.attribute(inputs, 2), range(12)):
                assert np.array_equal(picture, alone)


@given(st.sampled_from([2, 4]), st.integers(1, 70), st.integers(1, 300), st.integers(1, 300))
def test_jobs_cover_every_output_once(m, channels, rows, columns):
    count = np.zeros((-(-channels // 8) * 8, -(-rows // m)), int)
    for first, last, low, high in fast.jobs(m, channels, rows, columns):
        assert first < last and low < high
        count[low:high, first:last] += 1
    assert (count == 1).all()

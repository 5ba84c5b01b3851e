"""Every layer through one harness."""

import math

import numpy as np
import pytest
from support import oracles
from support.jax_layers import IN_JAX
from support.layers import Case, check_layer, integers

from theory import layers
from theory.layers import (
    Activation,
    AdaptiveAveragePool2d,
    AveragePool2d,
    BatchNorm2d,
    Clip,
    Concatenate,
    Conv2d,
    Dropout,
    Flatten,
    HardSigmoid,
    HardSwish,
    Layer,
    LeakyReLU,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Pad2d,
    Product,
    ReLU,
    ReLU6,
    SamePad2d,
    Sigmoid,
    SiLU,
    Smooth,
    Sum,
)

RNG = np.random.default_rng(0)
MAPS = ((2, 5, 6),)


def convolved(layer, image):
    return oracles.convolve(image, spread_out(layer), layer.bias, layer.stride, layer.padding)


def spread_out(layer):
    """The filters of a grouped, dilated convolution with the zeros that it leaves out."""
    (outputs, inputs, rows, columns), (down, across) = layer.weight.shape, layer.dilation
    dense = np.zeros((outputs, inputs * layer.groups, down * (rows - 1) + 1, across * (columns - 1) + 1))
    for n in range(outputs):
        first = n // (outputs // layer.groups) * inputs
        dense[n, first : first + inputs, ::down, ::across] = layer.weight[n]
    return dense


def pooled(layer, image):
    settings = layer.size, layer.stride, layer.padding, layer.tie, layer.ceil_mode
    return [oracles.max_pool(plane, *settings)[0] for plane in image]


def by_entry(function):
    """The oracle of an activation."""
    return lambda layer, y: np.vectorize(lambda entry: function(layer, entry), otypes=[float])(y)


def normalised(layer, image):
    rows = zip(image, layer.weight, layer.bias, layer.running_mean, layer.running_var)
    return [weight * (plane - mean) / np.sqrt(var + layer.eps) + bias for plane, weight, bias, mean, var in rows]


def averaged(layer, image):
    if layer.size is None:
        return [[[sum(plane.flat) / plane.size]] for plane in image]
    settings = layer.size, layer.stride, layer.padding, layer.ceil_mode, layer.count_include_pad
    return [oracles.average_pool(plane, *settings) for plane in image]


def adapted(layer, image):
    return [oracles.adaptive_average(plane, layer.size) for plane in image]


def padded(layer, image):
    (top, bottom), (left, right), (_, height, width) = layer.rows, layer.columns, image.shape
    out = np.zeros((len(image), top + height + bottom, left + width + right))
    for place in np.ndindex(image.shape):
        out[place[0], top + place[1], left + place[2]] = image[place]
    return out


def multiplied(layer, *factors):
    shape = [max(sides) for sides in zip(*(each.shape for each in factors))]
    out = np.ones(shape)
    for place in np.ndindex(*shape):
        for each in factors:
            out[place] *= each[tuple(at if side > 1 else 0 for at, side in zip(place, each.shape))]
    return out


def side_by_side(layer, *images):
    return [plane for image in images for plane in image]


def same_padded(layer, image):
    """Zeros below and above in turn, until there is room for ⌈length/stride⌉ windows; then the same for columns."""
    for axis, (size, stride) in enumerate(zip(layer.size, layer.stride), 1):
        length = image.shape[axis]
        needed, below = stride * (math.ceil(length / stride) - 1) + size, True
        while image.shape[axis] < needed:
            zeros = np.zeros_like(image.take([0], axis))
            image, below = np.concatenate([image, zeros] if below else [zeros, image], axis), not below
    return image


def responded(layer, maps):
    return oracles.local_response(maps, layer.size, layer.alpha, layer.beta, layer.k)


def gate(y):
    """A hard sigmoid."""
    return min(max(y + 3, 0), 6) / 6


NORM = BatchNorm2d(*integers(RNG, 3, 2), running_var=np.array([4.0, 0.25]), eps=0.0)
ROWS = [(2, 2, 5, 6), (4, 2, 5, 6)]  # of a signal at MAPS, where three inputs passed
WIDE, PLAIN = Conv2d(integers(RNG, 3, 2, 2, 3), integers(RNG, 3), (2, 1), (1, 0)), Conv2d(integers(RNG, 3, 2, 3, 3))
DILATED = Conv2d(integers(RNG, 3, 2, 2, 2), integers(RNG, 3), stride=2, padding=(1, 2), dilation=(2, 3))
DEPTHWISE = Conv2d(integers(RNG, 4, 1, 3, 3), None, (1, 2), 1, groups=2)
GROUPED = Conv2d(integers(RNG, 6, 2, 2, 2), integers(RNG, 6), dilation=2, groups=3)
DENSE, BIASED = Linear(integers(RNG, 4, 7)), Linear(integers(RNG, 4, 7), integers(RNG, 4))
CASES = [
    Case(WIDE, MAPS, convolved, [([(1, 3, 5, 6)], "takes")]),
    Case(PLAIN, MAPS, convolved, [([(1, 2, 2, 6)], "fit"), ([(2, 5, 6)], "takes")]),
    Case(DILATED, MAPS, convolved),
    Case(DEPTHWISE, MAPS, convolved, [([(1, 4, 5, 6)], "takes")]),
    Case(GROUPED, ((6, 4, 5),), convolved, [([(1, 6, 2, 5)], "dilation"), ([(1, 2, 4, 5)], "takes")]),
    Case(BIASED, ((7,),), lambda layer, x: layer.weight @ x + layer.bias, [([(1, 6)], "takes")]),
    Case(DENSE, ((7,),), lambda layer, x: layer.weight @ x, [([(1, 7, 1)], "takes")]),
    Case(MaxPool2d(2), MAPS, pooled, [([(1, 2, 1, 6)], "fit"), ([(2, 5, 6)], "takes")], [(4, 2, 2, 3), (3, 2, 2, 2)]),
    Case(MaxPool2d(3, 1, 1), MAPS, pooled, refuses_signal=ROWS),
    Case(MaxPool2d((2, 3), 2, (0, 1), ceil_mode=True), MAPS, pooled, [([(1, 2, 0, 6)], "fit")], [(3, 2, 2, 3)]),
    Case(MaxPool2d(2, 3, 1, ceil_mode=True), ((2, 4, 5),), pooled),  # a third window would begin behind the image
    Case(AveragePool2d(), ((2, 2, 4),), averaged, [([(2, 3)], "takes")], [(4, 2, 1, 1), (3, 1, 1, 1), (3, 2, 1, 4)]),
    Case(AveragePool2d(2), MAPS, averaged, [([(1, 2, 1, 6)], "fit"), ([(2, 5, 6)], "takes")], [(4, 2, 2, 3)]),
    Case(AveragePool2d((2, 4), (1, 2), 1), MAPS, averaged, refuses_signal=[(3, 2, 6, 4), (4, 2, 6, 3)]),
    Case(AveragePool2d(2, 1, 1, count_include_pad=False), MAPS, averaged),
    Case(AveragePool2d((2, 4), 2, (1, 0), True, False), MAPS, averaged),
    Case(AveragePool2d(2, 3, 1, ceil_mode=True), ((2, 4, 6),), averaged),
    Case(AveragePool2d((4, 2), (3, 2), (1, 0), ceil_mode=True), ((2, 5, 7),), averaged),
    Case(AdaptiveAveragePool2d((4, 3)), MAPS, adapted, [([(2, 5, 6)], "takes")], [(3, 2, 3, 3)]),
    Case(AdaptiveAveragePool2d(4), ((1, 6, 2),), adapted),  # windows that overlap, and pixels that are repeated
    Case(Pad2d((0, 1), (2, 1)), MAPS, padded, [([(2, 5, 6)], "takes")], [(3, 2, 6, 8), (3, 1, 6, 9)]),
    Case(LocalResponseNorm(3, 0.5, 0.75, 2.0), ((4, 2, 3),), responded, [([(2, 5)], "takes")], roundings=32),
    Case(LocalResponseNorm(4, 2.0, 1.5), ((3, 2, 3),), responded, refuses_signal=[(4, 3, 2, 3)], roundings=32),
    Case(LocalResponseNorm(np.int64(5)), ((2, 3),), responded, roundings=32),
    Case(NORM, MAPS, normalised, [([(1, 3, 5, 6)], "takes")]),
    Case(SamePad2d(3, 2), MAPS, same_padded, [([(2, 5, 6)], "takes")], [(3, 2, 7, 8), (3, 2, 5, 6), (3, 1, 7, 7)]),
    Case(SamePad2d((5, 2), (2, 3)), ((1, 7, 9),), same_padded),
    Case(SamePad2d((6, 1), (1, 2)), ((1, 1, 3),), same_padded),
    Case(Flatten(), MAPS, lambda layer, x: x.ravel()),
    Case(Sum(), MAPS * 2, lambda layer, *xs: sum(xs), [([(1, 2), (1, 3)], "no sum")]),
    Case(Sum(), ((4,),) * 3, lambda layer, *xs: sum(xs)),
    Case(
        Product(), MAPS * 2, multiplied, [([(1, 2, 3), (1, 2, 4)], "no product"), ([(1, 2), (1, 2, 3)], "no product")]
    ),
    Case(
        Product(), ((2, 1, 1), (2, 3, 4)), multiplied, [([(1, 2), (2, 2)], "no product")], [(4, 2, 3, 4), (3, 2, 1, 1)]
    ),
    Case(Product(), ((3, 1), (1, 4), (3, 4)), multiplied),
    Case(Product(), ((4,),), multiplied),
    Case(Dropout(), MAPS, lambda layer, x: x),
    Case(Concatenate(), ((2, 5, 6), (1, 5, 6)), side_by_side, [([(1, 2, 3), (1, 2, 4)], "side")], [(3, 9, 5, 6)]),
    Case(ReLU(), MAPS, by_entry(lambda layer, y: max(y, 0)), refuses_signal=[*ROWS, (3, 2, 5, 5)]),
    Case(ReLU6(), MAPS, by_entry(lambda layer, y: min(max(y, 0), 6)), refuses_signal=ROWS),
    Case(Clip(-2, 4), MAPS, by_entry(lambda layer, y: min(max(y, -2), 4)), refuses_signal=ROWS),
    Case(Clip(high=2), MAPS, by_entry(lambda layer, y: min(y, 2))),
    Case(Sigmoid(), MAPS, by_entry(lambda layer, y: 1 / (1 + math.exp(-y))), refuses_signal=ROWS, roundings=8),
    Case(SiLU(), MAPS, by_entry(lambda layer, y: y / (1 + math.exp(-y))), refuses_signal=ROWS, roundings=16),
    Case(HardSigmoid(), MAPS, by_entry(lambda layer, y: gate(y)), refuses_signal=ROWS, roundings=8),
    Case(HardSwish(), MAPS, by_entry(lambda layer, y: y * gate(y)), refuses_signal=ROWS, roundings=8),
    Case(LeakyReLU(0.25), MAPS, by_entry(lambda layer, y: y if y > 0 else layer.leak * y), refuses_signal=ROWS),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layer_owes_the_engine(case):
    check_layer(case)


def test_every_layer_has_its_case():
    kinds = {each for each in vars(layers).values() if isinstance(each, type) and issubclass(each, Layer)}
    kinds -= {Layer, Activation, Smooth}
    assert kinds and {type(case.layer) for case in CASES} == kinds == set(IN_JAX)


class Tripled(Linear):
    """A Linear layer whose way back is three times too strong."""

    def backward(self, signal, saved, rule):
        return 3 * super().backward(signal, saved, rule)


def test_the_harness_sees_a_defect(monkeypatch):
    monkeypatch.setitem(IN_JAX, Tripled, IN_JAX[Linear])
    good = next(case for case in CASES if isinstance(case.layer, Linear))
    with pytest.raises(AssertionError):
        check_layer(Case(Tripled(**good.layer.settings()), good.shapes, good.oracle))

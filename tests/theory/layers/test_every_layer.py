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
    AveragePool2d,
    BatchNorm2d,
    Concatenate,
    Conv2d,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    ReLU6,
    SamePad2d,
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
    return [oracles.max_pool(plane, layer.size, layer.stride, layer.padding, layer.tie)[0] for plane in image]


def by_entry(function):
    """The oracle of an activation."""
    return lambda layer, y: np.vectorize(lambda entry: function(layer, entry), otypes=[float])(y)


def normalised(layer, image):
    rows = zip(image, layer.weight, layer.bias, layer.running_mean, layer.running_var)
    return [weight * (plane - mean) / np.sqrt(var + layer.eps) + bias for plane, weight, bias, mean, var in rows]


def averaged(layer, image):
    return [[[sum(plane.flat) / plane.size]] for plane in image]


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
    Case(AveragePool2d(), ((2, 2, 4),), averaged, [([(2, 3)], "takes")], [(4, 2, 1, 1)]),
    Case(NORM, MAPS, normalised, [([(1, 3, 5, 6)], "takes")]),
    Case(SamePad2d(3, 2), MAPS, same_padded, [([(2, 5, 6)], "takes")], [(3, 2, 7, 8), (3, 2, 5, 6), (3, 1, 7, 7)]),
    Case(SamePad2d((5, 2), (2, 3)), ((1, 7, 9),), same_padded),
    Case(SamePad2d((6, 1), (1, 2)), ((1, 1, 3),), same_padded),
    Case(Flatten(), MAPS, lambda layer, x: x.ravel()),
    Case(Sum(), MAPS * 2, lambda layer, *xs: sum(xs), [([(1, 2), (1, 3)], "no sum")]),
    Case(Sum(), ((4,),) * 3, lambda layer, *xs: sum(xs)),
    Case(Concatenate(), ((2, 5, 6), (1, 5, 6)), side_by_side, [([(1, 2, 3), (1, 2, 4)], "side")]),
    Case(ReLU(), MAPS, by_entry(lambda layer, y: max(y, 0)), refuses_signal=[*ROWS, (3, 2, 5, 5)]),
    Case(ReLU6(), MAPS, by_entry(lambda layer, y: min(max(y, 0), 6)), refuses_signal=ROWS),
    Case(LeakyReLU(0.25), MAPS, by_entry(lambda layer, y: y if y > 0 else layer.leak * y), refuses_signal=ROWS),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layer_owes_the_engine(case):
    check_layer(case)


def test_every_layer_has_its_case():
    kinds = {each for each in vars(layers).values() if isinstance(each, type) and issubclass(each, Layer)}
    kinds -= {Layer, Activation}
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

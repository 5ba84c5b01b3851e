"""Fast layers take, and refuse, what the plain ones do: many signals of a pass of one, and shapes that do not fit."""

import numpy as np
import pytest

from sims.compiled.layers import FAST, faster
from theory.layers import BatchNorm2d, Conv2d, Linear, MaxPool2d, ReLU, ReLU6
from theory.rules import GUIDED

RNG = np.random.default_rng(0)


def integers(*shape):
    """Small integers: sums are exact in float32, and equal means equal; but Winograd's fractions round."""
    return RNG.integers(-2, 3, shape).astype(np.float32)


PLAIN = {
    "convolution": (Conv2d(integers(16, 16, 3, 3), integers(16), padding=1), (16, 12, 12)),
    "dense": (Linear(integers(6, 40), integers(6)), (40,)),
    "pool": (MaxPool2d(2), (3, 6, 8)),
    "relu": (ReLU(), (3, 6, 8)),
    "relu6": (ReLU6(), (3, 6, 8)),
    "norm": (BatchNorm2d(integers(3), *[integers(3) ** 2] * 3), (3, 6, 8)),
    "depthwise": (Conv2d(integers(6, 1, 3, 3), integers(6), 2, 1, groups=6), (6, 9, 8)),
    "pixels": (Conv2d(integers(6, 5, 1, 1), integers(6)), (5, 6, 8)),
    "columns": (Conv2d(integers(6, 3, 3, 3), integers(6), 2, 1), (3, 9, 8)),
}
CLOSE = 1e-4  # of integers up to 16·9·4: an allowance for Winograd's fractions, far below 1


def test_every_fast_layer_is_here():
    assert {type(faster(layer)) for layer, _ in PLAIN.values()} == {kind for kinds in FAST.values() for kind in kinds}


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("count", [1, 4, 7])
def test_signals_of_a_pass_of_one_are_each_alone(name, count):
    layer, shape = PLAIN[name]
    inputs = integers(1, *shape)
    outputs, saved = faster(layer).forward(inputs)
    signal = integers(count, *outputs.shape[1:])
    found = faster(layer).backward(signal, saved, GUIDED)
    assert found.shape == (count, *shape) and found.dtype == np.float32
    expected = layer.backward(signal, layer.forward(inputs)[1], GUIDED)
    assert np.abs(found - expected).max() <= CLOSE and (count == 1 or (found[0] != found[-1]).any())


@pytest.mark.parametrize("tape, signal", [(np.float64, np.float32), (np.float32, np.float64)])
@pytest.mark.parametrize("name", PLAIN)
def test_other_precisions_are_the_plain_layer_s(name, tape, signal):
    layer, shape = PLAIN[name]
    inputs = integers(1, *shape).astype(tape)
    outputs, saved = faster(layer).forward(inputs)
    expected, kept = layer.forward(inputs)
    assert np.abs(outputs - expected).max() <= CLOSE and outputs.dtype == expected.dtype
    back = integers(1, *outputs.shape[1:]).astype(signal)
    found, plain = faster(layer).backward(back, saved, GUIDED), layer.backward(back, kept, GUIDED)
    assert np.abs(found - plain).max() <= CLOSE and found.dtype == plain.dtype


@pytest.mark.parametrize("shape", [(1, 3, 1, 8), (1, 3, 8, 1)])
def test_a_side_of_one_is_refused_by_both_pools(shape):
    for layer in (MaxPool2d(2), faster(MaxPool2d(2))):
        assert "does not fit" in refused(lambda layer=layer: layer.forward(np.ones(shape, np.float32)))


def refused(call):
    """The message of the ValueError that a call raises."""
    with pytest.raises(ValueError) as complaint:
        call()
    return str(complaint.value)


@pytest.mark.parametrize("name", ["pool", "relu", "relu6"])
@pytest.mark.parametrize("rows", [1, 2, 4])
def test_a_pass_of_three_takes_three_signals(name, rows):
    layer, shape = PLAIN[name]
    for each in (layer, faster(layer)):
        outputs, saved = each.forward(integers(3, *shape))
        assert f"{rows} signals come back to a pass of 3" in refused(
            lambda each=each, outputs=outputs, saved=saved: each.backward(
                integers(rows, *outputs.shape[1:]), saved, GUIDED
            )
        )


@pytest.mark.parametrize("name", PLAIN)
def test_inputs_and_signals_of_another_shape_are_refused_before_a_compiled_loop(name):
    layer, shape = PLAIN[name]
    for each in (layer, faster(layer)):
        outputs, saved = each.forward(integers(1, *shape))
        with pytest.raises(ValueError):
            each.backward(integers(1, outputs.shape[1] + 1, *outputs.shape[2:]), saved, GUIDED)
        if name not in ("relu", "relu6"):
            with pytest.raises(ValueError):
                each.forward(integers(1, *shape)[:, 1:, :1] if name != "dense" else integers(1, shape[0] - 1))
        if len(shape) == 3 and name != "norm":  # which knows no places
            with pytest.raises(ValueError):
                each.backward(integers(1, *outputs.shape[1:3], outputs.shape[3] - 1), saved, GUIDED)

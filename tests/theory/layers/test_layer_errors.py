"""What a layer refuses, and that its message says what is wrong."""

import numpy as np
import pytest

from theory.geometry.windows import Windows, pair
from theory.layers import (
    AdaptiveAveragePool2d,
    AveragePool2d,
    Clip,
    Conv2d,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    Pad2d,
)
from theory.rules import as_rule

FILTERS = np.ones((2, 3, 2, 2))


@pytest.mark.parametrize("shape", [(1, 2, 5, 5), (3, 5, 5), (1, 3, 5)])
def test_conv_refuses_other_channels_and_ranks(shape):
    with pytest.raises(ValueError, match=r"takes \(B, 3, H, W\)"):
        Conv2d(FILTERS).forward(np.ones(shape))


@pytest.mark.parametrize("shape, padding", [((1, 3, 1, 5), 0), ((1, 3, 5, 1), 0), ((1, 3, 1, 5), (0, 3))])
def test_conv_refuses_a_kernel_that_does_not_fit(shape, padding):
    with pytest.raises(ValueError, match="does not fit"):
        Conv2d(FILTERS, padding=padding).forward(np.ones(shape))


def test_conv_takes_a_kernel_that_just_fits():
    assert Conv2d(FILTERS, stride=5).forward(np.ones((1, 3, 2, 2)))[0].shape == (1, 2, 1, 1)
    assert Conv2d(FILTERS, padding=(1, 0)).forward(np.ones((1, 3, 1, 2)))[0].shape == (1, 2, 2, 1)


@pytest.mark.parametrize("weight", [np.ones((3, 2, 2)), np.ones(4), np.ones((1, 1, 2, 2, 2))])
def test_conv_weight_has_four_dimensions(weight):
    with pytest.raises(ValueError, match="weight has 4 dimensions"):
        Conv2d(weight)


@pytest.mark.parametrize("layer, weight", [(Conv2d, FILTERS), (Linear, np.ones((2, 3)))])
def test_bias_has_one_entry_per_output(layer, weight):
    with pytest.raises(ValueError, match="bias has 3 entries for 2 outputs"):
        layer(weight, np.ones(3))
    with pytest.raises(ValueError, match="bias has 1 dimensions"):
        layer(weight, np.ones((2, 1)))


@pytest.mark.parametrize("shape", [(2, 4), (3,), (1, 1, 3)])
def test_linear_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match=r"takes \(B, 3\)"):
        Linear(np.ones((2, 3))).forward(np.ones(shape))


@pytest.mark.parametrize(
    "setting",
    [
        dict(stride=0),
        dict(stride=(1, 0)),
        dict(stride=-1),
        dict(padding=-1),
        dict(padding=(0, -2)),
        dict(stride=(1, 2, 3)),
        dict(padding=(1,)),
    ],
)
def test_stride_and_padding_have_a_range(setting):
    with pytest.raises(ValueError, match=next(iter(setting))):
        Conv2d(FILTERS, **setting)


@pytest.mark.parametrize("value", [1.0, (1, 2.0), "2", None])
def test_a_pair_holds_ints(value):
    with pytest.raises(TypeError, match="stride must be an int"):
        pair(value, "stride", 1)


def test_a_pair_takes_numpy_ints_and_lists():
    assert pair(np.int64(2), "size", 1) == (2, 2)
    assert pair([2, np.int32(3)], "size", 1) == (2, 3)


def test_windows_refuse_a_kernel_of_zero():
    with pytest.raises(ValueError, match="kernel must be at least 1"):
        Windows.on((3, 3), (0, 2))


@pytest.mark.parametrize("tie", ["middle", None, 0])
def test_pool_refuses_an_unknown_tie(tie):
    with pytest.raises(ValueError, match="tie is"):
        MaxPool2d(2, tie=tie)


@pytest.mark.parametrize("size, padding", [(2, 2), (3, 2), ((4, 2), (2, 2)), (1, 1)])
def test_pool_refuses_padding_over_half_of_its_size(size, padding):
    with pytest.raises(ValueError, match="over half"):
        MaxPool2d(size, padding=padding)


@pytest.mark.parametrize("setting", [dict(size=0), dict(size=2, stride=0), dict(size=2, padding=-1), dict(size=(2, 0))])
def test_pool_settings_have_a_range(setting):
    with pytest.raises(ValueError, match="must be at least"):
        MaxPool2d(**setting)


def test_pool_refuses_windows_that_do_not_fit_and_other_ranks():
    with pytest.raises(ValueError, match="does not fit"):
        MaxPool2d(3).forward(np.ones((1, 1, 2, 5)))
    with pytest.raises(ValueError, match="max-pooling takes"):
        MaxPool2d(2).forward(np.ones((2, 5, 5)))


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: AveragePool2d(2, padding=2), "over half"),
        (lambda: AveragePool2d(0), "size must be at least 1"),
        (lambda: AveragePool2d(stride=2), "give a size"),
        (lambda: AveragePool2d(padding=1), "give a size"),
        (lambda: AdaptiveAveragePool2d(0), "size must be at least 1"),
        (lambda: Pad2d(-1), "rows must be at least 0"),
        (lambda: Pad2d(0, (0, -1)), "columns must be at least 0"),
        (lambda: Clip(1, 1), "low must be below high"),
        (lambda: Clip(np.nan), "low must be below high"),
        (lambda: LocalResponseNorm(0), "size must be at least 1"),
        (lambda: LocalResponseNorm(3, alpha=-1), "alpha must be at least 0"),
        (lambda: LocalResponseNorm(3, k=0), "k above 0"),
    ],
)
def test_settings_of_layers_have_a_range(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_a_setting_of_another_precision_leaves_single_precision_alone():
    x = np.ones((1, 2, 2, 2), np.float32)
    for layer in (Clip(np.float64(0.0), np.float64(2.0)), LocalResponseNorm(2, *np.ones(3))):
        outputs, saved = layer.forward(x)
        assert outputs.dtype == layer.backward(outputs, saved, as_rule("saliency")).dtype == np.float32


@pytest.mark.parametrize("rule", ["Guided", "", None, 3, len])
def test_unknown_rules(rule):
    with pytest.raises(ValueError, match="saliency, deconvnet, guided"):
        as_rule(rule)


@pytest.mark.parametrize(
    "setting", [dict(groups=0), dict(groups=3), dict(groups=-1), dict(dilation=0), dict(dilation=(1, 0))]
)
def test_groups_and_dilation_have_a_range(setting):
    with pytest.raises(ValueError, match=next(iter(setting))):
        Conv2d(FILTERS, **setting)


def test_groups_are_an_int():
    with pytest.raises(TypeError):
        Conv2d(FILTERS, groups=1.0)

"""What a layer refuses, and that its message says what is wrong."""

import numpy as np
import pytest

from theory.geometry.windows import Windows, pair
from theory.layers import Conv2d, Linear, MaxPool2d
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

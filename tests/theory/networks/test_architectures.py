"""The papers' architectures in all their layouts, and what a network refuses."""

import numpy as np
import pytest

from theory.layers import Flatten, Linear, MaxPool2d
from theory.networks import Sequential, three_layer_cnn, three_layer_fcn
from theory.rules import RULES

NAMES = tuple(RULES)


def integers(seed, *shape):
    """Small integers: every sum below is exact, so equal means equal."""
    return np.random.default_rng(seed).integers(-3, 4, shape).astype(float)


FILTERS, READOUT, IMAGES = integers(1, 3, 2, 2, 2), integers(2, 2, 3, 16), integers(3, 2, 2, 5, 5)


def test_the_logits_are_the_papers_sum():
    """f_k = Σ_i Σ_j V_ij,k σ(w_iᵀ D_j x), over the places in reading order."""
    logits = three_layer_cnn(FILTERS, READOUT)(IMAGES)
    for n in range(2):
        patches = [IMAGES[n, :, y : y + 2, x : x + 2] for y in range(4) for x in range(4)]
        hidden = np.array([[max((w * patch).sum(), 0) for patch in patches] for w in FILTERS])
        assert np.array_equal(logits[n], [(V * hidden).sum() for V in READOUT])


@pytest.mark.parametrize("rule", NAMES)
def test_a_readout_may_be_flat_or_have_rows_and_columns(rule):
    flat = three_layer_cnn(FILTERS, READOUT)
    rows = three_layer_cnn(FILTERS, READOUT.reshape(2, 3, 4, 4))
    assert np.array_equal(flat(IMAGES), rows(IMAGES))
    assert np.array_equal(flat.attribute(IMAGES, 1, rule), rows.attribute(IMAGES, 1, rule))


@pytest.mark.parametrize("rule", NAMES)
def test_one_patch_is_fully_connected(rule):
    """A kernel of the image's size, and for images or flat inputs alike."""
    weights, readout = integers(4, 6, 2, 5, 5), integers(5, 3, 6)
    cnn, fcn = three_layer_cnn(weights, readout[:, :, None]), three_layer_fcn(weights.reshape(6, -1), readout)
    picture = fcn.attribute(IMAGES, [2, 0], rule)
    assert picture.shape == IMAGES.shape
    assert np.array_equal(cnn(IMAGES), fcn(IMAGES))
    assert np.array_equal(cnn.attribute(IMAGES, [2, 0], rule), picture)
    assert np.array_equal(fcn.attribute(IMAGES.reshape(2, -1), [2, 0], rule), picture.reshape(2, -1))
    assert np.array_equal(three_layer_cnn(weights, readout)(IMAGES), fcn(IMAGES))


@pytest.mark.parametrize("rule", NAMES)
@pytest.mark.parametrize("pool", [1, (1, 1), MaxPool2d(1)])
def test_a_pool_of_one_changes_nothing(rule, pool):
    without, pooled = three_layer_cnn(FILTERS, READOUT), three_layer_cnn(FILTERS, READOUT, pool=pool)
    assert np.array_equal(without(IMAGES), pooled(IMAGES))
    assert np.array_equal(without.attribute(IMAGES, 1, rule), pooled.attribute(IMAGES, 1, rule))


def test_pool_comes_after_the_relu_and_keeps_its_own_settings():
    pool = MaxPool2d(3, stride=1, padding=1, tie="last")
    assert three_layer_cnn(FILTERS, READOUT, pool=pool).layers[2] is pool
    side = three_layer_cnn(FILTERS, READOUT[..., :8], pool=(1, 2))
    assert side.layers[2].size == side.layers[2].stride == (1, 2)


def test_stride_and_padding_reach_the_convolution():
    net = three_layer_cnn(FILTERS, integers(2, 2, 3, 3 * 6), stride=(2, 1), padding=(1, 1))
    assert net.forward(IMAGES).saved["1"].shape == (2, 3, 3, 6)


@pytest.mark.parametrize("readout", [np.ones(3), np.float64(1)])
def test_a_readout_has_a_logit_and_a_filter_axis(readout):
    with pytest.raises(ValueError, match="readout has shape"):
        three_layer_cnn(FILTERS, readout)


def test_a_readout_of_another_size_is_refused():
    with pytest.raises(ValueError, match="linear layer takes"):
        three_layer_cnn(FILTERS, READOUT[..., :15])(IMAGES)
    with pytest.raises(ValueError, match="weights has 2 dimensions"):
        three_layer_fcn(FILTERS, READOUT[..., 0])


@pytest.mark.parametrize("rule", ["gbp", "GUIDED", None, object()])
def test_unknown_rules_are_refused_with_the_known_ones_named(rule):
    with pytest.raises(ValueError, match="saliency, deconvnet, guided"):
        three_layer_cnn(FILTERS, READOUT).attribute(IMAGES, 0, rule)


@pytest.mark.parametrize("target", [-1, 2, [0, 2], [-1, 0]])
def test_a_target_that_is_no_logit(target):
    with pytest.raises(IndexError, match=r"0\.\.1"):
        three_layer_cnn(FILTERS, READOUT).attribute(IMAGES, target)


@pytest.mark.parametrize("target", [0.0, "0", [0], [0, 1, 0], [[0, 1]], [0.0, 1.0], True])
def test_a_target_is_an_int_or_one_per_input(target):
    with pytest.raises(ValueError, match="for each of the 2 inputs"):
        three_layer_cnn(FILTERS, READOUT).attribute(IMAGES, target)


@pytest.mark.parametrize("inputs", [np.ones(3), np.ones((0, 3)), np.float64(1)])
def test_inputs_come_as_a_batch(inputs):
    net = Sequential([Flatten(), Linear(np.ones((2, 3)))])
    with pytest.raises(ValueError, match="come as a batch"):
        net(inputs)
    with pytest.raises(ValueError, match="come as a batch"):
        net.attribute(inputs, 0)


def test_integer_inputs_are_taken_as_float64():
    net, pixels = three_layer_cnn(FILTERS, READOUT), IMAGES.astype(np.int8)
    assert net.attribute(pixels, 1).dtype == np.float64
    assert np.array_equal(net.attribute(pixels, 1), net.attribute(IMAGES, 1))


def test_one_pass_serves_every_rule():
    net = three_layer_cnn(FILTERS, READOUT)
    passed = net.forward(IMAGES)
    signal = np.zeros_like(passed.output)
    signal[:, 1] = 1
    for rule in NAMES:
        assert np.array_equal(passed.backward(signal, rule), net.attribute(IMAGES, 1, rule))

"""EfficientNet-Lite: its shapes, and whole passes against JAX, which builds it by the names of the tensors alone."""

import math

import numpy as np
import pytest
from support import jax_deep
from support.deep import TERMS, assert_close, tensors

from theory.layers import ReLU6, SamePad2d
from theory.networks import Stage, efficientnet_lite, efficientnet_lite_shapes, mobile_network, mobile_shapes

RULES = "saliency", "deconvnet", "guided"
CLOSE = TERMS * np.finfo(float).eps
PARAMETERS = 4_652_008, 5_416_680, 6_092_072
BLOCKS = (1, 2, 2, 3, 3, 4, 1), (1, 3, 3, 4, 4, 5, 1), (1, 3, 3, 4, 4, 5, 1)
WIDTHS = (16, 24, 40, 80, 112, 192, 320), (16, 24, 40, 80, 112, 192, 320), (16, 24, 48, 88, 120, 208, 352)
STRIDES = 1, 2, 2, 2, 1, 2, 1

SMALL = Stage(1, 3, 1, 1, 4), Stage(2, 5, 2, 3, 6), Stage(1, 3, 2, 2, 6)
SMALL_STRIDES = 1, 2, 1, 2
SIZES = dict(stem=5, head=9, classes=6, channels=2)
WEIGHTS = tensors(mobile_shapes(SMALL, **SIZES), seed=7)


def images(*shape):
    """So far from 0 that activations pass 6, too: the upper kink is met."""
    return 20 * np.random.default_rng(8).standard_normal(shape)


def strides(version):
    return [stride if n == 0 else 1 for stride, count in zip(STRIDES, BLOCKS[version]) for n in range(count)]


@pytest.mark.parametrize("version", range(3))
def test_parameter_counts_and_widths(version):
    shapes = efficientnet_lite_shapes(version)
    assert sum(math.prod(shape) for name, shape in shapes.items() if "running" not in name) == PARAMETERS[version]
    found = [shape[0] for name, shape in shapes.items() if "_project_conv" in name]
    assert found == [width for width, count in zip(WIDTHS[version], BLOCKS[version]) for _ in range(count)]
    assert shapes["_conv_stem.weight"] == (32, 3, 3, 3) and shapes["_fc.weight"] == (1000, 1280)
    assert "_blocks.0._expand_conv.weight" not in shapes


@pytest.mark.parametrize("version", [-1, 3, 0.5, "0", None])
def test_another_version_is_refused(version):
    with pytest.raises(ValueError, match="version 0, 1 or 2, not"):
        efficientnet_lite_shapes(version)


@pytest.mark.parametrize("rule", RULES)
def test_a_small_one_is_autodiff(rule):
    """Maps of 19, 10, 5, 3 rows and 16, 8, 4, 2 columns: even and odd ones are padded, on one side or on both."""
    given = images(2, 2, 19, 16)
    net = mobile_network(WEIGHTS, SMALL, **SIZES)
    logits, expected = jax_deep.attribute(lambda x: jax_deep.mobile_network(WEIGHTS, rule, x, SMALL_STRIDES), given, 4)
    assert_close(net(given), logits, CLOSE)
    assert_close(net.attribute(given, 4, rule), expected, CLOSE)


def test_both_kinks_are_met():
    """Or the test above would see no ReLU6."""
    net = mobile_network(WEIGHTS, SMALL, **SIZES)
    passed = net.forward(images(2, 2, 19, 16))
    for node in net.nodes:
        if isinstance(node.layer, ReLU6):
            y = passed.saved[node.name]
            assert (y < 0).any() and ((y > 0) & (y < 6)).any() and (y > 6).any(), node.name


@pytest.mark.slow
@pytest.mark.parametrize("version", range(3))
def test_each_is_autodiff(version):
    weights, given = tensors(efficientnet_lite_shapes(version), seed=9), images(1, 3, 37, 34)
    net = efficientnet_lite(weights, version)
    logits, expected = jax_deep.attribute(
        lambda x: jax_deep.mobile_network(weights, "guided", x, strides(version)), given, 4
    )
    assert_close(net(given), logits, CLOSE)
    assert_close(net.attribute(given, 4), expected, CLOSE)


@pytest.fixture(scope="module")
def lite0():
    return tensors(efficientnet_lite_shapes(), seed=9, dtype=np.float32)


def test_only_strides_are_padded_by_a_node(lite0):
    net = efficientnet_lite(lite0)
    assert [layer.size[0] for layer in net.layers if isinstance(layer, SamePad2d)] == [3, 3, 5, 3, 5]
    assert sum(isinstance(layer, ReLU6) for layer in net.layers) == 33
    assert net(np.ones((1, 3, 20, 30), np.float32)).dtype == np.float32


def test_it_names_the_tensor_that_is_wrong(lite0):
    assert efficientnet_lite({**lite0, "_bn0.num_batches_tracked": np.array(7)}).nodes
    less = {name: array for name, array in lite0.items() if name != "_blocks.3._bn1.running_var"}
    with pytest.raises(ValueError, match=r"missing tensors: _blocks.3._bn1.running_var \(144,\)"):
        efficientnet_lite(less)
    with pytest.raises(ValueError, match=r"_fc.weight has shape \(10, 1280\), not \(1000, 1280\)"):
        efficientnet_lite({**lite0, "_fc.weight": np.ones((10, 1280))})
    with pytest.raises(ValueError, match="missing tensors: _blocks.16"):
        efficientnet_lite(lite0, 1)

"""Whole deep networks against JAX, which builds them from the tensors' names alone, and what their weights must be.

A float64 pass is off by terms·eps of its norm at most, terms being layers × the longest sum. In float32 something
larger comes first: where a preactivation is 0 to its last digits, the two sides open different masks or set different
switches. A layer's preactivations are known to δ = √4608·eps ≈ 8e-6 of their standard deviation (4608 is the longest
sum, and its roundings add like a random walk), so a share 2φ(0)δ of the masks is open to doubt, and each takes its own
share of the squared norm with it: over 20 layers √(20·2φ(0)δ) ≈ 1.1e-2 of the norm. A wrong layer is off by order 1.
"""

import math

import numpy as np
import pytest
from support import jax_deep, jax_networks
from support.deep import TERMS, assert_close, tensors

from theory.layers import Conv2d, Linear, MaxPool2d
from theory.networks import (
    cnn,
    fcn,
    residual_network,
    residual_shapes,
    resnet50,
    resnet50_shapes,
    three_layer_cnn,
    three_layer_fcn,
    vgg16,
    vgg16_shapes,
)

RULES = "saliency", "deconvnet", "guided"
MASKS = 1.1e-2


def test_parameter_counts_and_names():
    shapes = vgg16_shapes()
    assert sum(map(math.prod, shapes.values())) == 138_357_544
    assert len(shapes) == 32 and len(vgg16_shapes(biases=False)) == 16
    assert list(shapes)[:2] == ["features.0.weight", "features.0.bias"] and list(shapes)[-1] == "classifier.6.bias"
    assert shapes["features.28.weight"] == (512, 512, 3, 3) and shapes["classifier.0.weight"] == (4096, 25088)
    shapes = resnet50_shapes()
    assert sum(math.prod(shape) for name, shape in shapes.items() if "running" not in name) == 25_557_032
    assert len(shapes) == 53 + 4 * 53 + 2
    assert shapes["layer1.0.downsample.0.weight"] == (256, 64, 1, 1) and shapes["fc.weight"] == (1000, 2048)
    assert shapes["layer4.2.conv2.weight"] == (512, 512, 3, 3) and "layer2.1.downsample.0.weight" not in shapes


@pytest.fixture(scope="module")
def vgg16_weights():
    return tensors(vgg16_shapes(), dtype=np.float32)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_vgg16_at_its_true_size(vgg16_weights, rule):
    vgg16_is_autodiff(vgg16_weights, 224, rule)


@pytest.mark.parametrize("rule", RULES)
def test_vgg16_of_the_smallest_size(rule):
    vgg16_is_autodiff(tensors(vgg16_shapes(size=32), dtype=np.float32), 32, rule)


def vgg16_is_autodiff(weights, size, rule):
    image = np.random.default_rng(1).standard_normal((1, 3, size, size), np.float32)
    net = vgg16(weights, size)
    logits, expected = jax_deep.attribute(lambda x: jax_deep.vgg16(weights, rule, x), image, 7)
    assert_close(net(image), logits, 1e-4)
    assert_close(net.attribute(image, 7, rule), expected, MASKS)


def test_vgg16_without_biases_copies_no_weights(vgg16_weights):
    weights = {name: array for name, array in vgg16_weights.items() if name.endswith("weight")}
    layers = [layer for layer in vgg16(weights).layers if isinstance(layer, (Conv2d, Linear))]
    assert len(layers) == 16 and all(layer.bias is None for layer in layers)
    assert all(np.shares_memory(layer.weight, array) for layer, array in zip(layers, weights.values()))


def test_vgg16_takes_224_pixels_a_side(vgg16_weights):
    for shape in ((1, 3, 256, 256), (1, 1, 224, 224), (3, 224, 224)):
        with pytest.raises(ValueError, match=r"takes \(B, 3, 224, 224\), not"):
            vgg16(vgg16_weights)(np.ones(shape, np.float32))


def broken(weights, **changes):
    """Weights with some tensors replaced, or left out where None is given."""
    return {name: array for name, array in {**weights, **changes}.items() if array is not None}


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"features.5.weight": None}, r"missing tensors: features.5.weight \(128, 64, 3, 3\)$"),
        ({"classifier.3.bias": None}, r"missing tensors: classifier.3.bias \(4096,\)$"),
        ({f"features.{n}.weight": None for n in (0, 2, 5, 7)}, "features.5.weight .* and 1 more"),
        ({"features.1.weight": np.ones(3)}, r"unexpected tensors: features.1.weight \(3,\)$"),
        (
            {"classifier.6.weight": np.ones((10, 4096))},
            r"classifier.6.weight has shape \(10, 4096\), not \(1000, 4096\)$",
        ),
        ({"features.0.bias": np.array(["a"] * 64)}, "features.0.bias holds <U1"),
    ],
)
def test_vgg16_names_the_tensor_that_is_wrong(vgg16_weights, changes, message):
    with pytest.raises(ValueError, match=message):
        vgg16(broken(vgg16_weights, **changes))


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_resnet50(rule):
    weights = tensors(resnet50_shapes(), seed=2)
    images = np.random.default_rng(3).standard_normal((1, 3, 64, 64))
    net = resnet50(weights)
    logits, expected = jax_deep.attribute(
        lambda x: jax_deep.residual_network(weights, rule, x, (3, 4, 6, 3)), images, 4
    )
    assert_close(net(images), logits, TERMS * np.finfo(float).eps)
    assert_close(net.attribute(images, 4, rule), expected, TERMS * np.finfo(float).eps)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("blocks, side", [((1,), 32), ((2, 1), 45)])
def test_small_residual_networks(blocks, side, rule):
    size = dict(width=4, classes=5, channels=2)
    weights = tensors(residual_shapes(blocks, **size), seed=4)
    images = np.random.default_rng(5).standard_normal((2, 2, side, side - 4))
    net = residual_network(weights, blocks, **size)
    logits, expected = jax_deep.attribute(lambda x: jax_deep.residual_network(weights, rule, x, blocks), images, 4)
    assert_close(net(images), logits, TERMS * np.finfo(float).eps)
    assert_close(net.attribute(images, 4, rule), expected, TERMS * np.finfo(float).eps)


def test_residual_networks_name_the_tensor_that_is_wrong():
    size = dict(blocks=(1, 1), width=2, classes=3)
    weights = tensors(residual_shapes(**size))
    counted = broken(weights, **{"bn1.num_batches_tracked": np.array(7)})
    assert residual_network(counted, **size)(np.ones((1, 3, 32, 32))).shape == (1, 3)
    with pytest.raises(ValueError, match=r"missing tensors: layer2.0.bn3.running_var \(16,\)"):
        residual_network(broken(weights, **{"layer2.0.bn3.running_var": None}), **size)
    with pytest.raises(ValueError, match="unexpected tensors: layer1.0.conv1.bias"):
        residual_network(broken(weights, **{"layer1.0.conv1.bias": np.ones(2)}), **size)
    with pytest.raises(ValueError, match=r"fc.weight has shape \(3, 8\), not \(3, 16\)"):
        residual_network(broken(weights, **{"fc.weight": np.ones((3, 8))}), **size)


def integers(seed, *shape):
    """Small integers: every sum below is exact, so equal means equal."""
    return np.random.default_rng(seed).integers(-1, 2, shape).astype(float)


IMAGES = integers(0, 2, 3, 8, 8)
DEEP_FCN = [integers(1, 7, 192), integers(2, 5, 7), integers(3, 6, 5), integers(4, 3, 6)]
FILTERS = [integers(1, 4, 3, 3, 3), integers(2, 3, 4, 2, 2), integers(3, 5, 3, 3, 3)]
FCN_BIASES, CNN_BIASES = ([integers(5, size) for size in sizes] for sizes in ((7, 5, 6, 3), (4, 3, 5, 6, 2)))
STACKS = {
    "fcn": fcn(DEEP_FCN),
    "fcn, biases": fcn(DEEP_FCN, FCN_BIASES),
    "linear": fcn(DEEP_FCN[:1]),
    "cnn": cnn(FILTERS, integers(4, 2, 5, 3, 3), paddings=1, pools=[2, None, MaxPool2d(3, stride=2, padding=1)]),
    "cnn, biases": cnn(
        FILTERS,
        [integers(4, 6, 5 * 7 * 5), integers(5, 2, 6)],
        CNN_BIASES,
        strides=[(1, 2), 1, 1],
        paddings=[1, (0, 1), 1],
    ),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", STACKS)
def test_stacks_are_autodiff_with_the_rule_in_every_relu(name, rule):
    net = STACKS[name]
    logits, expected = jax_networks.attribute(net.layers, IMAGES, [1, 0], rule)
    assert abs(expected).max() > 0
    assert np.array_equal(net(IMAGES), logits) and np.array_equal(net.attribute(IMAGES, [1, 0], rule), expected)


@pytest.mark.parametrize("rule", RULES)
def test_one_hidden_layer_is_the_papers_network(rule):
    filters, readout, bias = integers(1, 4, 3, 3, 3), integers(2, 2, 4, 3, 3), integers(3, 4)
    deep = cnn([filters], readout, biases=[bias, None], pools=2)
    three = three_layer_cnn(filters, readout, pool=2, bias=bias)
    assert np.array_equal(deep.attribute(IMAGES, 1, rule), three.attribute(IMAGES, 1, rule))
    deep, three = fcn([DEEP_FCN[0], integers(4, 3, 7)]), three_layer_fcn(DEEP_FCN[0], integers(4, 3, 7))
    assert np.array_equal(deep.attribute(IMAGES, 1, rule), three.attribute(IMAGES, 1, rule))


def test_a_stack_s_lists_have_an_entry_each():
    for settings in (dict(strides=[1, 1]), dict(paddings=[1]), dict(pools=[2, 2, 2, 2]), dict(biases=[None] * 3)):
        with pytest.raises(ValueError, match=f"{next(iter(settings))} has . entries for . weights"):
            cnn(FILTERS, integers(4, 2, 45), **settings)
    with pytest.raises(ValueError, match="biases has 1 entries for 4 weights"):
        fcn(DEEP_FCN, [None])
    with pytest.raises(ValueError, match="weight has 2 dimensions"):
        fcn([np.ones((2, 2, 2))])

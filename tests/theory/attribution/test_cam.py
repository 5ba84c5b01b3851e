"""Grad-CAM and CAMERAS against their formulas, with JAX's derivative by a layer's maps."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.jax_graphs import in_jax
from support.networks import small_mobile

from theory.attribution.cam import grad_cam, guided_grad_cam, last_maps, layer_of
from theory.attribution.cameras import cameras, of_any_size
from theory.errors import Precondition
from theory.layers import AveragePool2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from theory.networks import INPUT, Residual, Sequential, cnn, fcn, residual_network, residual_shapes

ROUNDINGS = 1024 * np.finfo(float).eps


def normal(seed, *shape):
    """The offset is the first at which no map that is compared below is 0."""
    return np.random.default_rng(10200 + seed).standard_normal(shape)


LAYERS = [
    Conv2d(normal(1, 4, 3, 3, 3), normal(2, 4)),
    ReLU(),
    MaxPool2d(2),
    Residual([Conv2d(normal(3, 4, 4, 3, 3), normal(4, 4), padding=1), ReLU()]),
    Conv2d(normal(5, 5, 4, 2, 2), normal(6, 5)),
    ReLU(),
    AveragePool2d(),
    Flatten(),
    Linear(normal(7, 6, 5), normal(8, 6)),
    ReLU(),
    Linear(normal(9, 4, 6), normal(10, 4)),
]
NETWORK, IMAGES, TARGETS = Sequential(LAYERS), normal(0, 2, 3, 10, 12), [3, 1]


def at(number, images=IMAGES, targets=TARGETS):
    """The maps that the layer of this number gives, and JAX's derivatives of the logits by them."""
    maps = Sequential(LAYERS[: number + 1])(images)
    above = in_jax(Sequential(LAYERS[number + 1 :]), "saliency")
    gradients = jax.grad(lambda a: above(a)[np.arange(len(images)), targets].sum())(jnp.asarray(maps))
    return maps, np.asarray(gradients)


def enlarged(maps, size=(10, 12)):
    return np.asarray(jax.image.resize(maps, (*maps.shape[:2], *size), "bilinear", antialias=False))


def close(found, expected):
    return found.shape == expected.shape and np.abs(found - expected).max() <= ROUNDINGS * np.abs(expected).max() > 0


@pytest.mark.parametrize("layer, number", [(None, 5), ("5", 5), ("2", 2), ("3", 3)])
def test_grad_cam_is_its_formula(layer, number):
    maps, gradients = at(number)
    weighed = (gradients.mean(axis=(2, 3), keepdims=True) * maps).sum(axis=1, keepdims=True)
    assert close(grad_cam(NETWORK, IMAGES, TARGETS, layer=layer), enlarged(np.maximum(weighed, 0)))
    assert close(grad_cam(NETWORK, IMAGES, TARGETS, layer=layer, relu=False), enlarged(weighed))


def test_under_a_mean_and_one_dense_layer_it_is_class_activation_mapping():
    """CAM (Zhou et al. 2016) is Σ_c w_kc A_c; Grad-CAM's weights are w_kc over the number of places."""
    network = Sequential([*LAYERS[:8], Linear(weights := normal(9, 4, 5))])
    maps = Sequential(LAYERS[:6])(IMAGES)
    expected = np.einsum("bc,bchw->bhw", weights[TARGETS], maps)[:, None] / maps[0, 0].size
    assert close(grad_cam(network, IMAGES, TARGETS, relu=False), enlarged(expected))


def test_guided_grad_cam_is_guided_times_grad_cam():
    found = guided_grad_cam(NETWORK, IMAGES, TARGETS, layer="3")
    assert close(found, NETWORK.attribute(IMAGES, TARGETS) * grad_cam(NETWORK, IMAGES, TARGETS, layer="3"))
    assert guided_grad_cam(NETWORK, IMAGES, [TARGETS, TARGETS]).shape == (2, 2, 3, 10, 12)


def resnet():
    shapes = residual_shapes((1, 1), 4, 5)
    weights = {name: np.abs(normal(n, *shape)) + 0.5 for n, (name, shape) in enumerate(shapes.items())}
    return residual_network(weights, (1, 1), 4, 5)


@pytest.mark.parametrize(
    "network, size, kind",
    [
        (NETWORK, 10, ReLU),
        (small_mobile(0), 32, "ReLU6"),
        (resnet(), 32, ReLU),
        (cnn([normal(1, 2, 3, 3, 3)], normal(2, 2, 2 * 16), pools=2), 10, MaxPool2d),
    ],
)
def test_the_default_layer_is_the_last_before_one_place_a_channel(network, size, kind):
    name = last_maps(network, np.ones((1, 3, size, size)))
    layer, [taken] = network.node(name).layer, network.consumers(name)
    assert type(layer).__name__ == getattr(kind, "__name__", kind)
    assert isinstance(network.node(taken).layer, (AveragePool2d, Flatten)) and layer_of(network, IMAGES, name) == name


def test_what_it_refuses():
    dense = fcn([normal(1, 4, 360), normal(2, 3, 4)])
    with pytest.raises(Precondition, match="no node of this network before its outputs has maps"):
        grad_cam(dense, IMAGES, 0)
    assert grad_cam(dense, IMAGES, 0, layer=INPUT).shape == (2, 1, 10, 12)
    for ask in (grad_cam, cameras):
        with pytest.raises(Precondition, match="8 has outputs .B, 6., which are no maps"):
            ask(NETWORK, IMAGES, 0, layer="8")
        with pytest.raises(ValueError, match="no node '77'"):
            ask(NETWORK, IMAGES, 0, layer="77")
    with pytest.raises(Precondition, match="no maps"):
        layer_of(NETWORK, IMAGES, "8")
    with pytest.raises(ValueError, match="scales are empty"):
        cameras(NETWORK, IMAGES, 0, scales=())
    with pytest.raises(Precondition, match="another one at every size"):
        cameras(NETWORK.until("3"), IMAGES[:1], (1, 2, 2))


@pytest.mark.parametrize("number", [5, 2])
def test_cameras_is_its_formula(number):
    """Means over sizes of the maps and of the gradients, both enlarged; then their product, positive, over channels."""
    scales, sums = (1, 1.5, 2.25), [0, 0]
    for scale in scales:
        size = round(10 * scale), round(12 * scale)
        found = at(number, enlarged(IMAGES, size))
        sums = [total + enlarged(each) / len(scales) for total, each in zip(sums, found)]
    expected = np.maximum((sums[0] * sums[1]).sum(axis=1, keepdims=True), 0)
    assert close(cameras(NETWORK, IMAGES, TARGETS, scales=scales, layer=str(number)), expected)


def test_a_network_of_one_size_is_asked_at_others_and_stays_the_same_at_its_own():
    fixed = cnn([normal(1, 2, 3, 3, 3)], normal(2, 4, 2 * 80), input_shape=(3, 10, 12))
    wide = of_any_size(fixed, IMAGES)
    assert np.abs(wide(IMAGES) - fixed(IMAGES)).max() <= ROUNDINGS * np.abs(fixed(IMAGES)).max()
    assert wide(normal(3, 1, 3, 25, 17)).shape == (1, 4) and cameras(fixed, IMAGES, TARGETS).any()
    assert of_any_size(NETWORK, IMAGES).layers == NETWORK.layers

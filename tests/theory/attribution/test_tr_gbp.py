"""TR-GBP against its equations: every bias as weights on an input of ones, differentiated by JAX under the rule."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.jax_graphs import ruled
from support.jax_layers import IN_JAX

from theory.attribution import METHODS
from theory.attribution.tr_gbp import layer_maps, tr_gbp
from theory.errors import Precondition
from theory.layers import (
    Activation,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Pad2d,
    ReLU,
    ReLU6,
    SamePad2d,
)
from theory.networks import INPUT, Residual, Sequential, folded, three_layer_cnn

ROUNDINGS = 1024 * np.finfo(float).eps


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def norm(seed, channels):
    return BatchNorm2d(*normal(seed, 3, channels), running_var=np.abs(normal(seed, channels)) + 0.5)


def network():
    """Strides, groups, dilation, padding before layers, a normalisation that is folded, one that is not, dense ends."""
    return Sequential(
        [
            Pad2d((1, 2), (0, 1)),
            SamePad2d(3, 2),
            Conv2d(normal(1, 4, 2, 3, 3), None, 2),
            norm(2, 4),
            ReLU6(),
            Residual([Conv2d(normal(3, 4, 2, 3, 3), normal(4, 4), padding=2, dilation=2, groups=2), LeakyReLU()]),
            norm(5, 4),
            ReLU(),
            MaxPool2d(2, ceil_mode=True),
            Conv2d(normal(6, 3, 4, 2, 1), normal(7, 3), padding=(1, 0)),
            ReLU(),
            Dropout(),
            Flatten(),
            Linear(normal(8, 9, 36), normal(9, 9)),
            ReLU(),
            Linear(normal(10, 7, 9), normal(11, 7)),
        ]
    )


NETWORK, IMAGES = network(), normal(0, 2, 2, 9, 11)
TOP = np.argsort(-NETWORK(IMAGES), axis=1)


def source_of(network, node):
    """The name of the map that a node's ones look like, None for a vector, and the paddings between."""
    nodes = {each.name: each for each in network.nodes}
    name, paddings = node.inputs[0], []
    while name in nodes and isinstance(nodes[name].layer, (Pad2d, SamePad2d)):
        paddings, name = [nodes[name].layer, *paddings], nodes[name].inputs[0]
    if isinstance(node.layer, Linear):
        name = nodes[name].inputs[0] if isinstance(nodes[name].layer, Flatten) else None
    return name, paddings


def on_ones(network, node, shapes):
    """A node's input of ones, and the function of it that is the bias: weights b/p on it (Eq. 8); None without one."""
    layer = node.layer
    if isinstance(layer, BatchNorm2d):
        return np.ones((1, 1, *shapes[node.name][2:])), lambda ones: ones * layer.shift
    if not isinstance(layer, (Conv2d, Linear)) or layer.bias is None:
        return None
    name, paddings = source_of(network, node)
    ones = np.ones(shapes[name] if name else (1, 1, 1, 1))
    if isinstance(layer, Linear):
        weight = np.repeat(layer.bias[:, None] / ones.size, ones.size, axis=1)
        return ones, lambda ones: IN_JAX[Linear](Linear(weight), ones.reshape(1, -1))
    weight = np.broadcast_to(layer.bias[:, None, None, None] / layer.weight[0].size, layer.weight.shape)
    filled = Conv2d(weight, None, layer.stride, layer.padding, layer.dilation, layer.groups)

    def apply(ones):
        for each in (*paddings, filled):
            ones = IN_JAX[type(each)](each, ones)
        return ones

    return ones, apply


def raw(network, image, target):
    """R̃_k^l of one image, {node: (1, h, w)}: the guided derivatives by the image and by all the ones.

    At a border, where zeros are no ones, the value stays that of the bias.
    """
    shapes = network.forward(image).shapes
    added = {node.name: on_ones(network, node, shapes) for node in network.nodes}
    added = {name: each for name, each in added.items() if each is not None}

    def apply(x, ones):
        outputs = {INPUT: x}
        for node in network.nodes:
            step = IN_JAX[type(node.layer)]
            step = partial(ruled, step, "guided") if isinstance(node.layer, Activation) else step
            found = step(node.layer, *(outputs[name] for name in node.inputs))
            if node.name in added:
                bias = added[node.name][1](ones[node.name])
                found = found + bias - jax.lax.stop_gradient(bias)
            outputs[node.name] = found
        return outputs[network.last][0, target]

    ones = {name: jnp.asarray(each) for name, (each, _) in added.items()}
    by_image, by_ones = jax.grad(apply, argnums=(0, 1))(jnp.asarray(image), ones)
    return {INPUT: by_image.sum(axis=1), **{name: each.sum(axis=1) for name, each in by_ones.items()}}


def enlarged(maps):
    size = IMAGES.shape[2:]
    return sum(jax.image.resize(each, (*each.shape[:-2], *size), "bilinear", antialias=False) for each in maps.values())


def close(found, expected):
    return np.abs(found - np.asarray(expected)).max() <= ROUNDINGS * np.abs(np.asarray(expected)).max()


def test_the_weights_on_ones_are_the_bias_where_nothing_is_padded():
    """What the oracle does is Eq. 8: b/p on each of p ones adds up to b."""
    plain = Sequential(
        [Conv2d(normal(1, 3, 2, 3, 2), normal(2, 3), 2), Flatten(), Linear(normal(3, 2, 60), normal(4, 2))]
    )
    shapes = plain.forward(IMAGES[:1]).shapes
    for node in (plain.nodes[0], plain.nodes[2]):
        ones, apply = on_ones(plain, node, shapes)
        bias = np.broadcast_to(node.layer.constant(None), shapes[node.name])
        assert np.asarray(apply(ones)) == pytest.approx(bias, rel=1e-12)


@pytest.fixture(scope="module")
def expected():
    """{class: R̃_k^l} of the first image: all classes."""
    flat = folded(NETWORK)
    return {k: raw(flat, IMAGES[:1], k) for k in range(7)}


def test_layer_maps_are_the_guided_derivatives_by_ones(expected):
    found = layer_maps(NETWORK, IMAGES[:1], [[0], [4]], subtract_mean=False)
    assert set(found) == set(expected[0]) and len(found) == 7  # both normalisations, two convolutions, two dense
    for name, maps in found.items():
        for own, k in zip(maps[:, 0], (0, 4)):
            assert own.shape == expected[k][name].shape and close(own, expected[k][name]), name


@pytest.mark.parametrize("top", [5, 2, 7])
def test_the_map_is_the_sum_over_layers_less_the_mean_over_the_top_classes(expected, top):
    enlarge = {k: enlarged(each) for k, each in expected.items()}
    mean = sum(enlarge[int(k)] for k in TOP[0, :top]) / top
    for k in (TOP[0, 0], TOP[0, -1]):  # one of the top classes, and one that is not, but for 7
        assert close(tr_gbp(NETWORK, IMAGES[:1], int(k), top=top)[0], enlarge[int(k)] - mean)
    assert close(tr_gbp(NETWORK, IMAGES[:1], 3, subtract_mean=False)[0], enlarge[3])


def test_without_biases_it_is_the_guided_picture_less_the_mean():
    guided = NETWORK.attribute(IMAGES[:1], targets=list(range(7))).sum(axis=2)
    found = tr_gbp(NETWORK, IMAGES[:1], 2, biases=False)[0]
    assert close(found, guided[2] - guided[TOP[0, :5]].mean(axis=0))
    assert close(tr_gbp(NETWORK, IMAGES[:1], 2, biases=False, subtract_mean=False)[0], guided[2])
    absolute = np.abs(NETWORK.attribute(IMAGES[:1], 2)).max(axis=1)
    assert close(
        tr_gbp(NETWORK, IMAGES[:1], 2, biases=False, subtract_mean=False, reduction="max-absolute")[0], absolute
    )


@pytest.mark.parametrize("settings", [{}, {"subtract_mean": False}, {"biases": False}, {"reduction": "sum-absolute"}])
def test_maps_of_layers_add_up_to_the_map(settings):
    """R_k = R_k^0 + Σ_l ψ(R_k^l), with the mean subtracted layer by layer."""
    targets = [[2, 0], [1, 1], [5, 6]]
    found, maps = layer_maps(NETWORK, IMAGES, targets, **settings), tr_gbp(NETWORK, IMAGES, targets, **settings)
    for n, own in enumerate(maps):
        assert close(own[:, 0], enlarged({name: each[n][:, 0] for name, each in found.items()}))


def test_the_top_classes_maps_add_up_to_nothing():
    maps = tr_gbp(NETWORK, IMAGES[:1], [[int(k)] for k in TOP[0, :5]])
    assert np.abs(maps.sum(axis=0)).max() <= ROUNDINGS * np.abs(maps).max()


class Counting(ReLU):
    calls = 0

    def forward(self, inputs):
        Counting.calls += len(inputs)
        return super().forward(inputs)


def test_five_targets_share_one_forward_pass():
    counted = NETWORK.replace({"10": Counting()})
    tr_gbp(counted, IMAGES[:1], [[int(k)] for k in TOP[0, :5]])
    assert Counting.calls == 1


def test_a_hidden_unit_is_compared_with_the_largest_channels_at_its_place():
    network = NETWORK.until("10")
    place = (1, 1, 2)
    maps = network.forward(IMAGES[:1]).output[0, :, 1, 2]
    plain = [tr_gbp(network, IMAGES[:1], (int(c), 1, 2), subtract_mean=False) for c in range(3)]
    top = np.argsort(-maps, kind="stable")[:2]
    assert close(tr_gbp(network, IMAGES[:1], place, top=2), plain[1] - (plain[top[0]] + plain[top[1]]) / 2)


def test_by_hand_borders_are_covered_less():
    """One 3×3 filter with a bias on a 4×4 image, padded, read by ones: b/9 times the windows that hold a pixel."""
    network = three_layer_cnn(np.ones((1, 1, 3, 3)), np.ones((1, 16)), padding=1, bias=np.array([9.0]))
    found = layer_maps(network, np.ones((1, 1, 4, 4)), 0, subtract_mean=False)
    assert np.array_equal(found["0"][0, 0], np.outer([2, 3, 3, 2], [2, 3, 3, 2]))


def test_what_it_refuses():
    with pytest.raises(ValueError, match="top counts"):
        tr_gbp(NETWORK, IMAGES, 0, top=0)
    with pytest.raises(ValueError, match="one of sum, sum-absolute, max-absolute"):
        tr_gbp(NETWORK, IMAGES, 0, reduction="mean")
    with pytest.raises(Precondition, match=r"images \(B, C, H, W\), not \(2, 4\)"):
        tr_gbp(Sequential([Linear(normal(0, 3, 4))]), normal(1, 2, 4), 0)
    with pytest.raises(IndexError):
        tr_gbp(NETWORK, IMAGES, 7)
    assert METHODS["tr-gbp"].rule == "guided"

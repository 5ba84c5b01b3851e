"""Networks: identities between the rules, and the papers' architectures in all their layouts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.geometries import geometries, numbers
from support.oracles import as_pair, grid, three_layer_backward

from theory.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from theory.networks import Sequential, three_layer_cnn
from theory.rules import DECONVNET, RULES

EPS = np.finfo(float).eps
NAMES = tuple(RULES)


def integers(seed, *shape):
    """Small integers: every sum below is exact, so equal means equal."""
    return np.random.default_rng(seed).integers(-3, 4, shape).astype(float)


READOUT = integers(1, 2, 3, 16)


def small_cnn(readout=READOUT, **settings):
    return three_layer_cnn(integers(2, 3, 2, 2, 2), readout, **settings)


IMAGES = integers(3, 2, 2, 5, 5)


@given(geometries(longest=5), st.integers(1, 3), st.data())
def test_lemma_1(geometry, count, data):
    """s = Σ_j D_jᵀ Σ_i h(V_ij) w̃_ij under every rule. Rounding may not open a mask: integers, or clear of 0."""
    shape, kernel, stride, padding = geometry
    drawn = numbers(data.draw)
    filters, image = drawn(count, shape[0], *as_pair(kernel)), drawn(*shape)
    readout = drawn(2, count, *grid(shape, kernel, stride, padding))
    net = three_layer_cnn(filters, readout, stride, padding)
    for rule in NAMES:
        actual = net.attribute(image[None], 1, rule)[0]
        expected = three_layer_backward(image, filters, readout[1].reshape(count, -1), rule, stride, padding)
        size = Conv2d(abs(filters), None, stride, padding).backward(abs(readout[1:]), (1, *shape), None)[0]
        assert (abs(actual - expected) <= 2 * readout[1].size * EPS * size).all()


@pytest.mark.parametrize("rule", NAMES)
def test_lemma_1_for_a_batch_with_a_target_each(rule):
    readout = integers(1, 2, 3, 16)
    pictures = small_cnn(readout).attribute(IMAGES, [1, 0], rule)
    for image, picture, k in zip(IMAGES, pictures, [1, 0]):
        assert np.array_equal(picture, three_layer_backward(image, integers(2, 3, 2, 2, 2), readout[k], rule))


def deep_network(numbers):
    """Two convolutions with a pooling between them, for images (2, 6, 6); numbers(*shape) gives the weights."""
    return Sequential(
        [
            Conv2d(numbers(4, 2, 3, 3), numbers(4), padding=1),
            ReLU(),
            MaxPool2d(2),
            Conv2d(numbers(3, 4, 2, 2), numbers(3)),
            ReLU(),
            Flatten(),
            Linear(numbers(3, 12)),
        ]
    )


def normal(rng):
    return lambda *shape: rng.standard_normal(shape)


def region(net, inputs):
    """Which masks are open and which switches are set: the linear piece of the network that holds `inputs`."""
    saved = net.forward(inputs).saved
    return [
        saved[node.name] > 0 if isinstance(node.layer, ReLU) else saved[node.name][1]
        for node in net.nodes
        if isinstance(node.layer, (ReLU, MaxPool2d))
    ]


def sizes(net, inputs):
    """A bound on the sizes of all products in a logit, added up: the network of absolute values on absolute inputs."""
    for layer in net.layers:
        if isinstance(layer, Conv2d):
            layer = Conv2d(abs(layer.weight), abs(layer.bias), layer.stride, layer.padding)
        elif isinstance(layer, Linear):
            layer = Linear(abs(layer.weight))
        inputs = layer.forward(abs(inputs))[0]
    return inputs.max()


@pytest.mark.parametrize("target", range(3))
def test_saliency_is_the_slope(target):
    """Inside one linear piece a difference quotient has no truncation error: what is left is the rounding of two
    logits, over the step. Its layers add up 19, 17 and 12 terms, each off by eps of the sizes' sum."""
    numbers, step = normal(np.random.default_rng(12)), 2.0**-16
    net, image = deep_network(numbers), numbers(1, 2, 6, 6)
    picture = net.attribute(image, target, "saliency")
    rounding = (19 + 17 + 12) * EPS * sizes(net, abs(image) + step)
    for place in [(0, 0, 0, 0), (0, 1, 3, 2), (0, 1, 5, 5), (0, 0, 2, 4)]:
        change = np.zeros_like(image)
        change[place] = step
        up, down = image + change, image - change
        assert all(np.array_equal(*pieces) for pieces in zip(region(net, up), region(net, down)))
        slope = (net(up) - net(down))[0, target] / (2 * step)
        assert abs(slope - picture[place]) <= rounding / step


def test_the_rules_agree_where_there_is_no_relu():
    net = Sequential([Conv2d(integers(4, 3, 2, 2, 2)), MaxPool2d(2), Flatten(), Linear(integers(5, 2, 12))])
    pictures = [net.attribute(IMAGES, 1, rule) for rule in NAMES]
    assert abs(pictures[0]).max() > 0
    assert all(np.array_equal(pictures[0], picture) for picture in pictures)


def test_the_three_rules_differ_where_there_is_one():
    pictures = [small_cnn().attribute(IMAGES, 1, rule) for rule in NAMES]
    assert all((pictures[a] != pictures[b]).any() for a in range(3) for b in range(a))


class ForwardMaskedDeconvNet:
    def backward(self, grad, preactivation):
        return DECONVNET.backward(grad, preactivation) * (preactivation > 0)


@pytest.mark.parametrize(
    "net, side",
    [
        (small_cnn(), 5),
        (small_cnn(integers(1, 2, 3, 4), pool=2), 5),
        (deep_network(lambda *shape: integers(8, *shape)), 6),
    ],
)
def test_guided_is_deconvnet_with_the_forward_mask_and_a_custom_rule_is_taken(net, side):
    images = integers(9, 2, 2, side, side)
    assert np.array_equal(net.attribute(images, 1, ForwardMaskedDeconvNet()), net.attribute(images, 1, "guided"))
    assert np.array_equal(net.attribute(images, 1, RULES["guided"]), net.attribute(images, 1, "guided"))


@pytest.mark.parametrize("pool, places", [(None, 16), (2, 4)])
def test_guided_with_one_relu_is_saliency_with_the_negative_readouts_at_0(pool, places):
    readout = integers(1, 2, 3, places)
    guided = small_cnn(readout, pool=pool).attribute(IMAGES, 0, "guided")
    assert np.array_equal(guided, small_cnn(np.maximum(readout, 0), pool=pool).attribute(IMAGES, 0, "saliency"))


def test_guided_is_the_default():
    assert np.array_equal(small_cnn().attribute(IMAGES, 1), small_cnn().attribute(IMAGES, 1, "guided"))


def test_saliency_is_linear_in_the_readout():
    first, second = integers(6, 2, 3, 16), integers(7, 2, 3, 16)
    combined = small_cnn(2 * first - 3 * second).attribute(IMAGES, 1, "saliency")
    parts = [small_cnn(readout).attribute(IMAGES, 1, "saliency") for readout in (first, second)]
    assert np.array_equal(combined, 2 * parts[0] - 3 * parts[1])


def test_attribute_leaves_its_inputs_and_the_weights_alone():
    net, images = small_cnn(pool=MaxPool2d(1)), IMAGES.copy()
    before = [layer.weight.copy() for layer in (net.layers[0], net.layers[-1])]
    net.attribute(images, 1)
    assert np.array_equal(images, IMAGES)
    assert all(np.array_equal(*pair) for pair in zip(before, (net.layers[0].weight, net.layers[-1].weight)))

"""FullGrad: the decomposition adds up to the logit on every architecture, and the map is the published formula."""

import jax
import numpy as np
import pytest
from hypothesis import given
from support import architectures
from support.networks import small_mobile

from theory.attribution.full_gradient import decomposition, fullgrad
from theory.layers import (
    AveragePool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    HardSwish,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU6,
    Sigmoid,
    SiLU,
)
from theory.networks import INPUT, Residual, Sequential, residual_network, residual_shapes

EPS = np.finfo(float).eps
TERMS = 4096  # more than any sum of these networks has, over all their layers


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def wrong(network, images, targets, found):
    """By how many roundings of the largest term the sum misses the logit."""
    logits = network(images)[np.arange(len(images)), targets]
    total = sum(each.reshape(len(images), -1).sum(axis=1) for each in found.values())
    size = sum(np.abs(each).reshape(len(images), -1).sum(axis=1) for each in found.values()) + np.abs(logits)
    return np.abs(total - logits).max() / (EPS * size.max() + 1e-300)


def smooth():
    """Every layer that is not piecewise linear, or whose constant is no bias."""
    norm = BatchNorm2d(*normal(1, 3, 4), running_var=np.abs(normal(2, 4)) + 0.5)
    layers = [Conv2d(normal(3, 4, 2, 3, 3), normal(4, 4)), norm, SiLU(), LocalResponseNorm(3, 0.5), HardSwish()]
    head = [MaxPool2d(2), Sigmoid(), Flatten(), Linear(normal(5, 3, 16), normal(6, 3))]
    return Sequential([*layers, Residual([Conv2d(normal(7, 4, 4, 1, 1), normal(8, 4))]), *head])


def resnet():
    shapes = residual_shapes((1, 1), 4, 5)
    weights = {name: normal(n, *shape) / np.sqrt(np.prod(shape[1:])) for n, (name, shape) in enumerate(shapes.items())}
    return residual_network(
        {name: abs(w) + 0.5 if name.endswith("var") else w for name, w in weights.items()}, (1, 1), 4, 5
    )


@pytest.mark.parametrize(
    "network, shape", [(smooth(), (2, 6, 6)), (resnet(), (3, 32, 32)), (small_mobile(0), (3, 16, 16))]
)
def test_it_adds_up_to_the_logit_exactly(network, shape):
    images, scale = normal(9, 2, *shape), 1.0
    if network.parameters()["0.weight"].dtype == np.float32:
        images, scale = images.astype(np.float32), np.finfo(np.float32).eps / EPS
    found = decomposition(network, images, [0, 2])
    assert wrong(network, images, [0, 2], found) <= TERMS * scale and found[INPUT].shape == images.shape


@given(architectures.networks())
def test_it_adds_up_on_any_graph(drawn):
    network, inputs, targets = drawn
    assert wrong(network, inputs, targets, decomposition(network, inputs, targets)) <= TERMS


def test_saturated_units_are_a_bias_of_six():
    """By hand: σ₆(2x + 1)·3 − 1 at x = 1 and at x = 4: 3·3 − 1 = 6 + 3 − 1, and 6·3 − 1 = 0 + 18 − 1."""
    network = Sequential(
        [Conv2d(np.full((1, 1, 1, 1), 2.0), np.ones(1)), ReLU6(), Flatten(), Linear(np.full((1, 1), 3.0), -np.ones(1))]
    )
    found = decomposition(network, np.array([1.0, 4.0]).reshape(2, 1, 1, 1), 0)
    terms = {name: each.ravel().tolist() for name, each in found.items()}
    assert terms == {INPUT: [6, 0], "0": [3, 0], "1": [0, 18], "3": [-1, -1]}


@pytest.mark.parametrize("name", ["0", "13.branch.0", "17"])
def test_a_term_is_the_bias_times_the_derivative_by_it(name):
    """Along t in (1 + t)·b the logit is linear near t = 0: a central difference is exact but for cancellation."""
    network = Sequential(
        [
            Conv2d(normal(1, 4, 2, 3, 3), normal(2, 4)),
            ReLU6(),
            *[ReLU6()] * 11,
            Residual([Conv2d(normal(3, 4, 4, 3, 3), normal(4, 4), padding=1)]),
            ReLU6(),
            AveragePool2d(),
            Flatten(),
            Linear(normal(5, 3, 4), normal(6, 3)),
        ]
    )
    images, step = normal(7, 1, 2, 6, 6), 1e-6
    layer = network.node(name).layer
    moved = [
        network.replace({name: layer.with_parameters(bias=layer.bias * (1 + t))})(images)[0, 1] for t in (step, -step)
    ]
    slope = (moved[0] - moved[1]) / (2 * step)
    assert decomposition(network, images, 1)[name].sum() == pytest.approx(slope, rel=1e-7, abs=1e-7)


def test_several_targets_at_once_are_each_alone():
    network, images = smooth(), normal(9, 2, 2, 6, 6)
    together = decomposition(network, images, [[0, 1], [2, 2]])
    for place, targets in enumerate(([0, 1], 2)):
        for name, each in decomposition(network, images, targets).items():
            assert np.array_equal(together[name][place], each)


def test_the_map_is_the_published_one():
    """Term by term and channel by channel: |·|, a layer rescaled to 0 … 1, enlarged, added; dense biases left out."""
    network, images = small_mobile(3), normal(1, 2, 3, 20, 24).astype(np.float32)
    expected = np.zeros((2, 1, 20, 24))
    for term in decomposition(network, images, [1, 3]).values():
        if term.ndim == 4:
            for image, values in enumerate(np.abs(term.astype(float))):
                values = (values - values.min()) / (values.max() - values.min()) if np.ptp(values) else 0 * values
                for channel in values:
                    expected[image, 0] += jax.image.resize(channel, (20, 24), "bilinear", antialias=False)
    found = fullgrad(network, images, [1, 3])
    assert found == pytest.approx(expected, rel=1e-4) and (found >= 0).all() and found.dtype == np.float32

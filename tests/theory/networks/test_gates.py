"""Whole networks with gates and local response normalisation against JAX's autodiff, and which activations are named.

Both sides take the same steps in another order: an entry is off by as many eps of the largest as it has roundings, some
ten a layer and as many as a sum has terms: below 1000 here.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.jax_graphs import in_jax

from theory.layers import (
    AdaptiveAveragePool2d,
    AveragePool2d,
    Clip,
    Conv2d,
    Flatten,
    HardSigmoid,
    HardSwish,
    Linear,
    LocalResponseNorm,
    Product,
    ReLU,
    Sigmoid,
    SiLU,
)
from theory.networks import INPUT, Network, Node

RULES = "saliency", "deconvnet", "guided"
EPS = np.finfo(float).eps


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


GATED = Network(  # squeeze and excite, after the local response normalisation of AlexNet
    [
        Node("conv", Conv2d(normal(1, 6, 2, 3, 3), normal(2, 6), padding=1), (INPUT,)),
        Node("silu", SiLU(), ("conv",)),
        Node("norm", LocalResponseNorm(5, alpha=0.5), ("silu",)),
        Node("squeeze", AveragePool2d(), ("norm",)),
        Node("narrow", Conv2d(normal(3, 2, 6, 1, 1), normal(4, 2)), ("squeeze",)),
        Node("relu", ReLU(), ("narrow",)),
        Node("wide", Conv2d(normal(5, 6, 2, 1, 1), normal(6, 6)), ("relu",)),
        Node("gate", Sigmoid(), ("wide",)),
        Node("gated", Product(), ("gate", "norm")),
        Node("swish", HardSwish(), ("gated",)),
        Node("clip", Clip(-0.5, 2), ("swish",)),
        Node("hard", HardSigmoid(), ("conv",)),
        Node("again", Product(), ("clip", "hard", "clip")),
        Node("mean", AdaptiveAveragePool2d((2, 3)), ("again",)),
        Node("flat", Flatten(), ("mean",)),
        Node("logits", Linear(normal(7, 3, 36), normal(8, 3)), ("flat",)),
    ]
)
IMAGES = normal(9, 2, 2, 5, 4)


@pytest.mark.parametrize("rule", RULES)
def test_a_gated_network_is_autodiff_with_the_rule_in_every_activation_that_it_covers(rule):
    logits, backward = jax.vjp(in_jax(GATED, rule), IMAGES)
    [expected] = backward(jnp.zeros_like(logits).at[:, 1].set(1))
    assert abs(GATED(IMAGES) - logits).max() <= 1000 * EPS * abs(logits).max()
    picture = GATED.attribute(IMAGES, 1, rule)
    assert abs(expected).max() > 0 and abs(picture - expected).max() <= 1000 * EPS * abs(expected).max()


def test_what_a_rule_meets_is_named_and_what_no_rule_covers():
    assert GATED.activations() == ["relu", "clip"]
    assert GATED.uncovered() == ["silu", "gate", "swish", "hard"]


@pytest.mark.parametrize("layer", [Sigmoid(), SiLU(), HardSigmoid(), HardSwish()])
def test_a_smooth_layer_gives_its_derivative_under_every_rule(layer):
    y, signal = normal(1, 4, 5), normal(2, 4, 5)
    assert (signal < 0).any()
    for rule in (*RULES, object()):
        assert np.array_equal(layer.backward(signal, y, rule), signal * layer.slope(y))


def test_a_sigmoid_of_large_numbers_is_neither_nan_nor_loud():
    y = np.array([[-1e3, -700.0, 700.0, 1e3]], np.float32)
    with np.errstate(all="raise", under="ignore"):
        for layer, ends in ((Sigmoid(), [0, 1]), (SiLU(), [0, 1000])):
            assert layer.value(y)[0, [0, -1]].tolist() == ends
            assert layer.slope(y)[0, 0] == 0 and np.isfinite(layer.slope(y)).all()

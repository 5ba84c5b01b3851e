"""Batch normalisation, average-pooling, the residual block: definitions, adjoints, autodiff, and what they refuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import jax_networks

from theory.layers import AveragePool2d, BatchNorm2d, Conv2d, Flatten, Linear, ReLU
from theory.networks import Residual, Sequential

EPS = np.finfo(float).eps
RULES = "saliency", "deconvnet", "guided"
SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))
SEEDS = st.integers(0, 2**32 - 1)


def batch_norm(rng, channels, dtype=np.float64, **settings):
    """A layer and its parameters: weight, bias, running mean and variance."""
    signed = [rng.standard_normal(channels).astype(dtype) for _ in range(3)]
    parameters = [*signed, rng.uniform(1e-6, 2, channels).astype(dtype)]
    return BatchNorm2d(*parameters, **settings), parameters


@given(SHAPES, SEEDS, st.sampled_from([np.float32, np.float64]), st.sampled_from([1e-5, 0.1]))
def test_batch_norm_is_its_definition(shape, seed, dtype, eps):
    """Six roundings of the layer's, or two of its parameters', each of at most eps of the sizes that are added up."""
    rng = np.random.default_rng(seed)
    layer, parameters = batch_norm(rng, shape[1], dtype, eps=eps)
    x = rng.standard_normal(shape).astype(dtype)
    weight, bias, mean, var = (each.astype(float)[:, None, None] for each in parameters)
    actual, _ = layer.forward(x)
    expected = weight * (x - mean) / np.sqrt(var + eps) + bias
    size = abs(weight) * (abs(x) + abs(mean)) / np.sqrt(var + eps) + abs(bias)
    assert actual.dtype == dtype
    assert (abs(actual - expected) <= 8 * np.finfo(dtype).eps * size).all()


def test_the_usual_eps_is_torch_s():
    [[[[value]]]] = BatchNorm2d([1.0], [0.0], [0.0], [0.0]).forward(np.ones((1, 1, 1, 1)))[0]
    assert abs(value - 1e-5**-0.5) < 8 * EPS * value


@given(SHAPES, SEEDS)
def test_batch_norm_s_adjoint(shape, seed):
    rng = np.random.default_rng(seed)
    layer, _ = batch_norm(rng, shape[1])
    v, u = rng.standard_normal((2, *shape))
    linear = layer.forward(v)[0] - layer.shift
    left, right = (v * layer.backward(u, None, None)).sum(), (linear * u).sum()
    size = (abs(u) * (abs(v * layer.scale) + 2 * abs(layer.shift))).sum()
    assert abs(left - right) <= (u.size + 4) * EPS * size


@given(SHAPES, SEEDS)
def test_average_pool_and_its_adjoint(shape, seed):
    rng = np.random.default_rng(seed)
    v, u = rng.standard_normal(shape), rng.standard_normal((*shape[:2], 1, 1))
    means, saved = AveragePool2d().forward(v)
    back = AveragePool2d().backward(u, saved, None)
    assert means.shape == u.shape and back.shape == shape
    expected = [[plane.sum() / plane.size for plane in image] for image in v]
    assert (abs(means[..., 0, 0] - expected) <= 2 * v.size * EPS * abs(v).mean(axis=(2, 3))).all()
    assert abs((v * back).sum() - (means * u).sum()) <= 2 * v.size * EPS * abs(v * u).sum()


def test_average_pool_keeps_float32():
    means, saved = AveragePool2d().forward(np.ones((1, 2, 3, 3), np.float32))
    assert means.dtype == AveragePool2d().backward(means, saved, None).dtype == np.float32


def integers(seed, *shape):
    return np.random.default_rng(seed).integers(-2, 3, shape).astype(float)


BRANCH = Conv2d(integers(1, 3, 2, 3, 3), integers(2, 3), padding=1), ReLU(), Conv2d(integers(3, 2, 3, 1, 1))
HALVED = Conv2d(integers(4, 3, 2, 3, 3), stride=2, padding=1), ReLU(), Conv2d(integers(3, 4, 3, 1, 1))
PROJECTION = [Conv2d(integers(5, 4, 2, 1, 1), integers(6, 4), stride=2)]
READOUT = Linear(integers(7, 3, 2 * 36)), Linear(integers(7, 3, 4 * 9))
BLOCKS = [(BRANCH, [], READOUT[0]), (HALVED, PROJECTION, READOUT[1])]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("branch, skip, readout", BLOCKS, ids=["identity", "projection"])
def test_a_residual_block_is_autodiff_with_the_rule_in_every_relu(branch, skip, readout, rule):
    """Small integers: both sides are exact, and equal to the last bit."""
    x = integers(8, 2, 2, 6, 6)

    def network(x):
        y = jax_networks.apply(branch, rule, x) + jax_networks.apply(skip, rule, x)
        return jax_networks.apply([ReLU(), Flatten(), readout], rule, y)

    logits, backward = jax.vjp(network, x)
    net = Sequential([Residual(branch, skip), ReLU(), Flatten(), readout])
    picture = net.attribute(x, 1, rule)
    assert np.array_equal(net(x), logits) and abs(picture).max() > 0
    assert np.array_equal(picture, backward(jnp.zeros_like(logits).at[:, 1].set(1))[0])


@given(SEEDS, st.booleans())
def test_a_linear_residual_block_s_adjoint(seed, projected):
    rng = np.random.default_rng(seed)
    skip = [Conv2d(integers(1, 2, 2, 1, 1))] * projected
    block = Sequential([Residual([Conv2d(integers(seed, 2, 2, 3, 3), padding=1)], skip)])
    v, u = rng.integers(-9, 10, (2, 2, 2, 4, 5)).astype(float)
    passed = block.forward(v)
    assert (v * passed.backward(u)).sum() == (passed.output * u).sum()


def test_the_rule_meets_every_relu_of_a_branch():
    class Closed:
        def backward(self, grad, preactivation):
            return np.zeros_like(grad)

    x, signal = integers(8, 2, 2, 6, 6), integers(9, 2, 2, 6, 6)
    passed = Sequential([Residual(BRANCH)]).forward(x)
    assert np.array_equal(passed.backward(signal, Closed()), signal)  # only the skip path is left


def test_what_the_layers_refuse():
    with pytest.raises(ValueError, match=r"takes \(B, 2, H, W\)"):
        BatchNorm2d(*np.ones((4, 2))).forward(np.ones((1, 3, 2, 2)))
    with pytest.raises(ValueError, match="bias has 3 entries for 2 outputs"):
        BatchNorm2d(np.ones(2), np.ones(3), np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match="running variance"):
        BatchNorm2d(np.ones(2), np.ones(2), np.ones(2), np.array([1, -1.0]))
    with pytest.raises(ValueError, match="average-pooling takes"):
        AveragePool2d().forward(np.ones((2, 3)))
    with pytest.raises(ValueError, match="no sum"):
        Sequential([Residual(HALVED)])(integers(8, 2, 2, 6, 6))

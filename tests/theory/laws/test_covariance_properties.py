"""What a covariance must obey: symmetries, the fully-connected case, and DeconvNet's common offset."""

import numpy as np
import pytest
from support import oracles
from support.directions import orthogonal

from theory.laws.covariance import covariance
from theory.rules import RULES

EPS = np.finfo(float).eps
IMAGE = np.random.default_rng(1).standard_normal((2, 4, 5))
WHERE = [dict(kernel=3), dict(kernel=(2, 3), stride=(2, 1), padding=(0, 1)), dict(kernel=2), dict(kernel=(4, 5))]


def close(actual, expected):
    """Sums of at most J² pairs of p ≤ 40 products, as in `terms`, for the images below."""
    return abs(actual - expected).max() <= 8 * 20**2 * 40 * EPS


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("axis", [1, 2])
@pytest.mark.parametrize("where", [dict(kernel=3), dict(kernel=2, padding=1), dict(kernel=(2, 3), stride=(2, 1))])
def test_a_flip_of_the_image_flips_the_covariance(where, axis, rule):
    """Of windows that lie symmetrically."""
    order = np.flip(np.arange(IMAGE.size).reshape(IMAGE.shape), axis).ravel()
    matrix = covariance(IMAGE, **where, rule=rule)
    assert close(covariance(np.flip(IMAGE, axis), **where, rule=rule), matrix[np.ix_(order, order)])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("where", WHERE)
def test_a_rotation_of_the_channels_turns_the_covariance(where, rule):
    Q = orthogonal(2)
    turn = np.kron(Q, np.eye(20))
    turned = np.einsum("cd,dhw->chw", Q, IMAGE)
    assert close(covariance(turned, **where, rule=rule), turn @ covariance(IMAGE, **where, rule=rule) @ turn.T)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("factor", [2.0**-900, 1e-5, -1.0, 3.0, 2.0**900])
def test_the_scale_of_the_image_and_its_sign_change_nothing(where, factor, rule):
    """The law of w is even."""
    assert close(covariance(factor * IMAGE, **where, rule=rule), covariance(IMAGE, **where, rule=rule))


@pytest.mark.parametrize("shape", [(1, 1, 6), (2, 3, 3)])
def test_a_fully_connected_network(shape):
    """One patch: guided I/4 − ŷŷᵀ/4π² (so that A = π²d − 1), saliency and DeconvNet I/2."""
    image, d = np.random.default_rng(5).standard_normal(shape), int(np.prod(shape))
    y = image.ravel() / np.linalg.norm(image)
    guided = covariance(image, shape[1:])
    assert close(guided, np.eye(d) / 4 - np.outer(y, y) / (4 * np.pi**2))
    assert close(np.trace(guided) / (y @ y / (4 * np.pi**2)), np.pi**2 * d - 1)
    for rule in ("saliency", "deconvnet"):
        assert close(covariance(image, shape[1:], rule=rule), np.eye(d) / 2)


@pytest.mark.parametrize("kernel, stride", [(3, 1), (2, 1), (4, 2), (3, 3), (4, (1, 2))])
def test_deconvnets_correlation_inside_is_1_over_pi(kernel, stride):
    """Of pixels of one channel whose places agree modulo the stride, however far apart; 0 of others. It has no mask."""
    image = np.random.default_rng(6).standard_normal((2, 10, 10))
    image[:, :5] = 0
    matrix = covariance(image, kernel, stride, rule="deconvnet")
    down, across = oracles.as_pair(stride)
    inside = [(c, y, x) for c in range(2) for y in range(3, 7) for x in range(3, 7)]
    for c, y, x in inside:
        for d, v, u in inside:
            here, there = np.ravel_multi_index([(c, d), (y, v), (x, u)], image.shape)
            correlation = matrix[here, there] / np.sqrt(matrix[here, here] * matrix[there, there])
            alike = c == d and (y - v) % down == 0 and (x - u) % across == 0
            expected = 1.0 if here == there else alike / np.pi
            assert correlation == pytest.approx(expected, abs=16 * 16 * EPS)  # 16 products at most, and a root

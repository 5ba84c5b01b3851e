"""theory.laws.covariance against a dense assembly of the second moments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import oracles
from support.cases import CASES
from support.geometries import geometries, numbers
from support.guards import guards
from support.second_moments import moments

from theory.laws.covariance import covariance, covariance_times, covariance_trace, variance_along
from theory.rules import RULES

EPS = np.finfo(float).eps
SCALES = dict(filters=5, filter_scale=0.5, readout_scale=3.0)


def exact(image, where, rule):
    mean, second = moments(image, *where, rule)
    return second - np.outer(mean, mean)


def terms(image, where):
    """J²·p: an entry adds at most J² products below 1, and each angle and scalar product is good to p·eps."""
    matrices = oracles.patch_matrices(image.shape, *where)
    return matrices.shape[0] ** 2 * matrices.shape[1]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", CASES)
def test_covariance_is_the_dense_one(name, rule):
    image, *where = CASES[name]
    expected = exact(image, where, rule)
    assert abs(covariance(image, *where, rule=rule) - expected).max() <= 8 * terms(image, where) * EPS
    scaled = covariance(image, *where, **SCALES, rule=rule)
    assert abs(scaled - 5 * 1.5**2 * expected).max() <= 12 * 8 * terms(image, where) * EPS


@guards(covariance, covariance_trace)
@given(st.sampled_from(list(RULES)), geometries(longest=4), st.data())
def test_covariance_of_any_geometry(rule, geometry, data):
    shape, *where = geometry
    image = numbers(data.draw)(*shape)
    bound = 8 * terms(image, where) * EPS
    actual = covariance(image, *where, rule=rule)
    assert abs(actual - exact(image, where, rule)).max() <= bound
    assert abs(np.trace(actual) - covariance_trace(image, *where, rule=rule)) <= bound


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", CASES)
def test_covariance_is_symmetric_and_positive_and_has_its_trace(name, rule):
    image, *where = CASES[name]
    matrix, bound = covariance(image, *where, **SCALES, rule=rule), 12 * 8 * terms(image, where) * EPS
    assert abs(matrix - matrix.T).max() <= bound
    assert np.linalg.eigvalsh(matrix).min() >= -len(matrix) * bound
    assert abs(np.trace(matrix) - covariance_trace(image, *where, **SCALES, rule=rule)) <= len(matrix) * bound


def along_allowed(image, where, direction, scale=1.0):
    """Rounding of `variance_along`: an arccos is good to √(2·8·eps), and so is a product over sin θ.

    It multiplies Σ_jl |e_j||e_l| ≤ J·m·|e|², m the coverage, at most p; by (1/2π)²·2.
    """
    matrices = oracles.patch_matrices(image.shape, *where)
    reach = len(matrices) * matrices.sum(axis=(0, 1)).max() * (direction**2).sum()
    return scale * (np.sqrt(16 * EPS) * 2 / (4 * np.pi**2) * reach + 8 * terms(image, where) * EPS * reach)


@pytest.mark.parametrize("name", CASES)
def test_variance_along_a_direction(name):
    """eᵀ Cov e, for a random e, a pixel, the image itself, and a constant."""
    image, *where = CASES[name]
    matrix = exact(image, where, "guided")
    for e in (np.random.default_rng(2).standard_normal(image.shape), image, np.ones(image.shape), 0 * image):
        allowed = along_allowed(image, where, e)
        assert abs(variance_along(e, image, *where) - e.ravel() @ matrix @ e.ravel()) <= allowed
        scaled = variance_along(e, image, *where, **SCALES)
        assert abs(scaled - 11.25 * e.ravel() @ matrix @ e.ravel()) <= 12 * allowed


@pytest.mark.parametrize("name", CASES)
def test_variance_along_is_good_to_1e_7_of_its_size(name):
    """On images of this size; where no two patches nearly coincide or oppose the rounding is far below."""
    image, *where = CASES[name]
    e = np.random.default_rng(3).standard_normal(image.shape)
    expected = e.ravel() @ exact(image, where, "guided") @ e.ravel()
    assert variance_along(e, image, *where) == pytest.approx(expected, rel=1e-7)


@guards(variance_along)
@given(geometries(longest=4), st.data())
def test_variance_along_of_any_geometry(geometry, data):
    shape, *where = geometry
    image, e = (numbers(data.draw)(*shape) for _ in "xe")
    expected = e.ravel() @ exact(image, where, "guided") @ e.ravel()
    assert abs(variance_along(e, image, *where) - expected) <= along_allowed(image, where, e)


def times_allowed(image, where, direction):
    """Rounding of `covariance_times`: each product of `along_allowed`, but that with a direction of one pixel."""
    return along_allowed(image, where, direction) + along_allowed(image, where, np.ones(1))


@guards(covariance_times)
@given(geometries(longest=4), st.data())
def test_covariance_times_a_direction_of_any_geometry(geometry, data):
    shape, *where = geometry
    image, e = (numbers(data.draw)(*shape) for _ in "xe")
    expected = exact(image, where, "guided") @ e.ravel()
    actual = covariance_times(e, image, *where)
    assert actual.shape == image.shape
    assert abs(actual.ravel() - expected).max() <= times_allowed(image, where, e)
    scaled = covariance_times(e, image, *where, **SCALES)
    assert abs(scaled.ravel() - 11.25 * expected).max() <= 12 * times_allowed(image, where, e)


@pytest.mark.parametrize("tile", [1, 3, 7])
def test_tiles_of_patches_make_no_difference(tile, monkeypatch):
    """But rounding: other tiles, other matrix products."""
    e, image = np.random.default_rng(4).standard_normal((2, 1, 9, 9))
    whole = variance_along(e, image, 2)
    times = covariance_times(e, image, 2)
    monkeypatch.setattr("theory.laws.covariance.TILE", tile)
    assert abs(variance_along(e, image, 2) - whole) <= 2 * along_allowed(image, (2, 1, 0), e)
    assert abs(covariance_times(e, image, 2) - times).max() <= 2 * times_allowed(image, (2, 1, 0), e)

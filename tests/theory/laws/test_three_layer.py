"""The exact laws of theory.laws.three_layer against a dense assembly of the mean and the second moment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import oracles
from support.cases import CASES
from support.geometries import geometries, numbers
from support.guards import guards
from support.second_moments import guided_moments, guided_trace, no_mask, printed_density

from theory.laws import three_layer

EPS = np.finfo(float).eps


def case(name):
    image, *where = CASES[name]
    matrices = oracles.patch_matrices(image.shape, *where)
    return image, where, matrices.shape[0] ** 2 * matrices.shape[1]


@pytest.mark.parametrize("name", CASES)
def test_mean_is_the_dense_one(name):
    """N c_v c_w/2π Σ_j D_jᵀ ŷ_j: a pixel adds at most J entries below 1."""
    image, where, _ = case(name)
    expected = guided_moments(image, *where)[0].reshape(image.shape)
    actual = three_layer.guided_mean(image, *where, filters=5, filter_scale=0.5, readout_scale=3.0)
    terms = len(oracles.windows(image.shape, *where)) + image.size
    assert abs(actual - 5 * 0.5 * 3.0 * expected).max() <= 7.5 * terms * EPS


@pytest.mark.parametrize("name", CASES)
def test_trace_is_the_dense_one(name):
    """Each of the J² pairs adds p products below 1, and an angle that is good to some eps: 8·J²p·eps in all."""
    image, where, terms = case(name)
    expected = guided_trace(image, *where)
    assert abs(three_layer.covariance_trace(image, *where) - expected) <= 8 * terms * EPS
    scaled = three_layer.covariance_trace(image, *where, filters=5, filter_scale=0.5, readout_scale=3.0)
    assert abs(scaled - 5 * (0.5 * 3.0) ** 2 * expected) <= 12 * 8 * terms * EPS


@guards(three_layer.guided_mean, three_layer.covariance_trace)
@given(geometries(longest=5), st.data())
def test_mean_and_trace_of_any_geometry(geometry, data):
    shape, *where = geometry
    image = numbers(data.draw)(*shape)
    mean, second = guided_moments(image, *where)
    terms = len(oracles.windows(shape, *where)) ** 2 * shape[0] * np.prod(oracles.as_pair(where[0]))
    assert abs(three_layer.guided_mean(image, *where).ravel() - mean).max() <= terms * EPS
    assert abs(three_layer.covariance_trace(image, *where) - (np.trace(second) - mean @ mean)) <= 8 * terms * EPS


@pytest.mark.parametrize("wrong", [no_mask, printed_density])
@pytest.mark.parametrize("name", CASES)
def test_the_dense_assembly_can_tell_a_wrong_second_moment(name, wrong):
    """By a tenth and more, where there are windows of more than a pixel."""
    image, where, _ = case(name)
    exact = three_layer.covariance_trace(image, *where)
    printed_is_right = wrong is printed_density and oracles.patch_matrices(image.shape, *where).shape[1] == 1
    assert printed_is_right or guided_trace(image, *where, wrong) > 1.1 * exact


@pytest.mark.parametrize("distance", [1e-3, 1e-6, 1e-9, 1e-12])
@pytest.mark.parametrize("sign", [1, -1])
def test_trace_keeps_its_digits_where_patches_nearly_coincide_or_oppose(distance, sign):
    """Two patches of a 1-D image at angle `distance` from 0 or π, against the wedge, which has no cancellation."""
    image = np.array([1.0, sign, 1 + sign * distance, sign]).reshape(1, 1, 4)
    terms = 3**2 * 2
    assert abs(three_layer.covariance_trace(image, (1, 2)) - guided_trace(image, (1, 2))) <= 8 * terms * EPS

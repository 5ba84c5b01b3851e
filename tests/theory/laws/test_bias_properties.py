"""Biases, in any geometry: a Gaussian one is an input more, and a fixed one cuts a normal off."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import erfc
from scipy.stats import truncnorm
from support.geometries import geometries, numbers
from support.guards import guards
from support.oracles import patch_matrices
from support.second_moments import wedge

from theory.laws.bias import biased_mean, ones_mean, ones_noise_to_signal
from theory.laws.orthants import truncated_mean

READOUT = np.sqrt(2 * np.pi)  # E h(V) = 1
BIASES = st.floats(0.01, 5)


@st.composite
def images(draw):
    shape, *where = draw(geometries(longest=4))
    return numbers(draw)(*shape), where


def folded(parts, matrices):
    return np.einsum("jpd,jp->d", matrices, parts)


@guards(biased_mean, ones_mean)
@given(images(), BIASES, st.floats(0.1, 4))
def test_a_gaussian_bias_is_an_input_more(case, bias, c):
    """(w, b) is normal in R^(p+1) once its last entry is counted in units of b/c: the lemma of Theorem 1 there."""
    image, where = case
    matrices = patch_matrices(image.shape, *where)
    longer = [np.append(matrix @ image.ravel(), bias / c) for matrix in matrices]
    means = np.array([truncated_mean(each, c) for each in longer])
    scales = dict(bias=bias, filter_scale=c, readout_scale=READOUT)
    assert biased_mean(image, *where, **scales).ravel() == pytest.approx(folded(means[:, :-1], matrices), abs=1e-12)
    p = matrices.shape[1]
    ones = np.repeat(means[:, -1:] * bias / c / p, p, axis=1)
    assert ones_mean(image, *where, **scales).ravel() == pytest.approx(folded(ones, matrices), abs=1e-12)


@guards(biased_mean, ones_mean)
@given(images(), st.floats(-5, 5), st.floats(0.1, 4))
def test_a_fixed_bias_cuts_a_normal_off(case, bias, c):
    """E[t 1(t > −b/‖y‖)] of t ~ N(0, c²), by SciPy's truncated normal; without a patch the mask is open where b > 0."""
    image, where = case
    matrices = patch_matrices(image.shape, *where)
    along, bent = np.zeros(matrices.shape[:2]), np.zeros(matrices.shape[:2])
    for j, matrix in enumerate(matrices):
        patch = matrix @ image.ravel()
        length = np.linalg.norm(patch)
        if length:
            edge = -bias / (c * length)
            open_ = truncnorm(min(edge, 30), np.inf).mean()
            share = 0.5 * erfc(edge / np.sqrt(2))
            along[j] = c * open_ * share * patch / length
            bent[j] = bias * share / len(patch)
        else:
            bent[j] = max(bias, 0) / len(patch)
    scales = dict(bias=bias, law="fixed", filter_scale=c, readout_scale=READOUT)
    assert biased_mean(image, *where, **scales).ravel() == pytest.approx(folded(along, matrices), abs=1e-10)
    assert ones_mean(image, *where, **scales).ravel() == pytest.approx(folded(bent, matrices), abs=1e-10)


@guards(ones_noise_to_signal)
@given(images(), BIASES, st.floats(0.1, 4), st.integers(1, 1000))
def test_the_noise_of_ones_is_the_dense_one(case, bias, c, filters):
    """Second moments of the longer filter's last entry, of pairs of patches that share pixels."""
    image, where = case
    matrices = patch_matrices(image.shape, *where)
    assume(matrices.any())  # not all is padding
    longer = [np.append(matrix @ image.ravel(), bias / c) for matrix in matrices]
    spread = matrices.sum(axis=1)
    second = sum(
        (1 / 2 if j == l else 1 / (2 * np.pi)) * spread[j] @ spread[l] * wedge(u, v)[-1, -1]
        for j, u in enumerate(longer)
        for l, v in enumerate(longer)
    )
    mean = sum(each * (u[-1] / np.linalg.norm(u)) for each, u in zip(spread, longer)) / (2 * np.pi)
    expected = (second / (mean @ mean) - 1) / filters
    found = ones_noise_to_signal(image, *where, bias=bias, filters=filters, filter_scale=c)
    assert found == pytest.approx(expected, rel=1e-9)


@guards(ones_noise_to_signal)
@given(images(), BIASES, st.floats(0.1, 4), st.integers(1, 1000))
def test_the_noise_of_ones_of_one_patch_has_no_p_of_its_own(case, bias, c, filters):
    image, _ = case
    expected = (np.pi**2 * (1 + (c / bias) ** 2 * (image**2).sum()) - 1) / filters
    settings = dict(bias=bias, filters=filters, filter_scale=c)
    assert ones_noise_to_signal(image, image.shape[1:], **settings) == pytest.approx(expected, rel=1e-11)

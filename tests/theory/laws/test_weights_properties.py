"""What pictures share with the weights, at any numbers and in any geometry: dense moments, and quadrature."""

from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln, log_ndtr
from scipy.stats import chi, norm
from support.geometries import geometries, numbers
from support.guards import guards
from support.oracles import patch_matrices
from support.second_moments import moments, wedge

from theory.laws.weights import filter_share, gradient_cosine, strongest_cosine

RULES = st.sampled_from(["saliency", "deconvnet", "guided"])
FAR = 12  # deviations
LOWEST = {"saliency": (-FAR, 0), "deconvnet": (0, -FAR), "guided": (0, 0)}  # of V and wᵀŷ: what a rule lets through
FILTERS, INPUTS = st.integers(1, 5000), st.integers(2, 5000)


@st.composite
def seen(draw):
    """An image of which some patch is not zero, and its kernel, stride and padding."""
    shape, *where = draw(geometries(longest=4))
    image = numbers(draw)(*shape)
    assume((patch_matrices(shape, *where) @ image.ravel()).any())
    return image, where


@guards(gradient_cosine)
@given(seen(), st.integers(1, 10**6), RULES)
def test_the_cosine_with_the_gradient_is_the_dense_one(case, filters, rule):
    """E h(V)V is ½ or 1, and only a place with itself counts."""
    image, where = case
    matrices = patch_matrices(image.shape, *where)
    patches = [matrix @ image.ravel() for matrix in matrices]
    shared = sum(np.trace(matrix.T @ wedge(patch, patch) @ matrix) for matrix, patch in zip(matrices, patches))
    product = shared * (1 if rule == "saliency" else 1 / 2)
    mean, second = moments(image, *where, rule)
    energy = np.trace(second) + (filters - 1) * mean @ mean
    gradient = np.trace(moments(image, *where, "saliency")[1])
    found = gradient_cosine(image, *where, filters, rule)
    assert found == pytest.approx(product / np.sqrt(energy * gradient), rel=1e-10)


@guards(gradient_cosine)
@given(st.integers(1, 10**6), st.integers(1, 6))
def test_what_is_not_the_input_is_half_the_gradient(filters, side):
    """Fully-connected, guided: 1/√(2(1 + (N − 1)/(π²p)))."""
    image = np.ones((3, side, side))
    expected = 1 / np.sqrt(2 * (1 + (filters - 1) / (np.pi**2 * image.size)))
    assert gradient_cosine(image, side, filters=filters) == pytest.approx(expected, rel=1e-12)


@guards(filter_share)
@given(FILTERS, INPUTS, RULES)
def test_the_share_of_a_filter_term_by_term(filters, p, rule):
    """s = Σ h(V_i)w̃_i against w_1, every expectation by quadrature over V or over g = wᵀŷ."""
    over_v, over_g = (partial(above, low) for low in LOWEST[rule])
    own = over_v(lambda v: v**2) * over_g(lambda g: g**4 + 2 * g**2 * (p - 1) + p**2 - 1)
    mean = over_v(lambda v: v) * over_g(lambda g: g)
    crossed = 2 * (filters - 1) * over_v(lambda v: v) * over_g(lambda g: g**3 + g * (p - 1)) * mean
    energy = over_v(lambda v: v**2) * over_g(lambda g: g**2 + p - 1)
    pairs = (filters - 1) * mean**2
    whole = own + crossed + (filters - 1) * energy + (filters - 2) * pairs
    assert filter_share(filters, p, rule) == pytest.approx(whole / (filters * (energy + pairs) * p), rel=1e-7)


def above(low, f):
    """E[f(t) 1(t > low)] of a standard normal t."""
    return quad(lambda t: f(t) * norm.pdf(t), low, FAR)[0]


NODES, WEIGHTS = np.polynomial.legendre.leggauss(400)


def between(low, high):
    """Nodes and weights on an interval."""
    return low + (high - low) * (NODES + 1) / 2, (high - low) / 2 * WEIGHTS


@guards(strongest_cosine)
@given(st.integers(1, 500), st.integers(3, 500))
def test_the_most_active_of_many_by_their_densities(filters, p):
    """Along the patch the largest of N normals, across it the length of p − 1 normals: a sum over both."""
    along, first = between(0, FAR)
    across, second = between(max(0, np.sqrt(p - 1) - FAR), np.sqrt(p - 1) + FAR)
    first = first * filters * norm.pdf(along) * norm.cdf(along) ** (filters - 1)
    cosines = along[:, None] / np.hypot(along[:, None], across)
    expected = first @ cosines @ (second * chi(p - 1).pdf(across)) / (1 - 2.0**-filters)
    assert strongest_cosine(filters, p) == pytest.approx(expected, rel=1e-5)


@guards(strongest_cosine)
@given(st.integers(1, 10**6))
def test_one_filter_alone(p):
    expected = np.exp(gammaln(p / 2) - gammaln((p + 1) / 2)) / np.sqrt(np.pi)
    assert strongest_cosine(1, p) == pytest.approx(expected, rel=1e-8)


@guards(strongest_cosine)
@given(st.integers(1, 10**6))
def test_in_many_dimensions_it_is_the_largest_normal_over_their_root(filters):
    largest = quad(lambda g: 1 - np.exp(filters * log_ndtr(g)), 0, FAR, epsabs=1e-12, limit=200)[0] / (
        1 - 2.0**-filters
    )
    assert strongest_cosine(filters, 10**7) * np.sqrt(1e7) == pytest.approx(largest, rel=1e-5)


def test_the_most_active_filter_is_not_the_one_that_is_most_like_the_patch():
    """16 filters in three dimensions, the patch along the first: their cosines are 0.79 and 0.88."""
    drawn = np.random.default_rng(7).standard_normal((40_000, 16, 3))
    cosines = drawn[..., 0] / np.linalg.norm(drawn, axis=2)
    active = np.take_along_axis(cosines, drawn[..., 0].argmax(axis=1)[:, None], axis=1)[:, 0]
    error = active.std() / np.sqrt(len(active))
    assert abs(active.mean() - strongest_cosine(16, 3)) < 6 * error < 0.01
    assert cosines.max(axis=1).mean() > active.mean() + 0.08

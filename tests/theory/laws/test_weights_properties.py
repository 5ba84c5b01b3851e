"""What pictures share with the weights, at any numbers and in any geometry: dense moments, and quadrature."""

from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln
from scipy.stats import norm
from scipy.stats import t as student
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


@guards(strongest_cosine)
@given(st.integers(1, 500), st.integers(2, 500))
def test_the_strongest_of_many_by_their_order(filters, p):
    """z = t√(p − 1)/√(1 − t²) is Student's, of p − 1 degrees of freedom; the largest of N has the density N Fᴺ⁻¹f."""
    law = student(p - 1)

    def integrand(u):  # z = tan u: Student's tails of one degree end at π/2
        z = np.tan(u)
        t = z / np.sqrt(p - 1 + z**2)
        return t * filters * law.cdf(z) ** (filters - 1) * law.pdf(z) * (1 + z**2)

    whole = quad(integrand, 0, np.pi / 2, epsabs=0, epsrel=1e-9, limit=200)[0]
    assert strongest_cosine(filters, p) == pytest.approx(whole / (1 - 2.0**-filters), rel=1e-6)


@guards(strongest_cosine)
@given(st.integers(1, 10**6))
def test_one_filter_alone(p):
    expected = np.exp(gammaln(p / 2) - gammaln((p + 1) / 2)) / np.sqrt(np.pi)
    assert strongest_cosine(1, p) == pytest.approx(expected, rel=1e-8)


@guards(strongest_cosine)
@given(st.integers(1, 10**6))
def test_in_three_dimensions_the_cosine_is_uniform(filters):
    """Archimedes: F(t) = (1 + t)/2."""
    expected = (1 - 2 / (filters + 1) * (1 - 2.0 ** -(filters + 1))) / (1 - 2.0**-filters)
    assert strongest_cosine(filters, 3) == pytest.approx(expected, rel=1e-10)

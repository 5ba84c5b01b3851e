"""theory.laws.bias against quadrature over wᵀŷ and b, and where the answer is known."""

from functools import cache

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from support import oracles
from support.cases import CASES

from theory.errors import Precondition
from theory.geometry.patches import coverage
from theory.laws.bias import LAWS, biased_mean, ones_mean
from theory.laws.three_layer import guided_mean

EPS = np.finfo(float).eps
QUAD = dict(epsabs=1e-13, epsrel=1e-13, limit=200)
RULE = 2e-13  # what quad is asked for, and as much again for Φ and φ in the integrand
FILTER_SCALE, READOUT_SCALE, FILTERS = 0.5, 3.0, 5
SCALES = dict(filters=FILTERS, filter_scale=FILTER_SCALE, readout_scale=READOUT_SCALE)
IMAGE = np.random.default_rng(1).standard_normal((2, 5, 6))
IMAGE[:, :3, :3] = 0


def density(t, scale):
    return np.exp(-((t / scale) ** 2) / 2) / (scale * np.sqrt(2 * np.pi))


@cache
def by_quadrature(length, bias, law):
    """E[t 1(t‖y‖ + b > 0)] and E[b 1(t‖y‖ + b > 0)] for t = wᵀŷ ~ N(0, c²), ‖y‖ = `length`; c = FILTER_SCALE."""
    c, far = FILTER_SCALE, 40 * FILTER_SCALE
    if law == "fixed":
        edge = np.clip(-bias / length, -far, far) if length else -np.sign(bias) * far
        along = quad(lambda t: t * density(t, c), edge, far, **QUAD)[0]
        return along, bias * quad(lambda t: density(t, c), edge, far, **QUAD)[0]
    along = quad(lambda t: t * density(t, c) * ndtr(t * length / bias), -far, far, **QUAD)[0]
    open_mask = (lambda b: ndtr(b / (c * length))) if length else (lambda b: float(b > 0))
    ends = -40 * bias, 0, 40 * bias  # with a zero patch the mask jumps at 0
    product = lambda b: b * density(b, bias) * open_mask(b)
    return along, sum(quad(product, low, high, **QUAD)[0] for low, high in zip(ends, ends[1:]))


BIASES = [("fixed", 0.4), ("fixed", -0.7), ("fixed", 3.0), ("gaussian", 0.2), ("gaussian", 3.0)]


@pytest.mark.parametrize("law, bias", BIASES)
@pytest.mark.parametrize("name", CASES)
def test_means_by_quadrature(name, law, bias):
    """E h(V) = c_v/√2π; a patch brings E[t 1]ŷ to the image and E[b 1]/p to the ones. At most J patches on a pixel."""
    image, *where = CASES[name]
    of_image, of_ones = np.zeros(image.size), np.zeros(image.size)
    matrices = oracles.patch_matrices(image.shape, *where)
    for matrix in matrices:
        patch = matrix @ image.ravel()
        length = np.linalg.norm(patch)
        along, bent = by_quadrature(length, bias, law)
        of_image += matrix.T @ (along * patch / length if length else 0 * patch)
        of_ones += matrix.T @ np.full(len(patch), bent / len(patch))
    scale = FILTERS * READOUT_SCALE / np.sqrt(2 * np.pi)
    settings = dict(zip(("kernel", "stride", "padding"), where), bias=bias, law=law, **SCALES)
    bound = scale * len(matrices) * max(1, abs(bias)) * RULE
    assert abs(biased_mean(image, **settings).ravel() - scale * of_image).max() <= bound
    assert abs(ones_mean(image, **settings).ravel() - scale * of_ones).max() <= bound


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("name", CASES)
def test_a_bias_of_zero_is_no_bias(name, law):
    """A pixel adds at most J entries, each good to 8 eps, below 1; the ones' picture is exactly 0."""
    image, *where = CASES[name]
    bound = 7.5 * 8 * len(oracles.windows(image.shape, *where)) * EPS
    mean = biased_mean(image, *where, bias=0.0, law=law, **SCALES)
    assert abs(mean - guided_mean(image, *where, **SCALES)).max() <= bound
    assert not ones_mean(image, *where, bias=0.0, law=law, **SCALES).any()


@pytest.mark.parametrize("bias", [0.3, -0.3, 1e9])
def test_a_zero_image(bias):
    """No direction to prefer: only the ones have a picture, σ(b) for a fixed bias, |b|/√2π for a random one."""
    image = np.zeros((1, 5, 6))
    where = dict(kernel=3, padding=1, readout_scale=np.sqrt(2 * np.pi))
    folded = coverage(image.shape, 3, 1, 1) / 9
    for law, height in (("fixed", max(bias, 0)), ("gaussian", bias / np.sqrt(2 * np.pi)))[: 1 + (bias > 0)]:
        assert not biased_mean(image, **where, bias=bias, law=law).any()
        assert abs(ones_mean(image, **where, bias=bias, law=law) - height * folded).max() <= 32 * EPS * abs(bias)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("image", [np.zeros((2, 5, 6)), IMAGE])
def test_ones_under_a_large_bias_follow_the_coverage_9_6_4(law, image):
    """At a 3×3 kernel with padding 1: every filter is on where b > 0, to (c‖y‖/b)² and better."""
    mean = ones_mean(image, 3, padding=1, bias=1e9, law=law)
    pattern = mean / mean[:, 2:3, 2:3] * 9
    expected = np.full((5, 6), 9.0)
    expected[[0, -1]], expected[:, [0, -1]] = 6, 6
    expected[[0, 0, -1, -1], [0, -1, 0, -1]] = 4
    assert abs(pattern - expected).max() <= 1e-14 + 9 * (20 / 1e9) ** 2


def test_a_large_fixed_bias_opens_or_closes_every_mask():
    """φ(b/c‖y‖) → 0: E w = 0 with the masks open, and nothing with them closed."""
    for bias in (1e3, -1e3):
        assert abs(biased_mean(IMAGE, 3, bias=bias, law="fixed")).max() < 1e-300
    opened = ones_mean(IMAGE, 3, bias=1e3, law="fixed") * np.sqrt(2 * np.pi)
    assert abs(opened - 1e3 * coverage(IMAGE.shape, 3) / 18).max() <= 1e3 * 32 * EPS
    assert abs(ones_mean(IMAGE, 3, bias=-1e3, law="fixed")).max() < 1e-300


def test_a_large_gaussian_bias_shows_the_image_itself():
    """c²y/(√2π n) → c²y/(√2π b): N c_v c²/2πb Σ_j D_jᵀD_j x, the coverage times the image; to (c‖y‖/b)²/2."""
    expected = coverage(IMAGE.shape, 3) * IMAGE / (2 * np.pi * 1e6)
    assert abs(biased_mean(IMAGE, 3, bias=1e6) - expected).max() <= 1e-6 * (200 / 1e12 + 64 * EPS) * 9


@pytest.mark.parametrize("bias", [0.5, 2.0])
def test_signs(bias):
    """A fixed bias opens as much more on one side as it closes on the other."""
    for law in LAWS:
        mean = biased_mean(IMAGE, 3, bias=bias, law=law)
        assert abs(biased_mean(-IMAGE, 3, bias=bias, law=law) + mean).max() <= 16 * EPS
    fixed = [ones_mean(IMAGE, 3, bias=b, law="fixed") for b in (bias, -bias)]
    everywhere = bias * coverage(IMAGE.shape, 3) / 18 / np.sqrt(2 * np.pi)
    assert abs(fixed[0] - fixed[1] - everywhere).max() <= 64 * EPS * bias


@pytest.mark.parametrize("mean", [biased_mean, ones_mean])
def test_settings_out_of_range(mean):
    with pytest.raises(Precondition, match="law of a bias is one of fixed, gaussian"):
        mean(IMAGE, 3, bias=1.0, law="uniform")
    with pytest.raises(Precondition, match="does not fit"):
        mean(IMAGE, 7, bias=1.0)
    for wrong in (np.nan, np.inf):
        with pytest.raises(Precondition, match="a bias is finite"):
            mean(IMAGE, 3, bias=wrong, law="fixed")
    with pytest.raises(Precondition, match="not negative"):
        mean(IMAGE, 3, bias=-1.0)


def test_images_of_any_size_keep_their_digits():
    for size in (2.0**-600, 2.0**600):
        assert np.allclose(biased_mean(size * IMAGE, 3), biased_mean(IMAGE, 3), rtol=64 * EPS, atol=64 * EPS)

"""What the papers print, recomputed in a line of arithmetic, and by what factor it differs from the exact law."""

import numpy as np
import pytest

from theory import as_printed
from theory.geometry import patches
from theory.laws import covariance, moments, orthants, three_layer

EPS = np.finfo(float).eps
PATCH = np.array([3.0, 0, -4, 12])  # of length 13


def test_rectified_mean_is_right_as_printed():
    assert as_printed.rectified_mean(0.7) == pytest.approx(0.7 * 0.3989422804014327, rel=4 * EPS)
    assert as_printed.rectified_mean(0.7) == pytest.approx(moments.rectified_mean(0.7), rel=4 * EPS)


def test_half_normal_mean_is_twice_the_rectified_one():
    assert as_printed.half_normal_mean(0.7) == pytest.approx(0.7 * 0.7978845608028654, rel=4 * EPS)
    assert as_printed.half_normal_mean(0.7) == pytest.approx(2 * moments.rectified_mean(0.7), rel=4 * EPS)


def test_step_4_is_2_c_p_root_2_over_pi_times_too_long():
    """(2c²p/π)/(c/√2π) = 2cp√(2/π): 12.766 at p = 4 and c = 2. The direction is right."""
    printed, exact = as_printed.step_4_mean(PATCH, 2.0), orthants.truncated_mean(PATCH, 2.0)
    assert printed == pytest.approx(2 * 4 * 4 / (np.pi * 13) * PATCH, rel=4 * EPS)
    assert printed == pytest.approx(2 * 2 * 4 * np.sqrt(2 / np.pi) * exact, rel=8 * EPS)


def test_printed_second_moment_adds_a_hyperplane():
    """Exact c²/2 I, and (c²/2)(I − ŷŷᵀ) too much: the trace is 2p − 1 for p."""
    printed, y = as_printed.rectified_second_moment(PATCH, 2.0), PATCH / 13
    exact = moments.two_direction_second_moment(PATCH, PATCH, 2.0)
    assert printed - exact == pytest.approx(2 * (np.eye(4) - np.outer(y, y)), abs=8 * EPS)
    assert np.trace(printed) / np.trace(exact) == pytest.approx(7 / 4, rel=8 * EPS)
    assert y @ printed @ y == pytest.approx(2.0, rel=8 * EPS)  # along y it is right


def test_printed_density_has_no_atom_at_the_origin_where_half_of_the_mass_is():
    assert as_printed.atom_at_origin() == 0
    assert 1 - orthants.orthant_probability(PATCH[None]) == 0.5


def test_theorem_1_scale_at_unit_settings():
    assert as_printed.theorem_1_scale(1, 1, 1) == pytest.approx(0.6366197723675814, rel=2 * EPS)
    assert as_printed.theorem_1_scale(147, 10, 5, 2.0) == pytest.approx(2 * 4 * 147 * 10 / (np.pi * 5), rel=4 * EPS)


def test_theorem_1_scale_is_4_times_too_large_where_coverage_is_p():
    """A 1-D ±1 signal at stride 1: every patch has norm √p, and inside the borders p patches hold a pixel."""
    p, filters, c = 5, 12, 0.5
    signal = np.random.default_rng(1).choice([-1.0, 1.0], (1, 1, 30))
    exact = three_layer.guided_mean(signal, (1, p), filters=filters, filter_scale=c, readout_scale=c)
    ratio = as_printed.theorem_1_scale(p, filters, np.sqrt(p), c) * signal / exact
    assert ratio[0, 0, p - 1 : 31 - p] == pytest.approx(4.0, rel=16 * EPS)
    assert ratio.min() > 3.9 and ratio[0, 0, 0] == pytest.approx(4 * p, rel=16 * EPS)


def test_theorem_1_scale_is_48_times_too_large_in_the_papers_setting():
    """7×7×3 at stride 2: p = 147, and 2×2 pixels inside are held by 16, 12, 12 and 9 patches, 12.25 on average."""
    image = np.random.default_rng(2).choice([-1.0, 1.0], (3, 41, 41))
    exact = three_layer.guided_mean(image, 7, stride=2) * image
    inside = exact[:, 6:34, 6:34].mean()
    printed = as_printed.theorem_1_scale(147, 1, np.sqrt(147))
    assert printed / inside == pytest.approx(4 * 147 / 12.25, rel=64 * EPS)
    assert 4 * 147 / 12.25 == 48
    cell = patches.coverage(image.shape, 7, 2)[6:8, 6:8]
    assert sorted(cell.ravel()) == [9, 12, 12, 16]


def test_printed_coverage_is_p():
    """Which it is in one dimension at stride 1, and not for 3×3×3 in two: 9, not 27."""
    assert as_printed.coverage(27) == 27.0
    assert patches.coverage((1, 1, 99), (1, 27))[0, 50] == as_printed.coverage(27)
    assert patches.coverage((3, 9, 9), 3)[4, 4] == 9


def test_printed_cosine_is_1_and_the_exact_one_is_not():
    image = np.abs(np.random.default_rng(3).standard_normal((1, 12, 12))) ** 3
    assert as_printed.theorem_1_cosine() == 1
    assert three_layer.limit_cosine(image, 3) < 0.95


def test_printed_covariance_is_the_unit_matrix():
    """N(0, I): what a fit of the variance on the coverage, and the pixels' correlations, are 0 of; neither is so."""
    image, where = np.random.default_rng(5).standard_normal((1, 7, 7)), dict(kernel=3)
    covered = patches.coverage(image.shape, **where).ravel()
    for matrix, printed in ((np.eye(49), True), (covariance.covariance(image, **where), False)):
        scale = np.sqrt(np.diag(matrix))
        slope = np.polyfit(covered / covered.mean(), np.diag(matrix) / np.diag(matrix).mean(), 1)[0]
        neighbours = (matrix / np.outer(scale, scale))[3 * 7 + 2, 3 * 7 + 3]
        assert (abs(slope - as_printed.theorem_2_variance_slope()) < 1e-9) == printed
        assert (abs(neighbours - as_printed.theorem_2_correlation()) < 1e-9) == printed


def test_printed_sample_complexity_and_the_exact_noise():
    """N = Õ(p/ε²): p to the power 1. The exact noise is π²p − 1 for one patch, and keeps to π² for a whole image."""
    assert as_printed.sample_complexity_exponent() == 1
    image = np.random.default_rng(4).choice([-1.0, 1.0], (1, 60, 60))
    noise = [three_layer.noise_to_signal(image, size) for size in (3, 5)]
    assert 25 / 9 > 2 and noise[1] / noise[0] < 1.5

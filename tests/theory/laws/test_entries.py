"""Every entry's mean and variance against the whole covariance matrix, padded on one side or on none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.geometries import geometries, numbers
from support.guards import guards

from theory.laws import covariance, three_layer
from theory.laws.entries import mean_and_variance

RULES = ("saliency", "deconvnet", "guided")


@st.composite
def pictures(draw):
    """An image, some of its pixels 0 as those of activations are, and the geometry of its patches."""
    shape, kernel, stride, padding = draw(geometries(longest=4))
    image = numbers(draw)(*shape)
    return np.where(draw(st.booleans()), image, image.clip(0)), kernel, stride, padding


@guards(mean_and_variance)
@given(pictures(), st.sampled_from(RULES))
def test_the_variances_are_the_diagonal_of_the_covariance(picture, rule):
    scales = dict(filters=3, filter_scale=0.7, readout_scale=1.3)
    mean, variance = mean_and_variance(*picture, **scales, rule=rule)
    whole = np.diag(covariance.covariance(*picture, **scales, rule=rule))
    assert variance.ravel() == pytest.approx(whole, rel=1e-9, abs=1e-12)
    guided = three_layer.guided_mean(*picture, **scales) if rule == "guided" else np.zeros_like(picture[0])
    assert mean == pytest.approx(guided, rel=1e-12, abs=1e-300)
    assert whole.any() or not picture[0].any()


@pytest.mark.parametrize("rule", RULES)
def test_zeros_around_an_image_are_pixels_that_nobody_sees(rule):
    image = np.random.default_rng(3).standard_normal((2, 5, 4))
    around = (0, 1), (2, 1)
    inside = (slice(None), slice(0, 5), slice(2, 6))
    given = mean_and_variance(image, (2, 3), 2, around, 4, rule=rule)
    padded = mean_and_variance(np.pad(image, ((0, 0), *around)), (2, 3), 2, 0, 4, rule=rule)
    for mine, framed in zip(given, padded):
        assert mine == pytest.approx(framed[inside], rel=1e-12)


def test_windows_that_coincide_in_direction_have_no_part_of_their_own():
    """On a constant image every angle is 0: what is left is half of the coverage, less the square of the mean."""
    image = np.ones((1, 6, 6))
    mean, variance = mean_and_variance(image, 3)
    coverage = np.outer(*[np.array([1, 2, 3, 3, 2, 1])] * 2)
    assert variance[0] == pytest.approx(coverage / 4 - mean[0] ** 2, rel=1e-12)

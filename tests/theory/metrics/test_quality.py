"""Measures of pictures: against their definitions, scikit-image, and what they must not see."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import rankdata
from skimage.metrics import structural_similarity
from support.geometries import array, generic

from theory.errors import Precondition
from theory.metrics import quality
from theory.metrics.similarity import cosine

RNG = np.random.default_rng(3)
PICTURE, OTHER = RNG.standard_normal((2, 3, 40, 50)).cumsum(axis=2).cumsum(axis=3)
PICTURES = st.tuples(st.integers(1, 2), st.integers(5, 9), st.integers(5, 9)).flatmap(lambda s: array(s, generic()))


@given(PICTURES, st.integers(1, 5))
def test_area_means_of_any_size_keep_the_mean_and_constants(picture, side):
    found = quality.shrunk(picture, side)
    assert found.shape == (len(picture), side, side)
    assert found.mean(axis=(1, 2)) == pytest.approx(picture.mean(axis=(1, 2)), abs=1e-12)
    assert quality.shrunk(np.ones_like(picture), side) == pytest.approx(1.0)


def test_area_means_over_whole_blocks_are_their_means():
    blocks = PICTURE[:, :, :40].reshape(3, 8, 5, 8, 5).mean(axis=(2, 4))
    assert abs(quality.shrunk(PICTURE[:, :, :40], 8) - blocks).max() < 1e-12 * abs(PICTURE).max()
    pair = quality.shrunk(np.arange(3.0).reshape(1, 1, 3).repeat(3, axis=1), 2)
    assert pair[0, 0] == pytest.approx([1 / 3, 5 / 3])  # (0 + ½·1)/1.5 and (½·1 + 2)/1.5
    with pytest.raises(Precondition, match="no area means over 60"):
        quality.shrunk(PICTURE, 60)


@given(PICTURES, st.floats(0.01, 100), st.floats(-5, 5))
def test_a_locally_normalised_picture_sees_neither_scale_nor_offset(picture, scale, offset):
    assume(picture.std() > 1e-3)
    one, other = quality.locally_normalised(picture, 3), quality.locally_normalised(scale * picture + offset, 3)
    assert abs(one - other).max() < 1e-6


def test_local_contrast_is_taken_out():
    """A picture under a slow gain: the cosine falls, the local one hardly does."""
    noise = RNG.standard_normal((1, 60, 60))
    lit = noise * np.exp(np.linspace(-3, 3, 60))
    assert quality.local_cosine(noise, lit) > 0.97 and cosine(noise, lit) < 0.75
    assert abs(quality.local_cosine(noise, RNG.standard_normal((1, 60, 60)))) < 0.1


@pytest.mark.parametrize("scale", [1, 2, 4, 8])
def test_octaves_tell_waves_apart(scale):
    """A wave of frequency 1/(2 scale) lies in its own octave, and others' correlation does not see it."""
    x = np.arange(96.0)
    wave = np.cos(np.pi * x / (2 * scale)) * np.ones((1, 96, 1))
    slow = np.cos(np.pi * x / 48) * np.ones((1, 96, 1))
    assert quality.band_correlation(wave, wave + slow, scale) > 0.95
    assert quality.band_correlation(wave, -wave, scale) == pytest.approx(-1)
    assert quality.band_correlation(wave, wave, scale) == pytest.approx(1)


def test_ranks():
    rises = np.exp(PICTURE / abs(PICTURE).max())
    assert quality.rank_correlation(PICTURE, rises) == pytest.approx(1)
    expected = np.corrcoef(rankdata(PICTURE), rankdata(OTHER))[0, 1]
    assert quality.rank_correlation(PICTURE, OTHER) == pytest.approx(expected)
    assert quality.rank_correlation(PICTURE, np.ones_like(PICTURE)) == 0


@pytest.mark.parametrize("scale", [0.0, 0.3, 3.0])
def test_ssim_is_scikit_image_s(scale):
    one = PICTURE
    two = PICTURE + scale * OTHER + RNG.standard_normal(PICTURE.shape)
    unit = [(each - each.min()) / np.ptp(each) for each in (one, two)]
    expected = structural_similarity(*unit, data_range=1.0, channel_axis=0)
    assert quality.ssim(one, two) == pytest.approx(expected, abs=1e-12)
    assert quality.ssim(one, 5 * one + 2) == pytest.approx(1)


@pytest.mark.parametrize("window, data_range", [(3, 1.0), (7, 2.0), (11, 2.0)])
def test_ssim_in_two_dimensions_with_its_window_and_range(window, data_range):
    one, two = (each[0] / abs(each).max() for each in (PICTURE, PICTURE + OTHER))
    expected = structural_similarity(one, two, win_size=window, data_range=data_range)
    assert quality.ssim(one, two, window, data_range) == pytest.approx(expected, abs=1e-12)
    assert quality.ssim(one, two, window) == pytest.approx(quality.ssim(one[None], two[None], window))


@pytest.mark.parametrize("window", [2, 1, 41])
def test_ssim_without_a_window_is_refused(window):
    with pytest.raises(Precondition, match="windows of"):
        quality.ssim(PICTURE, OTHER, window)

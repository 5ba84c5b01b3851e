"""What every law refuses: numbers of filters and scales out of range, images and kernels that make no sense."""

from functools import partial

import numpy as np
import pytest

from theory.laws.bias import biased_mean, ones_mean
from theory.laws.covariance import covariance, covariance_trace, variance_along
from theory.laws.pooling import pooled_mean
from theory.laws.three_layer import class_similarity, expected_cosine, guided_mean, noise_to_signal

IMAGE = np.random.default_rng(1).standard_normal((2, 5, 6))
MEANS = {law.__name__: law for law in (guided_mean, pooled_mean, biased_mean, ones_mean)}
MOMENTS = {"covariance": covariance, "trace": covariance_trace, "along": partial(variance_along, IMAGE)}
SCALED = {**MEANS, **MOMENTS}
LAWS = {**SCALED, "similarity": class_similarity, "noise": noise_to_signal, "cosine": expected_cosine}


@pytest.mark.parametrize("name", LAWS)
def test_settings_out_of_range(name):
    law = LAWS[name]
    for filters in (0, -1):
        with pytest.raises(ValueError, match="filters must be at least 1"):
            law(IMAGE, 3, filters=filters)
    with pytest.raises(TypeError):
        law(IMAGE, 3, filters=1.5)
    with pytest.raises(ValueError, match="does not fit"):
        law(IMAGE, 7)
    with pytest.raises(ValueError, match="finite"):
        law(IMAGE * np.nan, 3)
    with pytest.raises(ValueError, match="an image has shape"):
        law(IMAGE[0], 3)


@pytest.mark.parametrize("scale", [0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("setting", ["filter_scale", "readout_scale"])
@pytest.mark.parametrize("name", SCALED)
def test_scales_out_of_range(name, setting, scale):
    with pytest.raises(ValueError, match="a scale is positive"):
        SCALED[name](IMAGE, 3, **{setting: scale})


@pytest.mark.parametrize("name", SCALED)
def test_filters_and_scales_multiply(name):
    """N c_w c_v for a mean, N (c_w c_v)² for a covariance, to a dozen roundings; c_w not where it meets a bias."""
    law, square = SCALED[name], name in MOMENTS
    settings = {"bias": 0.5} if "bias" in name or "ones" in name else {}
    one = law(IMAGE, 3, **settings)
    assert np.allclose(law(IMAGE, 3, filters=8, **settings), 8 * one, rtol=2**-48, atol=0)
    assert np.allclose(law(IMAGE, 3, readout_scale=4.0, **settings), (16 if square else 4) * one, rtol=2**-48, atol=0)
    if not settings:
        assert np.allclose(law(IMAGE, 3, filter_scale=4.0), (16 if square else 4) * one, rtol=2**-48, atol=0)


@pytest.mark.parametrize("mean", [biased_mean, ones_mean])
@pytest.mark.parametrize("law", ["fixed", "gaussian"])
def test_filters_and_bias_scale_together(mean, law):
    """w and b four times as large open the same masks, and pass four times as much."""
    one = mean(IMAGE, 3, bias=0.5, law=law)
    assert np.allclose(mean(IMAGE, 3, bias=2.0, law=law, filter_scale=4.0), 4 * one, rtol=2**-48, atol=0)


def test_numbers_of_filters_may_come_as_an_array():
    numbers = np.array([1, 7, 64])
    for law in (noise_to_signal, expected_cosine):
        assert np.array_equal(law(IMAGE, 3, filters=numbers), [law(IMAGE, 3, filters=n) for n in (1, 7, 64)])
        with pytest.raises(ValueError, match="filters must be at least 1"):
            law(IMAGE, 3, filters=np.array([3, 0]))
        with pytest.raises(TypeError):
            law(IMAGE, 3, filters=np.array([1.5]))

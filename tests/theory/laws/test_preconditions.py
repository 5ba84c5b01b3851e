"""How laws of pictures say what they refuse, and how filters and scales multiply what they give."""

from functools import partial

import numpy as np
import pytest

from theory.errors import Precondition
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
        with pytest.raises(Precondition, match="filters must be at least 1"):
            law(IMAGE, 3, filters=filters)
    for wrong in (1.5, 1e308):
        with pytest.raises(TypeError, match="filters must be an integer|filters are integers"):
            law(IMAGE, 3, filters=wrong)
    with pytest.raises(Precondition, match="does not fit"):
        law(IMAGE, 7)
    with pytest.raises(Precondition, match="finite"):
        law(IMAGE * np.nan, 3)
    with pytest.raises(Precondition, match="an image has shape"):
        law(IMAGE[0], 3)


@pytest.mark.parametrize("scale", [0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("setting", ["filter_scale", "readout_scale"])
@pytest.mark.parametrize("name", SCALED)
def test_scales_out_of_range(name, setting, scale):
    with pytest.raises(Precondition, match="a scale is positive"):
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


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int64, np.float32, np.array])
def test_numbers_of_every_type_count_alike(kind):
    """200·2 overflows a byte."""
    filters = np.uint8(200) if kind is np.float32 else kind(200)
    scales = dict(filter_scale=kind(2), readout_scale=kind(3))
    assert np.array_equal(guided_mean(IMAGE, 3, filters=filters, **scales), guided_mean(IMAGE, 3, 1, 0, 200, 2.0, 3.0))
    assert covariance_trace(IMAGE, 3, filters=filters, **scales) == covariance_trace(IMAGE, 3, 1, 0, 200, 2.0, 3.0)
    assert np.array_equal(ones_mean(IMAGE, 3, bias=kind(20)), ones_mean(IMAGE, 3, bias=20.0))


def test_numbers_of_filters_may_come_as_an_array():
    numbers = np.array([1, 7, 64])
    for law in (noise_to_signal, expected_cosine):
        each = [law(IMAGE, 3, filters=n) for n in (1, 7, 64)]
        assert np.array_equal(law(IMAGE, 3, filters=numbers), each)
        assert np.array_equal(law(IMAGE, 3, filters=numbers.astype(np.uint8)), each)
        with pytest.raises(Precondition, match="filters must be at least 1"):
            law(IMAGE, 3, filters=np.array([3, 0]))
        for wrong in (np.array([1.5]), np.array([True]), np.ma.array(numbers, mask=[0, 1, 0])):
            with pytest.raises(TypeError, match="filters"):
                law(IMAGE, 3, filters=wrong)

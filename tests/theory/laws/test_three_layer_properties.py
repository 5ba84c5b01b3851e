"""The laws of guided backpropagation's picture in any geometry, against dense moments; and of logits and inputs."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.geometries import geometries, int_or_pair, numbers
from support.guards import guards
from support.oracles import as_pair, patch_matrices
from support.second_moments import guided_moments, moments, wedge

from theory.geometry.patches import coverage
from theory.laws import covariance, three_layer

RULES = st.sampled_from(["saliency", "deconvnet", "guided"])
FILTERS = st.one_of(st.integers(1, 5), st.integers(1, 10**9))
CLOSE = dict(rel=1e-10, abs=1e-12)  # J²p ≤ 10⁴ products, of which none cancel by more than 10³


@st.composite
def seen(draw):
    """An image of which some patch is not zero, and its kernel, stride and padding."""
    shape, *where = draw(geometries(longest=4))
    image = numbers(draw)(*shape)
    assume((patch_matrices(shape, *where) @ image.ravel()).any())
    return image, where


@guards(three_layer.noise_to_signal, three_layer.limit_cosine, three_layer.expected_cosine)
@given(seen(), FILTERS, st.data())
def test_noise_and_cosines_are_the_dense_ones(case, filters, data):
    """A = tr Cov/‖E s‖² of one filter, cos(E s, z), and ⟨E s, z⟩/(‖z‖ √E‖s‖²)."""
    image, where = case
    other = numbers(data.draw)(*image.shape)
    mean, second = guided_moments(image, *where)
    noise = (np.trace(second) - mean @ mean) / (mean @ mean)
    assert three_layer.noise_to_signal(image, *where, filters) == pytest.approx(noise / filters, **CLOSE)
    for reference in (image, other):
        if reference.any():
            cosine = mean @ reference.ravel() / np.linalg.norm(mean) / np.linalg.norm(reference)
            size = np.sqrt((np.trace(second) + (filters - 1) * mean @ mean) / filters)
            against = None if reference is image else reference
            assert three_layer.limit_cosine(image, *where, against) == pytest.approx(cosine, **CLOSE)
            assert three_layer.expected_cosine(image, *where, filters, against) == pytest.approx(
                cosine * np.linalg.norm(mean) / size, **CLOSE
            )


@guards(three_layer.mean_cosine)
@given(seen(), FILTERS, st.data())
def test_mean_cosine_is_the_dense_one(case, filters, data):
    """E X/√E Y times 1 − Cov(X, Y)/(2 E X E Y) + ⅜ Var Y/(E Y)² with the second moments' part of Cov and Var.

    X = ⟨s, z⟩, Y = ‖s‖². The digits are those of `covariance_times`.
    """
    image, where = case
    other = image + numbers(data.draw)(*image.shape)
    mean, second = guided_moments(image, *where)
    covariance = second - np.outer(mean, mean)
    square = filters**2 * (mean @ mean) + filters * np.trace(covariance)
    for reference in (image, other):
        z = reference.ravel() / (np.linalg.norm(reference) or 1)
        along = filters * (z @ mean)
        together, spread = 2 * filters**2 * (z @ covariance @ mean), 4 * filters**3 * (mean @ covariance @ mean)
        expected = (along * (1 + 3 / 8 * spread / square**2) - together / square / 2) / np.sqrt(square)
        against = None if reference is image else reference
        found = three_layer.mean_cosine(image, *where, filters, against)
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


@guards(three_layer.class_similarity)
@given(seen(), FILTERS, RULES)
def test_class_similarity_of_any_geometry_is_the_dense_one(case, filters, rule):
    """N second moments, and N(N − 1) products of means, of which all but guided backpropagation have none."""
    image, where = case
    mean, second = moments(image, *where, rule)
    _, across = moments(image, *where, rule, two_logits=True)
    pairs = (filters - 1) * mean @ mean
    expected = (np.trace(across) + pairs) / (np.trace(second) + pairs)
    assert three_layer.class_similarity(image, *where, filters, rule) == pytest.approx(expected, **CLOSE)


@guards(three_layer.saliency_similarity)
@given(seen(), st.data())
def test_saliency_similarity_of_any_geometry_is_the_dense_one(case, data):
    """Σ_j tr(D_jᵀ B_j D_j), B_j with a mask of each image, over the root of the two traces."""
    image, where = case
    other = numbers(data.draw)(*image.shape)
    matrices = patch_matrices(image.shape, *where)
    assume((matrices @ other.ravel()).any())
    between, one, two = (
        sum(np.trace(matrix.T @ wedge(matrix @ a.ravel(), matrix @ b.ravel()) @ matrix) for matrix in matrices)
        for a, b in ((image, other), (image, image), (other, other))
    )
    assert three_layer.saliency_similarity(image, other, *where) == pytest.approx(between / np.sqrt(one * two), **CLOSE)


@guards(covariance.second_moment_trace, covariance.mean_square, covariance.readout_moments, covariance.prepare)
@given(seen(), RULES)
def test_traces_of_one_filter(case, rule):
    image, where = case
    mean, second = moments(image, *where, rule)
    square, product = covariance.readout_moments(rule)
    assert (square, product) == pytest.approx((1, 0) if rule == "saliency" else (1 / 2, 1 / (2 * np.pi)))
    assert covariance.second_moment_trace(image, *where, rule, square) == pytest.approx(np.trace(second), **CLOSE)
    assert covariance.mean_square(image, *where, rule) == pytest.approx(mean @ mean, **CLOSE)
    units, patches = covariance.prepare(image, *where)[2], patch_matrices(image.shape, *where) @ image.ravel()
    assert np.linalg.norm(units, axis=1) == pytest.approx(1.0 * patches.any(axis=1))


@guards(three_layer.noise_to_signal_rule)
@given(int_or_pair(1, (9, 9)), int_or_pair(1, (4, 4)), st.integers(1, 4))
def test_the_rule_of_thumb_is_pi_squared_p_over_the_mean_coverage_inside(kernel, stride, channels):
    """Of the pixels that any window covers, over a period of the stride inside a large image."""
    side, step = 40, np.array(as_pair(stride))
    inside = coverage((1, side, side), kernel, stride)[12 : 12 + step[0], 12 : 12 + step[1]]
    size = channels * np.prod(as_pair(kernel))
    mean = inside[inside > 0].mean()
    assert three_layer.noise_to_signal_rule(kernel, stride, channels) == pytest.approx(np.pi**2 * size / mean)


@given(seen())
def test_of_patches_side_by_side_the_rule_of_thumb_is_one_too_many(case):
    """No pair of patches overlaps: A = π²p − 1, whatever the image, if no patch is zero or reaches into the padding."""
    image, (kernel, _, _) = case
    kernel = as_pair(kernel)
    kernel = tuple(min(side, length) for side, length in zip(kernel, image.shape[1:]))
    assume((patch_matrices(image.shape, kernel, kernel, 0) @ image.ravel()).any(axis=1).all())
    noise = three_layer.noise_to_signal(image, kernel, kernel)
    assert noise + 1 == pytest.approx(three_layer.noise_to_signal_rule(kernel, kernel, len(image)), rel=1e-12)


@guards(three_layer.noise_to_signal, covariance.covariance_trace, three_layer.guided_mean)
@given(seen(), st.integers(1, 9), st.floats(0.1, 9), st.floats(0.1, 9))
def test_scales_multiply(case, filters, c_w, c_v):
    """N c_w c_v the mean, N c_w² c_v² the covariance, 1/N their ratio."""
    image, where = case
    scales = dict(filters=filters, filter_scale=c_w, readout_scale=c_v)
    mean, second = guided_moments(image, *where)
    noise = np.trace(second) - mean @ mean
    mean = mean.reshape(image.shape)
    assert three_layer.guided_mean(image, *where, **scales) == pytest.approx(filters * c_w * c_v * mean, **CLOSE)
    trace = covariance.covariance_trace(image, *where, **scales)
    assert trace == pytest.approx(filters * (c_w * c_v) ** 2 * noise, **CLOSE)
    ratio = noise / filters / (mean**2).sum()
    assert three_layer.noise_to_signal(image, *where, filters) == pytest.approx(ratio, **CLOSE)

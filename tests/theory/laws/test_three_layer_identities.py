"""What the laws of theory.laws.three_layer must obey: scales, symmetries, limits, and what they refuse."""

import numpy as np
import pytest

from theory.errors import Precondition
from theory.laws import three_layer
from theory.laws.covariance import covariance_times
from theory.laws.three_layer import (
    covariance_trace,
    expected_cosine,
    guided_mean,
    limit_cosine,
    mean_cosine,
    noise_to_signal,
)

EPS = np.finfo(float).eps
IMAGE = np.random.default_rng(1).standard_normal((3, 7, 8))
WHERE = [
    dict(kernel=3),
    dict(kernel=(2, 3), stride=(1, 2), padding=(0, 1)),
    dict(kernel=2, stride=2),
    dict(kernel=(7, 8)),
]
TERMS = 56**2 * 27  # at most J² pairs of p products: the bound on rounding, in eps, of anything below


def close(actual, expected, terms=TERMS):
    return (abs(actual - expected) <= terms * EPS * abs(np.asarray(expected)).max()).all()


@pytest.mark.parametrize("shape", [(1, 1, 6), (1, 4, 4), (3, 2, 5)])
def test_a_fully_connected_network_has_noise_pi_squared_d_minus_1(shape):
    image, d = np.random.default_rng(2).standard_normal(shape), np.prod(shape)
    for filters in (1, 7):
        assert close(noise_to_signal(image, shape[1:], filters=filters) * filters, np.pi**2 * d - 1, 4 * d)
    mean = image / np.linalg.norm(image) / (2 * np.pi)
    assert close(guided_mean(image, shape[1:]), mean, 2 * d)
    assert close(covariance_trace(image, shape[1:]), d / 4 - 1 / (4 * np.pi**2), 4 * d)
    assert close(limit_cosine(image, shape[1:]), 1.0, 4 * d)
    assert close(expected_cosine(image, shape[1:], filters=50), 1 / np.sqrt(1 + (np.pi**2 * d - 1) / 50), 4 * d)


def test_patches_side_by_side_have_their_own_noise():
    """No two share a pixel: the signal is a patch's, J times, and so is the noise. One zero patch takes its share."""
    image = np.random.default_rng(3).standard_normal((1, 4, 6))
    assert close(noise_to_signal(image, 2, 2), np.pi**2 * 4 - 1)
    image[:, :2, :2] = 0
    assert close(covariance_trace(image, 2, 2), 5 * (4 / 4 - 1 / (4 * np.pi**2)))
    assert close(noise_to_signal(image, 2, 2), np.pi**2 * 4 - 1)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("factor", [2.0**-900, 1e-5, 3.0, 2.0**900])
def test_the_scale_of_the_image_changes_nothing(where, factor):
    assert close(guided_mean(factor * IMAGE, **where), guided_mean(IMAGE, **where))
    assert close(noise_to_signal(factor * IMAGE, **where), noise_to_signal(IMAGE, **where))
    assert close(expected_cosine(factor * IMAGE, **where, filters=4), expected_cosine(IMAGE, **where, filters=4))


@pytest.mark.parametrize("where", WHERE)
def test_filters_and_scales(where):
    """The mean is linear in N, c_w and c_v; the trace in N, c_w² and c_v²; noise to signal in 1/N."""
    settings = dict(filters=12, filter_scale=0.25, readout_scale=3.0)
    assert close(guided_mean(IMAGE, **where, **settings), 9 * guided_mean(IMAGE, **where), 8)
    assert close(covariance_trace(IMAGE, **where, **settings), 6.75 * covariance_trace(IMAGE, **where), 8)
    assert close(noise_to_signal(IMAGE, **where, filters=12), noise_to_signal(IMAGE, **where) / 12, 8)
    one_sided = guided_mean(IMAGE, **where, filter_scale=3.0)
    assert close(one_sided, guided_mean(IMAGE, **where, readout_scale=3.0), 8)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("filters", [1, 10, 10**6])
def test_noise_to_signal_and_cosine_follow_from_mean_and_trace(where, filters):
    mean, trace = guided_mean(IMAGE, **where, filters=filters), covariance_trace(IMAGE, **where, filters=filters)
    signal = (mean**2).sum()
    assert close(noise_to_signal(IMAGE, **where, filters=filters), trace / signal)
    other = np.random.default_rng(4).standard_normal(IMAGE.shape)
    for reference in (None, other):
        z = IMAGE if reference is None else reference
        along = (mean * z).sum() / np.linalg.norm(z)
        limit = limit_cosine(IMAGE, **where, reference=reference)
        cosine = expected_cosine(IMAGE, **where, filters=filters, reference=reference)
        assert abs(limit - along / np.sqrt(signal)) <= TERMS * EPS
        assert abs(cosine - along / np.sqrt(signal + trace)) <= TERMS * EPS


@pytest.mark.parametrize("where", WHERE)
def test_the_cosine_grows_with_the_filters_to_its_limit(where):
    """As limit/√(1 + A/N): at most limit·A/2N below it."""
    limit, A = limit_cosine(IMAGE, **where), noise_to_signal(IMAGE, **where)
    curve = [expected_cosine(IMAGE, **where, filters=10**e) for e in range(0, 13, 2)]
    assert all(low < high for low, high in zip(curve, curve[1:]))
    for e, cosine in zip(range(0, 13, 2), curve):
        assert 0 <= limit - cosine <= limit * A / (2 * 10**e) + 4 * EPS
    assert limit < 1 + 4 * EPS and limit * A / 2e12 < 1e-9


@pytest.mark.parametrize("where", WHERE)
def test_the_mean_cosine_is_that_of_expectations_in_the_limit(where):
    """N times what it adds tends to a number: ¾ of a relative variance less half of a covariance, of ‖s‖²."""
    numbers = np.array([10**4, 10**6, 10**8])
    added = mean_cosine(IMAGE, **where, filters=numbers) / expected_cosine(IMAGE, **where, filters=numbers) - 1
    mean = guided_mean(IMAGE, **where)
    square = (mean**2).sum()
    times = covariance_times(mean, IMAGE, **where)
    tends = 3 / 2 * (mean * times).sum() / square**2 - (IMAGE * times).sum() / (IMAGE * mean).sum() / square
    assert numbers[1:] * added[1:] == pytest.approx([tends] * 2, rel=2e-2)
    assert mean_cosine(IMAGE, **where, filters=10**6) == mean_cosine(IMAGE, **where, filters=numbers)[1]


@pytest.mark.parametrize("axes", [(1,), (2,), (1, 2)])
@pytest.mark.parametrize("where", [WHERE[0], dict(kernel=(3, 2), stride=2), dict(kernel=(3, 4), padding=1)])
def test_flips(axes, where):
    """Of windows that lie symmetrically: stride 1, or a stride that ends on the last pixel."""
    assert close(guided_mean(np.flip(IMAGE, axes), **where), np.flip(guided_mean(IMAGE, **where), axes))
    assert close(noise_to_signal(np.flip(IMAGE, axes), **where), noise_to_signal(IMAGE, **where))


@pytest.mark.parametrize("where", WHERE)
def test_a_rotation_of_the_channels(where):
    """It rotates every patch alike, and w's law is round: the mean turns along, the noise stays."""
    Q = np.linalg.qr(np.random.default_rng(5).standard_normal((3, 3)))[0]
    turned = np.einsum("cd,dhw->chw", Q, IMAGE)
    assert close(guided_mean(turned, **where), np.einsum("cd,dhw->chw", Q, guided_mean(IMAGE, **where)))
    assert close(noise_to_signal(turned, **where), noise_to_signal(IMAGE, **where))


@pytest.mark.parametrize("where", WHERE)
def test_transposition(where):
    swapped = {name: value[::-1] if isinstance(value, tuple) else value for name, value in where.items()}
    flipped = IMAGE.transpose(0, 2, 1)
    assert close(guided_mean(flipped, **swapped), guided_mean(IMAGE, **where).transpose(0, 2, 1))
    assert close(covariance_trace(flipped, **swapped), covariance_trace(IMAGE, **where))


@pytest.mark.parametrize(
    "where, channels, expected",
    [
        (dict(kernel=3), 1, 1),
        (dict(kernel=3), 3, 3),
        (dict(kernel=7, stride=2), 3, 12),
        (dict(kernel=(5, 4), stride=(1, 2)), 2, 4),
        (dict(kernel=2, stride=3), 3, 12),
        (dict(kernel=(2, 4), stride=(3, 1)), 1, 2),
    ],
)
def test_the_rule_of_thumb_is_pi_squared_p_over_m(where, channels, expected):
    """p/m = C k²/(k/s)² = C s²: the kernel size cancels. Where the stride jumps over pixels, m = 1 on the others."""
    assert close(three_layer.noise_to_signal_rule(**where, channels=channels), np.pi**2 * expected, 4)


def test_float32_images_are_computed_in_float64():
    image = IMAGE.astype(np.float32)
    assert guided_mean(image, 3).dtype == np.float64
    assert np.array_equal(guided_mean(image, 3), guided_mean(image.astype(np.float64), 3))


@pytest.mark.parametrize("law", [noise_to_signal, expected_cosine, mean_cosine])
def test_an_image_without_a_patch_that_is_not_zero(law):
    holes = np.zeros((1, 5, 5))
    with pytest.raises(Precondition, match="every patch of the image is zero"):
        law(holes, 3)
    holes[0, 1::2, 1::2] = 1  # between the windows of a stride of 2
    with pytest.raises(Precondition, match="every patch of the image is zero"):
        law(holes, 1, stride=2)


def test_a_zero_image_has_a_picture_of_zeros():
    assert not guided_mean(np.zeros((2, 4, 4)), 3).any()
    assert covariance_trace(np.zeros((2, 4, 4)), 3) == 0


def test_a_reference_of_another_shape():
    with pytest.raises(Precondition, match="the reference has shape"):
        limit_cosine(IMAGE, 3, reference=IMAGE[:1])

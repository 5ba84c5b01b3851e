"""The exact laws of theory.laws.three_layer against the network itself, with new random weights in every trial.

The laws never see the layers and the network never sees the laws: this is where the two meet.
"""

import numpy as np
import pytest
from support.monte_carlo import covers, generator, interval
from support.second_moments import guided_trace, no_mask, printed_density

from theory.geometry.windows import Windows
from theory.laws.three_layer import covariance_trace, guided_mean, noise_to_signal
from theory.networks import three_layer_cnn, three_layer_fcn

TRIALS = 10_000
FILTERS, FILTER_SCALE, READOUT_SCALE = 3, 0.5, 2.0
SCALES = dict(filters=FILTERS, filter_scale=FILTER_SCALE, readout_scale=READOUT_SCALE)


def image_of(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def with_zero_patches(seed, *shape):
    image = image_of(seed, *shape)
    image[:, :3, :3] = 0
    return image


CASES = {
    "cnn": (image_of(1, 1, 4, 5), dict(kernel=3)),
    "cnn with zero patches": (with_zero_patches(2, 1, 4, 4), dict(kernel=2)),
    "strided rgb cnn": (image_of(3, 3, 4, 4), dict(kernel=3, stride=2, padding=1)),
}


def cnn_pictures(name, rule="guided"):
    """One logit's picture of the case's image under each trial's own weights, (TRIALS, C, H, W)."""
    image, where = CASES[name.removesuffix(" mean")]
    rng, windows = generator(f"{name.removesuffix(' mean')} mean"), Windows.on(image.shape, **where)
    pictures = np.empty((TRIALS, *image.shape))
    for n in range(TRIALS):
        filters = FILTER_SCALE * rng.standard_normal((FILTERS, len(image), *windows.kernel))
        readout = READOUT_SCALE * rng.standard_normal((1, FILTERS, windows.count))
        net = three_layer_cnn(filters, readout, windows.stride, windows.padding)
        pictures[n] = net.attribute(image[None], 0, rule)[0]
    return pictures


@pytest.mark.parametrize("name", CASES)
def test_mean_and_noise_of_a_cnn(name):
    """Wrong, and outside of the interval: twice the mean (π for 2π); no mean, as for DeconvNet; a trace with the
    forward mask dropped, with the papers' printed density, or a tenth off."""
    image, where = CASES[name]
    pictures, mean = cnn_pictures(name), guided_mean(image, **where, **SCALES)
    ends = interval(pictures, f"{name} mean")
    assert covers(ends, mean)
    assert not covers(ends, 2 * mean) and not covers(ends, 0 * mean)
    noise = ((pictures - mean) ** 2).sum(axis=(1, 2, 3)) / (mean**2).sum()
    ends, exact = interval(noise, f"{name} trace"), noise_to_signal(image, **where, filters=FILTERS)
    assert covers(ends, exact)
    assert covers(ends, covariance_trace(image, **where, **SCALES) / (mean**2).sum())
    for wrong in (no_mask, printed_density):
        assert not covers(ends, exact * guided_trace(image, **where, moment=wrong) / covariance_trace(image, **where))
    assert not covers(ends, 1.1 * exact) and not covers(ends, exact / 1.1)


def test_fully_connected():
    """A = π²d − 1 with d = 2; not π²d + 1, nor π²d/2 − 1."""
    image, rng = image_of(4, 1, 1, 2), generator("fcn mean")
    pictures = np.empty((8 * TRIALS, 2))
    for n in range(len(pictures)):
        net = three_layer_fcn(rng.standard_normal((2, 2)), rng.standard_normal((1, 2)))
        pictures[n] = net.attribute(image.reshape(1, 2), 0, "guided")[0]
    mean = guided_mean(image, (1, 2), filters=2).ravel()
    assert covers(interval(pictures, "fcn mean"), mean)
    ends = interval(2 * ((pictures - mean) ** 2).sum(axis=1) / (mean**2).sum(), "fcn trace")
    assert covers(ends, np.pi**2 * 2 - 1)
    assert not covers(ends, np.pi**2 * 2 + 1) and not covers(ends, np.pi**2 - 1)


@pytest.mark.parametrize("rule", ["saliency", "deconvnet"])
def test_the_other_rules_have_no_mean(rule):
    """Zero is inside of their intervals, and guided backpropagation's mean is not."""
    rng, (image, where) = generator(f"{rule} mean"), CASES["cnn"]
    pictures = np.empty((TRIALS, *image.shape))
    for n in range(TRIALS):
        net = three_layer_cnn(rng.standard_normal((FILTERS, 1, 3, 3)), rng.standard_normal((1, FILTERS, 6)))
        pictures[n] = net.attribute(image[None], 0, rule)[0]
    ends = interval(pictures, f"{rule} mean")
    assert covers(ends, np.zeros_like(image))
    assert not covers(ends, guided_mean(image, **where, filters=FILTERS))

"""The laws given a first layer: by matrices, by the engine's own backward pass, and by simulation of the readout."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.geometries import geometries, numbers
from support.guards import guards
from support.monte_carlo import covers, generator, interval
from support.oracles import patch_matrices

from theory.errors import Precondition
from theory.laws import conditional
from theory.laws.three_layer import guided_mean
from theory.layers import Conv2d, Flatten, Linear, ReLU, ReLU6
from theory.networks import Sequential

RULES = ("saliency", "deconvnet", "guided")
MEAN, SQUARE = {"saliency": 0, "deconvnet": 1, "guided": 1}, {"saliency": 1, "deconvnet": 0.5, "guided": 0.5}
RNG = np.random.default_rng(11)
IMAGE, FILTERS, BIASES = 2 * RNG.standard_normal((2, 7, 6)), RNG.standard_normal((4, 2, 3, 2)), RNG.standard_normal(4)
READOUTS = 6000
WHERE = dict(bias=BIASES, stride=(2, 1), padding=1)


@st.composite
def layers(draw):
    """An image, filters, biases, a stride, a padding, a scale and a ceiling or none."""
    shape, kernel, stride, padding = draw(geometries(longest=4))
    kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
    count, some = draw(st.integers(1, 3)), numbers(draw)
    ceiling = draw(st.none() | st.floats(0.1, 4))
    return some(*shape), some(count, shape[0], *kernel), some(count), stride, padding, draw(st.floats(0.2, 5)), ceiling


def by_matrices(image, filters, bias, stride, padding, scale, ceiling, rule):
    """E s and tr Cov s, patch by patch and filter by filter."""
    mean, trace = np.zeros(image.size), 0.0
    variance = scale**2 * (SQUARE[rule] - MEAN[rule] / (2 * np.pi))
    for matrix in patch_matrices(image.shape, filters.shape[2:], stride, padding):
        for weight, offset in zip(filters, bias):
            y = weight.ravel() @ (matrix @ image.ravel()) + offset
            if rule == "deconvnet" or 0 < y < (np.inf if ceiling is None else ceiling):
                back = matrix.T @ weight.ravel()
                mean += scale * MEAN[rule] / np.sqrt(2 * np.pi) * back
                trace += variance * back @ back
    return mean.reshape(image.shape), trace


def asked(layer, rule):
    """What a law is asked for, and the answers by matrices."""
    image, filters, bias, stride, padding, scale, ceiling = layer
    given = dict(rule=rule, bias=bias, stride=stride, padding=padding, readout_scale=scale, ceiling=ceiling)
    return dict(image=image, filters=filters, **given), *by_matrices(*layer, rule)


@guards(conditional.mean)
@given(layers(), st.sampled_from(RULES[1:]))
def test_every_patch_and_filter_adds_its_part(layer, rule):
    call, mean, _ = asked(layer, rule)
    assume(np.abs(mean).max() > 1e-6)
    assert conditional.mean(**call) == pytest.approx(mean, rel=1e-9, abs=1e-9 * np.abs(mean).max())
    assert not conditional.mean(**{**call, "rule": "saliency"}).any()


@guards(conditional.variance_trace)
@given(layers(), st.sampled_from(RULES))
def test_every_patch_and_filter_adds_its_variance(layer, rule):
    call, _, trace = asked(layer, rule)
    assume(trace > 1e-6)
    assert conditional.variance_trace(**call) == pytest.approx(trace, rel=1e-9)


def network(readout, activation):
    return Sequential([Conv2d(FILTERS, BIASES, (2, 1), 1), activation, Flatten(), Linear(readout)])


@pytest.mark.parametrize("activation, ceiling", [(ReLU(), None), (ReLU6(), 6.0)], ids=["relu", "relu6"])
@pytest.mark.parametrize("rule", RULES)
def test_the_engine_s_backward_pass_of_the_mean_signal_is_the_mean(rule, activation, ceiling):
    passed = network(np.ones((1, 4 * 4 * 7)), activation).forward(IMAGE[None], until="1")
    signal = np.full_like(passed.output, 3 * MEAN[rule] / np.sqrt(2 * np.pi))
    law = conditional.mean(IMAGE, FILTERS, rule, **WHERE, readout_scale=3, ceiling=ceiling)
    assert law == pytest.approx(passed.backward(signal, rule)[0], rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("rule", RULES)
def test_random_readouts_have_these_moments(rule):
    """Without the ceiling, which many units have reached, they are others; DeconvNet has no mask."""
    big, rng = 4 * IMAGE, generator(f"mean of {rule} given the filters")
    readout = 2 * rng.standard_normal((READOUTS, 4 * 4 * 7))
    pictures = network(readout, ReLU6()).attribute(big[None], targets=list(range(READOUTS)), rule=rule)[:, 0]
    given = dict(WHERE, rule=rule, readout_scale=2)
    mean, trace = (law(big, FILTERS, **given, ceiling=6.0) for law in (conditional.mean, conditional.variance_trace))
    assert covers(interval(pictures, f"mean of {rule} given the filters"), mean)
    ends = interval(((pictures - mean) ** 2).sum(axis=(1, 2, 3)), f"trace of {rule} given the filters")
    assert covers(ends, trace) and not covers(ends, 1.1 * trace)
    assert covers(ends, conditional.variance_trace(big, FILTERS, **given)) == (rule == "deconvnet")


def test_averaged_over_gaussian_filters_it_is_the_three_layer_law():
    """Two halves of the filters say how far off their mean may be."""
    filters = np.random.default_rng(6).standard_normal((2, 10_000, 2, 3, 2))
    halves = [conditional.mean(IMAGE, each, stride=(2, 1)) / len(each) for each in filters]
    expected, noise = guided_mean(IMAGE, (3, 2), (2, 1)), np.linalg.norm(halves[0] - halves[1]) / 2
    assert np.linalg.norm(np.mean(halves, axis=0) - expected) < 2 * noise < 0.1 * np.linalg.norm(expected)


@pytest.mark.parametrize(
    "given, complaint",
    [
        (dict(filters=FILTERS[:, :1]), "filters are"),
        (dict(filters=FILTERS[0]), "filters are"),
        (dict(filters=FILTERS[:0]), "filters are"),
        (dict(bias=BIASES[:2]), "biases are"),
        (dict(readout_scale=0.0), "scale"),
        (dict(ceiling=-1.0), "ceiling"),
        (dict(bias=np.full(4, np.nan)), "bias"),
    ],
)
@pytest.mark.parametrize("law", [conditional.mean, conditional.variance_trace])
def test_what_does_not_fit_is_refused(law, given, complaint):
    with pytest.raises(Precondition, match=complaint):
        law(IMAGE, **{"filters": FILTERS, **given})

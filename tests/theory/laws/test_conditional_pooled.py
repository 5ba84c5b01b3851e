"""The laws given a first layer, max-pooled: switch by switch from the definition, and by simulation of the readout."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.geometries import geometries, numbers
from support.guards import guards
from support.monte_carlo import ORDERS, covers, generator, interval
from support.oracles import patch_matrices

from theory.errors import Precondition
from theory.laws import conditional
from theory.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from theory.networks import Sequential

RULES = ("saliency", "deconvnet", "guided")
RNG = np.random.default_rng(12)
IMAGE, FILTERS, BIASES = RNG.standard_normal((2, 7, 7)), RNG.standard_normal((3, 2, 2, 2)), RNG.standard_normal(3)
READOUTS = 6000


@st.composite
def layers(draw):
    """An image, a first layer, a pooling that fits its map, and how it is read."""
    shape, kernel, stride, padding = draw(geometries(longest=5))
    kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
    count, some = draw(st.integers(1, 3)), numbers(draw)
    image, filters, bias = some(*shape), some(count, shape[0], *kernel), some(count)
    places = list(patch_matrices(shape, kernel, stride, padding))
    rows, columns = Conv2d(filters, bias, stride, padding).forward(image[None])[0].shape[2:]
    pool = draw(st.integers(1, min(2, rows))), draw(st.integers(1, min(3, columns)))
    step = draw(st.none() | st.tuples(st.integers(1, 2), st.integers(1, 2)))
    given = dict(bias=bias, stride=stride, padding=padding, ceiling=draw(st.none() | st.floats(0.1, 4)), pool=pool)
    given |= dict(pool_stride=step, order=draw(st.sampled_from(ORDERS)), tie=draw(st.sampled_from(["first", "last"])))
    return image, filters, given, (places, rows, columns)


def from_the_definition(image, filters, given, where, rule):
    """E s and tr Cov s at c_v = 1: every window looks for its switch, and sends it a signal."""
    places, rows, columns = where
    (height, width), top = given["pool"], np.inf if given["ceiling"] is None else given["ceiling"]
    down, across = given["pool_stride"] or given["pool"]
    mean, trace = np.zeros(image.size), 0.0
    rectified, spread = (0, 1) if rule == "saliency" else (1 / np.sqrt(2 * np.pi), 0.5 - 0.5 / np.pi)
    for weight, offset in zip(filters, given["bias"]):
        backs = [matrix.T @ weight.ravel() for matrix in places]
        y = np.array([back @ image.ravel() + offset for back in backs])
        compared = y.clip(0, top) if given["order"] == "relu-pool" else y
        wins = np.zeros(len(y), int)
        for r in range(0, rows - height + 1, down):
            for q in range(0, columns - width + 1, across):
                window = [(r + a) * columns + q + b for a in range(height) for b in range(width)]
                most = max(compared[window])
                switches = [place for place in window if compared[place] == most]
                wins[switches[0 if given["tie"] == "first" else -1]] += 1
        for back, own, n in zip(backs, y, wins):
            if rule == "deconvnet" or 0 < own < top:
                mean += rectified * (np.sqrt(n) if given["order"] == "relu-pool" else n) * back
                trace += spread * n * (back @ back)
    return mean.reshape(image.shape), trace


@guards(conditional.mean, conditional.variance_trace)
@given(layers(), st.sampled_from(RULES))
def test_every_window_sends_its_signal_to_its_switch(layer, rule):
    image, filters, given, where = layer
    mean, trace = from_the_definition(*layer, rule)
    assume(trace > 1e-6 and (rule == "saliency" or np.abs(mean).max() > 1e-6))
    asked = dict(image=image, filters=filters, rule=rule, **given)
    assert conditional.mean(**asked) == pytest.approx(mean, rel=1e-9, abs=1e-9 * np.abs(mean).max())
    assert conditional.variance_trace(**asked) == pytest.approx(trace, rel=1e-9)


@guards(conditional.noise_to_signal, conditional.class_similarity)
@given(layers(), st.sampled_from(RULES[1:]))
def test_noise_and_similarity_are_what_mean_and_variance_say(layer, rule):
    mean, trace = from_the_definition(*layer, rule)
    signal = (mean**2).sum()
    assume(signal > 1e-6 and trace > 1e-6)
    image, filters, given, _ = layer
    assert conditional.noise_to_signal(image, filters, rule, **given) == pytest.approx(trace / signal, rel=1e-8)
    similar = conditional.class_similarity(image, filters, rule, **given)
    assert similar == pytest.approx(signal / (signal + trace), rel=1e-8)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("rule", RULES)
def test_random_readouts_over_windows_that_overlap_have_these_moments(rule, order):
    """Without the stride, which is 1 in the network, the windows would be others."""
    name, pool = f"{rule} given the filters {order}", MaxPool2d(3, 1)
    middle = [ReLU(), pool] if order == "relu-pool" else [pool, ReLU()]
    readout = generator(name).standard_normal((READOUTS, 3 * 4 * 4))
    network = Sequential([Conv2d(FILTERS, BIASES), *middle, Flatten(), Linear(readout)])
    pictures = network.attribute(IMAGE[None], targets=list(range(READOUTS)), rule=rule)[:, 0]
    given = dict(rule=rule, bias=BIASES, pool=3, order=order)
    mean, trace = (
        law(IMAGE, FILTERS, **given, pool_stride=1) for law in (conditional.mean, conditional.variance_trace)
    )
    squares = ((pictures - mean) ** 2).sum(axis=(1, 2, 3))
    assert covers(interval(np.column_stack([pictures.reshape(READOUTS, -1), squares]), name), [*mean.ravel(), trace])
    assert not covers(interval(squares, name), conditional.variance_trace(IMAGE, FILTERS, **given))


def test_what_has_no_signal_has_no_ratio():
    with pytest.raises(Precondition, match="mean picture is 0"):
        conditional.noise_to_signal(IMAGE, FILTERS, "saliency")
    assert conditional.class_similarity(IMAGE, FILTERS, "saliency") == 0
    with pytest.raises(Precondition, match="every picture is 0"):
        conditional.class_similarity(IMAGE, FILTERS, bias=[-1e3] * 3)
    with pytest.raises(Precondition, match="give pool"):
        conditional.mean(IMAGE, FILTERS, pool_stride=2)


def test_same_padding_is_that_of_the_layers():
    """Of 6 columns with windows of 3, 2 apart, the odd zero comes on the right."""
    image = IMAGE[:, :, :6]
    filters = RNG.standard_normal((3, 2, 3, 3))
    padded = conditional.mean(np.pad(image, ((0, 0), (1, 1), (0, 1))), filters, bias=BIASES, stride=2)
    assert conditional.mean(image, filters, bias=BIASES, stride=2, padding="same") == pytest.approx(
        padded[:, 1:-1, :-1]
    )
    assert conditional.mean(image, filters, bias=BIASES, stride=2, padding=((1, 1), (0, 1))) == pytest.approx(
        padded[:, 1:-1, :-1]
    )

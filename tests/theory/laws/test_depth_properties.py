"""The laws of depth at any number of layers and any widths, against quadrature of their definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.guards import guards
from support.mean_field import LAYERS as MEAN_FIELD
from support.mean_field import carried, entry_moment, guided_moments

from theory.laws import depth

WIDTHS = st.lists(st.integers(1, 3000), min_size=1, max_size=6)
RULES = st.sampled_from(list(MEAN_FIELD))
DIGITS = dict(rel=1e-8, abs=1e-9)  # of the quadrature: κ → 1 makes its integrand steep


@guards(depth.recovery_ratio, depth.mean_to_sd, depth.class_similarity)
@given(WIDTHS)
def test_guided_between_unequal_widths(widths):
    r, kappa = carried("guided", widths)
    layers = len(widths) - 1
    mean = entry_moment(1, r)
    assert depth.recovery_ratio(layers, widths=widths) == pytest.approx(r, **DIGITS)
    assert depth.mean_to_sd(layers, widths=widths) == pytest.approx(mean / np.sqrt(entry_moment(2, r, mean)), **DIGITS)
    similarity = (r**2 / 2 + kappa) / (r**2 / 2 + 1)
    assert depth.class_similarity("guided", layers, widths) == pytest.approx(similarity, rel=1e-7)


@guards(depth.class_similarity)
@given(RULES, st.integers(0, 6), st.integers(1, 5000))
def test_class_similarity_of_every_rule_between_equal_widths(rule, layers, width):
    """Which drop out. Once more from E s_k s_k' over E s_k² of the signals below."""
    r, kappa = carried(rule, [1] * (layers + 1))
    expected = pytest.approx((r**2 / 2 + kappa) / (r**2 / 2 + 1), rel=1e-7, abs=1e-8)
    assert depth.class_similarity(rule, layers) == expected
    assert depth.class_similarity(rule, layers, [width] * (layers + 1)) == depth.class_similarity(rule, layers)


@guards(depth.redrawn_similarity)
@given(RULES, WIDTHS, st.data())
def test_redrawn_layers_leave_r_alone(rule, widths, data):
    """r comes down from the top, κ only from the last redrawn layer: layer by layer, by quadrature."""
    layers = len(widths) - 1
    redrawn = data.draw(st.integers(0, layers))
    r, _ = carried(rule, widths[: redrawn + 1])
    kappa = 0.0
    for above, below in zip(widths[redrawn:], widths[redrawn + 1 :]):
        along, square, shared = MEAN_FIELD[rule](r, kappa)
        r, kappa = np.sqrt(above / below) * np.sqrt(2) * along / np.sqrt(square), shared / square
    found = depth.redrawn_similarity(layers, redrawn, rule, widths)
    assert found == pytest.approx((r**2 / 2 + kappa) / (r**2 / 2 + 1), rel=1e-6, abs=1e-7)


@given(RULES, st.integers(0, 8))
def test_no_layer_redrawn_is_another_logit_and_all_leave_the_activations_alone(rule, layers):
    similar = [depth.redrawn_similarity(layers, redrawn, rule) for redrawn in range(layers + 1)]
    r = depth.recovery_ratio(layers, rule)
    assert similar[0] == depth.class_similarity(rule, layers)
    assert similar[-1] == pytest.approx(r**2 / (r**2 + 2)) and similar == sorted(similar, reverse=True)


@given(WIDTHS, st.integers(1, 9))
def test_only_ratios_of_widths_count(widths, factor):
    scaled = [factor * width for width in widths]
    layers = len(widths) - 1
    assert depth.recovery_ratio(layers, widths=scaled) == pytest.approx(depth.recovery_ratio(layers, widths=widths))


@given(WIDTHS.filter(lambda widths: len(widths) > 1), st.integers(2, 9))
def test_the_last_width_alone_scales_r(widths, factor):
    """√(above/below) enters once, after the last layer: a lower layer `factor` times as wide has r over √factor."""
    layers, wider = len(widths) - 1, [*widths[:-1], factor * widths[-1]]
    narrow, wide = (depth.recovery_ratio(layers, widths=each) for each in (widths, wider))
    assert wide * np.sqrt(factor) == pytest.approx(narrow, rel=1e-12) and narrow > 0


@guards(depth.noise_to_signal, depth.recovered_length)
@given(st.integers(1, 6), st.integers(1, 5000), st.integers(1, 200_000))
def test_pictures_of_any_width_and_size(layers, width, inputs):
    """He's weights: W has N(0, 2/d) below, and the signal's noise τ is √(2/n) at the readout."""
    r, noise = 0.0, np.sqrt(2 / width)
    for _ in range(layers):
        along, square = guided_moments(r)
        length = width * np.sqrt(2 / inputs) * noise * along
        r, noise = np.sqrt(2 / square) * along, noise * np.sqrt(2 * square)
    assert depth.recovered_length(layers, width, inputs) == pytest.approx(length, rel=1e-9)
    assert depth.noise_to_signal(layers, width, inputs) == pytest.approx(2 * inputs / (width * r**2), rel=1e-9)


@guards(depth.fixed_point)
@given(st.integers(30, 60), st.floats(0.05, 5.0))
def test_every_start_ends_at_the_fixed_point(layers, start):
    """The recursion by quadrature, from any r."""
    r = start
    for _ in range(layers):
        along, square = guided_moments(r)
        r = np.sqrt(2 / square) * along
    assert depth.fixed_point() == pytest.approx(r, rel=1e-9)

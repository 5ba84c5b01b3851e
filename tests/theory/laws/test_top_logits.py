"""The choice of a class by its logit: order statistics, and what it adds to guided's pictures, to first order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtri
from scipy.stats import beta
from support.geometries import array, generic
from support.guards import guards
from support.monte_carlo import covers, generator, interval

from theory.errors import Precondition
from theory.geometry.patches import extract, fold
from theory.laws.covariance import readout_moments, second_moment_trace
from theory.laws.top_logits import expected_order_statistic, guided_tilt, top_energy, top_mean

EPS = np.finfo(float).eps
RULE = 1e-9
IMAGES = array((2, 4, 5), generic()).map(lambda image: image + 3.0)  # no patch vanishes
WHERE = st.fixed_dictionaries(dict(kernel=st.integers(1, 3), stride=st.integers(1, 2)))


@pytest.mark.parametrize(
    "logits, rank, exact",
    [(1, 1, 0), (2, 1, np.pi**-0.5), (3, 1, 1.5 * np.pi**-0.5), (3, 2, 0), (4, 1, 1.029375373), (5, 2, 0.4950189705)],
)
def test_order_statistics_of_few(logits, rank, exact):
    """Of two and three closed; of four and five as tabled (Teichroew 1956)."""
    assert expected_order_statistic(logits, rank) == pytest.approx(exact, abs=1e-9)


@guards(expected_order_statistic)
@given(st.integers(2, 3000), st.data())
def test_order_statistics_of_fewer_and_more(logits, data):
    """Leaving one out at random: k E z_(k+1:K) + (K − k) E z_(k:K) = K E z_(k:K−1); and the maximum of two is known."""
    rank = data.draw(st.integers(1, min(logits - 1, 20)))
    kept, moved = (expected_order_statistic(logits, place) for place in (rank, rank + 1))
    assert rank * moved + (logits - rank) * kept == pytest.approx(
        logits * expected_order_statistic(logits - 1, rank), abs=RULE * logits
    )
    assert expected_order_statistic(2) == pytest.approx(np.pi**-0.5, abs=RULE)


def test_order_statistics_mirror_and_end():
    values = [expected_order_statistic(9, rank) for rank in range(1, 10)]
    assert np.allclose(values, -np.array(values[::-1]), atol=RULE) and np.all(np.diff(values) < 0)
    with pytest.raises(Precondition, match="none has rank 10"):
        expected_order_statistic(9, 10)
    assert 3.2414 < expected_order_statistic(1000) < 3.2415
    assert expected_order_statistic(10**6) == pytest.approx(4.862897, abs=1e-6)


@pytest.mark.parametrize("logits, rank", [(10**4, 662), (21_841, 212), (10**5, 25_000), (10**5, 99_000), (10**6, 2)])
def test_order_statistics_of_many_are_near_their_quantile(logits, rank):
    """E z_(k) = E Φ⁻¹(1 − B), B ~ Beta(k, K − k + 1), by another quadrature: between far quantiles of the Beta."""
    law = beta(rank, logits - rank + 1)
    ends = law.ppf([1e-15, 0.5]), (law.ppf(0.5), law.isf(1e-15))
    expected = sum(quad(lambda b: -ndtri(b) * law.pdf(b), *each, epsabs=1e-12, limit=200)[0] for each in ends)
    assert expected_order_statistic(logits, rank) == pytest.approx(expected, abs=3e-8)


@guards(guided_tilt)
@given(IMAGES, WHERE, st.integers(1, 9))
def test_tilt_is_that_of_the_patches(image, where, filters):
    """Along the image, ⟨Σ D_jᵀy_j, x⟩ = Σ‖y_j‖²; whatever its scale is."""
    tilt = guided_tilt(image, **where, filters=filters, filter_scale=2.0, readout_scale=0.5)
    squares = (extract(image, **where) ** 2).sum()
    assert (tilt * image).sum() == pytest.approx(np.sqrt(filters / 8 * squares), rel=1e-12)
    assert abs(guided_tilt(2.0**600 * image, **where, filters=filters) - tilt).max() <= 64 * EPS * abs(tilt).max()


@guards(top_mean)
@given(IMAGES, WHERE, st.integers(2, 50), st.data())
def test_mean_over_the_top(image, where, logits, data):
    """Over all logits and over one the mean is known: E z_(1) and 0; it grows with how many are taken."""
    every = top_mean(image, **where, logits=logits, top=logits)
    tilt = guided_tilt(image, **where)
    assert abs(every - expected_order_statistic(logits) * tilt).max() <= 1e-9
    assert not top_mean(image, **where, logits=logits, top=1).any()
    top = data.draw(st.integers(2, logits))
    fewer, more = ((top_mean(image, **where, logits=logits, top=n) * tilt).sum() for n in (top - 1, top))
    assert fewer < more


@guards(top_energy)
@given(IMAGES, WHERE, st.integers(3, 50), st.integers(1, 9))
def test_energy_over_the_top(image, where, logits, filters):
    """It tends to (1 − 1/K)(Y − X) with N, from above where R weighs the largest most; of one class R is 0."""
    square, product = readout_moments("guided")
    apart = sum(
        sign * second_moment_trace(image, where["kernel"], where["stride"], 0, "guided", a)
        for sign, a in ((1, square), (-1, product))
    )
    known = (1 - 1 / logits) * apart
    many = 10**16
    assert top_energy(image, **where, logits=logits, top=logits, filters=many) == pytest.approx(many * known, rel=1e-6)
    assert top_energy(image, **where, logits=logits, top=logits, filters=filters) > filters * known
    assert top_energy(image, **where, logits=logits, top=1) == pytest.approx(0, abs=1e-12 * apart)


def test_simulated():
    """12×12, N = 16, the top 3 of 100: R of a network less R of the same network at logits of 0, and their squares.

    Terms of second order are some z/√(NJ) = 0.06 of the mean, and a hundredth of the energy.
    """
    rng, where = generator("top logits"), dict(kernel=3, filters=16, logits=100, top=3)
    image = np.random.default_rng(4).standard_normal((1, 12, 12)) + 0.2
    patches, mean, energy = extract(image, 3), top_mean(image, **where), top_energy(image, **where)
    square = (mean**2).sum()
    samples = np.array([of_the_top(rng, image, patches, 16, 100, 3, mean) for _ in range(4000)])
    low, high = interval(samples, "top logits")
    margin = np.array([2 * 0.06 * square, 0.01 * energy])  # of a square, twice as much
    assert covers((low - margin, high + margin), [square, energy])
    assert not covers((low - margin, high + margin), [0, energy])
    assert not covers(
        (low - margin, high + margin), [square, top_energy(image, **{**where, "filters": 10**12}) / 10**12 * 16]
    )


def of_the_top(rng, image, patches, filters, logits, top, mean):
    """⟨R, law⟩ less the same at logits of 0, whose mean is 0, and ‖R‖²."""
    filters = rng.standard_normal((filters, patches.shape[1]))
    activations = np.maximum(patches @ filters.T, 0)
    length = np.linalg.norm(activations)
    values = np.sort(rng.standard_normal(logits))[::-1][:top]
    readout = rng.standard_normal((top, *activations.shape))
    readout -= np.einsum("kjn,jn->k", readout, activations)[:, None, None] / length**2 * activations
    pictures = []
    for shift in (values, 0 * values):
        passed = np.maximum(readout + shift[:, None, None] / length * activations, 0) * (activations > 0)
        pictures.append(fold((passed[0] - passed.mean(axis=0)) @ filters, image.shape, 3))
    chosen, still = pictures
    return ((chosen - still) * mean).sum(), (chosen**2).sum()

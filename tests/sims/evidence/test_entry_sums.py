"""What is read off the entries of signals: moments, the distance from the normal law, and its bands."""

import numpy as np
import pytest
from scipy.stats import kstest, norm

from sims.evidence import entry_sums
from sims.evidence.estimates import Sums, total


def drawn(law, networks, size, groups=64, seed=3, **shape):
    """Groups of the Sums of independent entries; `law` is a method of Generator."""
    rng = np.random.default_rng(seed)
    samples = getattr(rng, law)(size=(groups, networks // groups, size), **shape)
    return samples, [entry_sums.read(each) for each in samples]


def test_moments_against_their_definition():
    r, sums = drawn("exponential", 320, 20)
    part, x = total(sums), r.reshape(-1, 20)
    mean, variance, third, fourth, covariance = entry_sums.central(part)
    assert mean == pytest.approx(x.mean(), rel=1e-12) and variance == pytest.approx(x.var(), rel=1e-10)
    assert third == pytest.approx(((x - x.mean()) ** 3).mean(), rel=1e-9)
    assert fourth == pytest.approx(((x - x.mean()) ** 4).mean(), rel=1e-9)
    pairs = [(row[i] - x.mean()) * (row[j] - x.mean()) for row in x for i in range(20) for j in range(20) if i != j]
    assert covariance == pytest.approx(np.mean(pairs), abs=1e-12)
    products = [((row**2).sum() ** 2 - (row**4).sum()) / (20 * 19) for row in x]
    expected = (np.mean(products) - (x**2).mean() ** 2) / ((x**4).mean() - (x**2).mean() ** 2)
    assert entry_sums.correlation_of_squares(part) == pytest.approx(expected, abs=1e-12)
    assert entry_sums.skewness(part) == pytest.approx(2, abs=0.3) and entry_sums.excess_kurtosis(part) == pytest.approx(
        6, abs=2.5
    )


def test_powers_are_those_of_read():
    signal = np.random.default_rng(0).standard_normal((3, 4, 5))
    assert np.allclose(
        entry_sums.powers(signal)["powers"], entry_sums.read(signal.reshape(1, -1))["powers"], rtol=1e-12
    )


def test_parts_below_the_edges_are_counted_one_by_one():
    r = np.random.default_rng(1).standard_normal((150, 12)) * 3
    r[0, :5] = 0, 1e-9, -1e-9, 1e9, -1e9
    below = np.array([np.searchsorted(np.sort(row), entry_sums.EDGES, side="left") / 12 for row in r])
    found = entry_sums.read(r)["below"]
    assert np.allclose(found, [below.sum(axis=0), (below**2).sum(axis=0)], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scale", [0.01, 1.0, 50.0])
@pytest.mark.parametrize("measure", [entry_sums.distance, entry_sums.distance_of_few])
def test_distance_from_the_normal_law_is_covered(measure, scale):
    """Of normal, uniform and two-sided exponential entries: 0, 0.0575 and 0.0621; each band knows the others apart."""
    exact = {("normal", ("scale",)): 0.0, ("uniform", ("low", "high")): 0.0575, ("laplace", ("scale",)): 0.0621}
    for (law, names), distance in exact.items():
        shape = {name: -scale if name == "low" else scale for name in names}
        samples, groups = drawn(law, 12800, 8, **shape)
        band = measure(groups, lambda sums: sums)
        assert band.low <= distance <= band.high
        assert band.high - band.low < 0.05 and (distance == 0 or band.low > 0.035)
        x = samples.ravel()
        assert band.value == pytest.approx(kstest((x - x.mean()) / x.std(), "norm").statistic, abs=0.003)


@pytest.mark.parametrize("other, exact", [(1.0, 0.0), (2.0, 0.1613)])
def test_distance_of_two_laws_is_covered(other, exact):
    """Of normal laws of deviation 1 and 1 or 2: |Φ(t) − Φ(t/2)| is largest at t = √(8 log 2/3)."""
    (_, first), (_, second) = drawn("normal", 12800, 8), drawn("normal", 12800, 8, seed=4, scale=other)
    band = entry_sums.distance_of_two(list(zip(first, second)), lambda pair: pair)
    assert band.low <= exact <= band.high and band.high - band.low < 0.05
    assert exact == 0 or band.low > 0.1


def test_bands_are_those_of_networks_not_of_entries():
    """Entries that share a length are as many samples as there are networks: 64 times as many entries say nothing
    more.
    """
    rng = np.random.default_rng(5)
    lengths = rng.exponential(size=(64, 20, 1))
    widths = []
    for size in (2, 128):
        groups = [entry_sums.read(each) for each in lengths * rng.standard_normal((64, 20, size))]
        band = entry_sums.distance(groups, lambda sums: sums)
        widths.append(band.high - band.low)
    assert widths[1] > 0.3 * widths[0]


def test_quantiles_of_a_normal_law():
    _, groups = drawn("normal", 6400, 40, loc=2.0, scale=3.0)
    probabilities = np.array([0.02, 0.3, 0.5, 0.9])
    assert entry_sums.quantiles(total(groups), probabilities) == pytest.approx(norm.ppf(probabilities), abs=0.02)


def test_sums_of_networks_merge():
    r = np.random.default_rng(7).standard_normal((70, 5))
    merged, parts = entry_sums.read(r), entry_sums.read(r[:30]) + entry_sums.read(r[30:])
    assert isinstance(merged, Sums) and all(np.allclose(merged[key], parts[key], rtol=1e-12) for key in merged)

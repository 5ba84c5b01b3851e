"""Random layers above a first layer that is given: by the normal's integral, by the laws that it is made of, and by
simulated networks.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm
from support.guards import guards
from support.monte_carlo import generator, interval

from theory.errors import Precondition
from theory.laws import conditional, depth, random_above
from theory.laws.entries import mean_and_variance
from theory.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, ReLU6, SamePad2d
from theory.networks import Sequential

RNG = np.random.default_rng(4)
IMAGE, FILTERS, BIASES = 2 * RNG.standard_normal((2, 9, 8)), RNG.standard_normal((5, 2, 3, 2)), RNG.standard_normal(5)
FIRST = dict(bias=BIASES, stride=2, padding="same", ceiling=3.0)
ABOVE = dict(above=48, above_kernel=2, above_padding=((0, 1), (1, 0)), filter_scale=0.5, readout_scale=2.0)
RULES = "deconvnet", "guided"
TRIALS = 4000
MODERATE = st.floats(-3, 3)


@guards(random_above.rectified)
@given(MODERATE, st.floats(0.1, 4))
def test_a_rectified_normal_has_this_mean(mean, sd):
    exact, _ = quad(lambda r: r * norm.pdf(r, mean, sd), 0, mean + 12 * sd, points=[max(mean, 0)], epsabs=1e-12)
    assert random_above.rectified(mean, sd**2) == pytest.approx(exact, rel=1e-7)


def test_without_a_variance_it_is_rectified_as_it_is():
    assert random_above.rectified([-2.0, 0.0, 3.0], np.zeros(3)).tolist() == [0, 0, 3]
    with pytest.raises(Precondition, match="variance"):
        random_above.rectified([1.0], [-1.0])


@guards(depth.guided_moments)
@given(st.floats(0, 5))
def test_guided_moments_are_those_of_two_normals(r):
    """Given g: E σ(r g + ξ) and its square are those of a normal of mean r g and deviation 1."""
    along = lambda g: g * norm.pdf(g) * float(random_above.rectified(r * g, 1.0))
    square = lambda g: norm.pdf(g) * ((1 + (r * g) ** 2) * norm.cdf(r * g) + r * g * norm.pdf(r * g))
    expected = [quad(each, 0, 12, epsabs=1e-12)[0] for each in (along, square)]
    assert [float(each) for each in depth.guided_moments(r)] == pytest.approx(expected, rel=1e-7)


@guards(random_above.mean)
@given(st.sampled_from(RULES), st.sampled_from([None, 2]), st.integers(1, 30), st.booleans())
def test_it_is_put_together_from_the_signal_that_comes_back(rule, pool, above, ceiling):
    """Through the engine's own layers: activations, signal, and the way back through pooling, slope and filters."""
    first = dict(FIRST, ceiling=3.0 if ceiling else None)
    layers = [SamePad2d((3, 2), 2), Conv2d(FILTERS, BIASES, 2), Clipped(3.0) if ceiling else ReLU()]
    layers += [MaxPool2d(pool)] if pool else []
    passed = Sequential(layers).forward(IMAGE[None])
    signal = mean_and_variance(passed.output[0], 2, 1, ((0, 1), (1, 0)), above, 0.5, 2.0, rule)
    back = passed.backward(random_above.rectified(*signal)[None], rule)[0]
    law = random_above.mean(IMAGE, FILTERS, rule, **{**first, **ABOVE, "above": above}, pool=pool)
    assert law == pytest.approx(back, rel=1e-9, abs=1e-9 * np.abs(back).max())


class Clipped(ReLU6):
    """A ReLU6 whose ceiling is another."""

    def __init__(self, ceiling):
        object.__setattr__(self, "ceiling", ceiling)

    def value(self, y):
        return np.clip(y, 0, self.ceiling)

    def slope(self, y):
        return (y > 0) & (y < self.ceiling)


@guards(random_above.signal_below)
@given(st.sampled_from(RULES), st.integers(1, 9), st.integers(1, 4))
def test_in_a_fully_connected_network_it_is_the_recursion_of_depth(rule, channels, layers):
    """One place, 1×1 windows: r of depth is the mean over the noise, in deviations of the preactivations."""
    activations = RNG.uniform(0.5, 2, (channels, 1, 1))
    where = dict(kernel=1, filters=70, filter_scale=0.3, rule=rule, layers=layers)
    mean, variance = random_above.signal_below(activations, **where)
    own = mean**2 / 70 if layers == 1 and rule == "guided" else 0  # of one layer it is exact
    r = depth.recovery_ratio(layers, rule, [70] * layers + [channels])
    length = np.sqrt((activations**2).sum() / (channels / 2))  # depth's a/sd(z) has the mean square ½ in every entry
    assert mean / np.sqrt(variance + own) == pytest.approx(r * activations / length, rel=1e-9, abs=1e-12)
    assert (variance > 0).all()


def test_saliency_has_no_mean_and_the_variance_of_its_masks():
    assert not random_above.mean(IMAGE, FILTERS, "saliency", **FIRST, **ABOVE).any()
    mean, variance = random_above.signal_below(np.ones((1, 1, 1)), 1, filters=10, rule="saliency", layers=3)
    assert not mean.any() and variance.item() == pytest.approx((10 / 2) ** 3)


def simulated(rule, name):
    """Pictures of networks whose layers above the first are drawn."""
    rng, pictures = generator(name), np.empty((TRIALS, *IMAGE.shape))
    first = Sequential([SamePad2d((3, 2), 2), Conv2d(FILTERS, BIASES, 2), Clipped(3.0)]).forward(IMAGE[None])
    padded = np.pad(first.output, ((0, 0), (0, 0), (0, 1), (1, 0)))
    places = padded.shape[2] - 1, padded.shape[3] - 1
    for n in range(TRIALS):
        weight, readout = 0.5 * rng.standard_normal((48, 5, 2, 2)), 2 * rng.standard_normal((1, 48 * np.prod(places)))
        above = Sequential([Conv2d(weight), ReLU(), Flatten(), Linear(readout)])
        signal = above.attribute(padded, 0, rule)[:, :, :-1, 1:]
        pictures[n] = first.backward(signal, rule)[0]
    return pictures


@pytest.mark.parametrize("rule", RULES)
def test_random_networks_above_have_this_mean(rule):
    """Along the law: to one in 48 filters. What the readout alone gives, and σ(E R), are far off."""
    pictures = simulated(rule, f"{rule} under random layers")
    law = random_above.mean(IMAGE, FILTERS, rule, **FIRST, **ABOVE)
    low, high = (
        float(end[0])
        for end in interval((pictures * law).sum(axis=(1, 2, 3)) / (law**2).sum(), f"{rule} under random layers")
    )
    assert 1 - 1 / 48 < high and low < 1 + 1 / 48 and high - low < 0.1
    off = pictures.mean(axis=0) - law
    assert np.linalg.norm(off) < 0.1 * np.linalg.norm(law)
    alone = conditional.mean(IMAGE, FILTERS, rule, **FIRST)
    alone *= (alone * law).sum() / (alone**2).sum()
    assert rule == "deconvnet" or np.linalg.norm(pictures.mean(axis=0) - alone) > 2 * np.linalg.norm(off)

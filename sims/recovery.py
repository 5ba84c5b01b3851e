"""What claims on noise and recovery share: sums over simulated pictures, and the checks read off them."""

from functools import partial

from sims import moments
from sims.moments import Sums, picture_sums
from sims.registry import Check, Control
from sims.sabotage import leaky
from sims.verdict import HOLDS
from theory import three_layer


def chunk(network, rules, directions, rng, trials):
    """Sums over `trials` pictures of a ThreeLayer: one nested Sums per rule, under the names of `rules`."""
    drawn = zip(*network.pictures(rng, trials, list(rules.values())))
    return Sums({name: picture_sums(pictures, **directions) for name, pictures in zip(rules, drawn)})


def guided(network, **directions):
    """A chunk of guided backpropagation alone."""
    return partial(chunk, network, {"guided": "guided"}, directions)


def guided_and_leaky(network, leak, **directions):
    """A chunk of guided backpropagation, and of its leaky twin on the same draws."""
    return partial(chunk, network, {"guided": "guided", "twin": leaky(leak)}, directions)


def noise_to_signal(sums):
    """E‖s − E s‖²/‖E s‖²."""
    return moments.noise(sums) / moments.signal(sums)


def noise_check(name, network, margin, place=""):
    """Noise-to-signal, measured over the exact A/N, against 1; its control is a backward ReLU that leaks `margin`."""
    exact = three_layer.noise_to_signal(**network.geometry, filters=network.filters)
    return Check(
        name=name, what=f"E‖s−Es‖²/‖Es‖² over the exact A/N = {exact:.4g}{place}", exact=1.0, margin=margin, expected=HOLDS,
        statistic=lambda sums: noise_to_signal(sums["guided"]) / exact,
        control=Control(f"a backward ReLU that leaks {margin:.1%}",
                        statistic=lambda sums: noise_to_signal(sums["twin"]) / exact))


def enough_trials(filters, at_one_percent=6e5, margin=0.05):
    """Trials that decide a relative margin: a picture's scale spreads as 1/√filters, and its noise by a few percent."""
    return max(at_one_percent * (0.01 / margin) ** 2 / filters, 2 * (0.01 / margin) ** 2 * 1000)

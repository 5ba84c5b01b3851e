"""Sums over the networks of a deep stack of what its signals are, level by level, and statistics of one level."""

import numpy as np

from sims.evidence import estimates
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums, mean_of, total
from theory.geometry.patches import unit
from theory.rules import RULES


def flat(signal):
    """Signals (K, …) as (K, n), float64."""
    return signal.reshape(len(signal), -1).astype(np.float64)


def chunk(stack, rng, trials):
    """Sums over networks of what is read off every level: arrays with one entry per level."""
    return total(_one(activations[:-1], signals) for activations, signals in stack.passes(rng, trials, tuple(RULES)))


def _one(activations, signals):
    """The Sums of one network, down to the last activations."""
    guided = [flat(signal) for signal in signals["guided"][: len(activations)]]
    rectified = [a.astype(np.float64).ravel() for a in activations]
    found = Sums(
        count=1,
        recovery=np.array([recovery(r, a) for (r, _), a in zip(guided, rectified)]),
        above=np.array([recovery(r, rectified[max(n - instead(1, 0), 0)]) for n, (r, _) in enumerate(guided)]),
    )
    for rule in RULES:
        entries = guided if rule == "guided" else [flat(signal) for signal in signals[rule][: len(activations)]]
        (first, dot), (_, second) = np.array([pair @ pair.T for pair in entries]).transpose(1, 2, 0)
        both = np.sqrt(first * second)
        found[rule] = Sums(
            cosine=np.divide(dot, both, out=np.zeros_like(dot), where=both > 0),
            dot=dot,
            square=(first + second) / 2,
            mean=np.array([r.mean() for r, _ in entries]),
            power=first / [len(r) for r, _ in entries],
        )
    return found


def recovery(signal, activations):
    """√2 times the part of a signal along the activations, over the deviation of what is left; 0 if a network is
    dead.
    """
    energy = activations @ activations
    along = signal @ activations / np.sqrt(energy) if energy > 0 else 0.0
    left = signal @ signal - along**2
    return np.sqrt(2 * (1 - 1 / len(signal)) / left) * along if left > 0 else 0.0


def mean_to_sd(rule, layers):
    mean, power = (mean_of(rule, key, layers) for key in ("mean", "power"))
    return lambda sums: mean(sums) / np.sqrt(power(sums) - mean(sums) ** 2)


def held(rule, layers):
    """The squared mean over the second moment."""
    mean, power = (mean_of(rule, key, layers) for key in ("mean", "power"))
    return lambda sums: mean(sums) ** 2 / power(sums)


def similarity(rule, layers):
    """E cos of the signals of two logits."""
    return mean_of(rule, "cosine", layers)


def products(stack, layers, rng, trials):
    """Sums of ⟨R, R'⟩ and ‖R‖² of guided, below so many layers."""
    found = np.zeros(2)
    for _, signals in stack.passes(rng, trials, ("guided",)):
        r, q = flat(signals["guided"][layers])
        found += r @ q, (r @ r + q @ q) / 2
    return Sums(dot=found[0], square=found[1])


def pictures(stack, rules, rng, trials):
    """Sums of the pictures of a stack under each of `rules`, by name, along its image."""
    sums = {name: PictureSums(image=stack.image) for name in rules}
    for _, signals in stack.passes(rng, trials, tuple(rules.values())):
        for name, rule in rules.items():
            sums[name].add(signals[rule][-1][0])
    return Sums({name: each.sums() for name, each in sums.items()})


def noise_along(part):
    """E‖s − E s‖²/‖E s‖², E s along the image."""

    def of(sums):
        signal = estimates.squared_along(sums[part], "image")
        return (sums[part]["square"] / sums[part]["count"] - signal) / signal

    return of


def of_classes(stacks, few, rng, trials):
    """Sums over networks of every one of several stacks, by level, of what `left` reads."""
    return Sums({name: of_one_stack(stack, few, rng, trials) for name, stack in stacks.items()})


def of_one_stack(stack, few, rng, trials):
    passes = stack.passes(rng, trials, ("guided",))
    return total(_levels(activations, signals["guided"], few) for activations, signals in passes)


def _levels(activations, signals, few):
    read = [left(flat(signal), a.ravel(), few) for signal, a in zip(signals, activations[:-1])]
    return Sums(count=1, **{key: np.array([each[key] for each in read]) for key in read[0]})


def left(signals, activations, few):
    """Of the signals (K, n) of K classes at one level, and less their mean, or a twin's mean over `few` of them: means
    over the classes.
    """
    a, directions = unit(activations), unit(signals)
    rest = signals - signals.mean(axis=0)
    along, whole = ((signals @ a) ** 2).mean(), (signals**2).sum(axis=1).mean()
    off_mean = lambda classes: ((directions - directions[:classes].mean(axis=0)) ** 2).sum(axis=1).mean()
    return {
        "held": along / (whole - along),
        "along": along,
        "whole": whole,
        "left": (rest**2).sum(axis=1).mean(),
        "left_along": ((rest @ a) ** 2).mean(),
        "unit_left": off_mean(len(signals)),
        "unit_left_of_few": off_mean(instead(few, len(signals))),
    }

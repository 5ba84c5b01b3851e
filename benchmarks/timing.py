"""Contestants in turn, medians, and ratios of what ran side by side."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Contestant:
    """A call to be timed, and how many units of work (trials, passes) it does."""

    call: Callable
    units: int = 1


def race(contestants, rounds):
    """Seconds per unit, {name: one per round}: every round runs each contestant once, in turn; the first round is not
    kept.
    """
    seconds = {name: [] for name in contestants}
    for _ in range(rounds + 1):
        for name, each in contestants.items():
            started = time.perf_counter()
            each.call()
            seconds[name].append((time.perf_counter() - started) / each.units)
    return {name: times[1:] for name, times in seconds.items()}


def summary(seconds, ours):
    """Median seconds per unit of each, and how many times ours each takes: median and quartiles of the rounds'
    ratios.
    """
    found = {}
    for name, times in seconds.items():
        low, middle, high = np.quantile(np.array(times) / seconds[ours], [0.25, 0.5, 0.75])
        found[name] = {
            "seconds": float(np.median(times)),
            "ratio": float(middle),
            "low": float(low),
            "high": float(high),
        }
    return found

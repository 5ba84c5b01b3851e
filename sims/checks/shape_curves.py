"""The numbers behind the figure of gaussian_shape: distances and tails as measured and by law, and quantiles."""

import numpy as np

from sims.evidence import entry_sums
from sims.evidence.entry_sums import at, distance, excess_kurtosis, read_off
from sims.evidence.estimates import jackknife, total
from sims.evidence.verdict import interval
from theory.laws import marginals
from theory.rules import RULES


def measured(study, name, key, places):
    """Distance and excess kurtosis with their intervals, place by place."""
    lines = []
    for place, groups, level in places:
        for rule in RULES:
            tails = interval(jackknife(groups, read_off(excess_kurtosis, rule, level)))
            bands = {"distance": distance(groups, at(rule, level)), "kurtosis": tails}
            ends = {
                f"{kind}{end}": value
                for kind, band in bands.items()
                for end, value in (("", band.value), ("_low", band.low), ("_high", band.high))
            }
            lines.append({key: place, "rule": rule, **ends})
    study.tabulate(name, lines)


def laws(study, widths, deepest, width, channels, crossed):
    """The laws of saliency and DeconvNet; the distance that guided keeps in wide layers."""
    grid = _between(widths, 15)
    distances = [marginals.distance(crossed, n) for n in grid]
    study.table(
        "law_width", width=grid, distance=distances, guided_limit=[marginals.guided_distance(crossed)] * len(grid)
    )
    layers = range(1, deepest + 1)
    study.table("law_layers", layers=layers, kurtosis=[marginals.excess_kurtosis(n, width) for n in layers])
    grid = _between(channels, 9)
    tails = [marginals.convolutional_excess_kurtosis(crossed, n) for n in grid]
    study.table("law_channels", channels=grid, kurtosis=tails)


def _between(numbers, count):
    return np.unique(np.geomspace(numbers[0], numbers[-1], count).round().astype(int)).tolist()


def quantiles(study, by_width, layers):
    """Of an entry in the narrowest and in the widest stack."""
    probabilities = (np.arange(99) + 0.5) / 99
    of = lambda groups, rule: entry_sums.quantiles(total(groups)[rule][layers], probabilities)
    found = {f"{rule}-{n}": of(groups, rule) for n, groups in by_width.items() for rule in RULES}
    study.table("quantiles", probability=probabilities, **found)

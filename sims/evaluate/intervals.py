"""Means over photographs with intervals, differences on the same photographs, and how many would decide them."""

from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
from scipy.stats import norm, t

from sims.evaluate.measures import AUC, AUC_OF_HALF
from sims.random import stream
from theory.metrics.discrimination import error_auc, larger_half

LEVEL, POWER = 0.95, 0.8
RESAMPLES = 1000
FEW = 2  # photographs of a kind, below which nothing is said


@dataclass(frozen=True)
class Estimate:
    """A value of `images` photographs with its 95 % interval, None if it has none; `without` had no number."""

    value: float | None
    low: float | None
    high: float | None
    images: int
    without: int = 0

    def needed(self, chance=0.0):
        """So many photographs would tell a value as far from chance as this one, with a power of 80 %; None where the
        interval tells already, or nothing is between.
        """
        if self.low is None or not self.low <= chance <= self.high or self.value == chance:
            return None
        deviation = (self.high - self.low) / 2 / norm.isf((1 - LEVEL) / 2)
        more = ((norm.isf((1 - LEVEL) / 2) + norm.isf(1 - POWER)) * deviation / (self.value - chance)) ** 2
        return ceil(self.images * more) if isfinite(more) else None


def mean(values):
    """The Estimate of a mean, by Student's t; values are numbers, or None where there is none."""
    there = np.array([each for each in values if each is not None], np.float64)
    without = len(values) - len(there)
    if not len(there):
        return Estimate(None, None, None, 0, without)
    value = float(there.mean())
    if len(there) < FEW:
        return Estimate(value, None, None, len(there), without)
    half = float(t.isf((1 - LEVEL) / 2, len(there) - 1) * there.std(ddof=1) / np.sqrt(len(there)))
    return Estimate(value, value - half, value + half, len(there), without)


def difference(one, other):
    """The Estimate of the mean of one less other, photograph by photograph, of those that have both."""
    return mean([a - b for a, b in zip(one, other, strict=True) if a is not None and b is not None])


def aucs(scores, correct, seed):
    """{key: ({name: Estimate}, {(one, other): Estimate})}, of scores {name: values} as tests of errors and differences.

    The keys are the AUC over all photographs and over the half with the larger values, as printed: by each score's own
    values. Values are None where there is no number. Intervals are percentiles of resampled photographs, the same for
    all scores; those in which no prediction is wrong, or none right, tell nothing and are left out.
    """
    correct = np.asarray(correct, bool)
    there = {name: np.array([v is not None for v in values], bool) for name, values in scores.items()}
    given = {name: np.array([0.0 if v is None else v for v in values]) for name, values in scores.items()}
    rng = stream(seed, "evaluate", "bootstrap")
    draws = [np.arange(len(correct)), *(rng.integers(len(correct), size=len(correct)) for _ in range(RESAMPLES))]
    found = {}
    for key, auc in ((AUC, error_auc), (AUC_OF_HALF, _auc_of_half)):
        table = {
            name: [auc(given[name][each], correct[each]) for each in (draw[there[name][draw]] for draw in draws)]
            for name in scores
        }
        images = {name: int(there[name].sum()) for name in scores}
        own = {name: _percentiles(values, images[name], len(correct) - images[name]) for name, values in table.items()}
        names = list(scores)
        pairs = {
            (one, other): _percentiles(_less(table[one], table[other]), min(images[one], images[other]))
            for n, one in enumerate(names)
            for other in names[n + 1 :]
        }
        found[key] = own, pairs
    return found


def _auc_of_half(scores, correct):
    chosen = larger_half(scores)
    return error_auc(scores[chosen], correct[chosen])


def _less(one, other):
    return [None if a is None or b is None else a - b for a, b in zip(one, other)]


def _percentiles(values, images, without=0):
    """The Estimate of a value, the first, and what it is on resamples."""
    value, *others = values
    there = [each for each in others if each is not None]
    if value is None or len(there) < RESAMPLES / 2:
        return Estimate(value, None, None, images, without)
    low, high = np.quantile(there, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high), images, without)

"""Intervals, the error budget, and verdicts.

One budget of errors covers a whole `verify`. It is divided into fixed slots, over claims, intervals and looks, so that
a new claim or check changes the numbers of no other; unused slots are the price.
"""

import math
from dataclasses import dataclass

from scipy.stats import t as student

ERROR_BUDGET = 1e-3  # the chance that any interval of a whole run misses its true value
CLAIM_SLOTS = 64
INTERVAL_SLOTS = 256  # per claim, controls counted
LOOKS = 8  # per interval
INTERVAL_ERROR = ERROR_BUDGET / (CLAIM_SLOTS * INTERVAL_SLOTS * LOOKS)
POWER = 0.9  # the chance with which the smallest detectable effect is detected

HOLDS, REFUTED, CORRECTED, INCONCLUSIVE = "holds", "refuted", "corrected", "inconclusive"
NOT_PRINTED = "not printed"  # of a statement
CERTIFIED, OFF = "certified", "off"  # of a law


@dataclass(frozen=True)
class Interval:
    """A confidence interval, and the smallest deviation that it would have excluded with probability POWER."""

    value: float
    low: float
    high: float
    detectable: float


def interval(estimate, error_rate=INTERVAL_ERROR):
    """Student's interval around an Estimate; a point if its error is 0."""
    half = student.isf(error_rate / 2, estimate.dof) * estimate.error
    detectable = half + student.ppf(POWER, estimate.dof) * estimate.error
    return Interval(estimate.value, estimate.value - half, estimate.value + half, float(detectable))


def judge(found, target, margin, side=None):
    """`holds` if the interval lies within target ± margin, `refuted` if wholly outside, else `inconclusive`.

    With `side` "at least" or "at most" the target is a bound, and only that side of the margin counts. Also
    `inconclusive` where a deviation as large as the margin could have been missed; a bound without a margin is decided
    by exclusion on either side, which misses nothing. NaN decides nothing.
    """
    if not found.detectable <= margin and not (side and margin == 0):
        return INCONCLUSIVE
    least = -math.inf if side == "at most" else target - margin
    most = math.inf if side == "at least" else target + margin
    if least <= found.low and found.high <= most:
        return HOLDS
    if found.high < least or found.low > most:
        return REFUTED
    return INCONCLUSIVE


def dkw(distance, trials, error_rate=INTERVAL_ERROR * LOOKS):
    """The interval of a Kolmogorov distance measured on independent trials, at one look (Massart 1990).

    A distance is excluded with probability POWER if the measured one, which falls short of it by no more than the band
    of error 1 − POWER, is.
    """
    half, short = (math.sqrt(math.log(2 / rate) / (2 * trials)) for rate in (error_rate, 1 - POWER))
    return Interval(float(distance), max(0.0, distance - half), distance + half, half + short)


def of_statement(readings, laws):
    """The verdict on a statement from those on the rows of each of its readings, and from that on the claim's laws.

    It holds where one reading does, the most charitable one; where all fail, certified laws correct it.
    """
    each = [of_reading(rows) for rows in readings]
    if not each:
        return NOT_PRINTED
    for verdict in (HOLDS, INCONCLUSIVE):
        if verdict in each:
            return verdict
    return {CERTIFIED: CORRECTED, INCONCLUSIVE: INCONCLUSIVE}.get(laws, REFUTED)


def of_reading(verdicts):
    """A reading fails where one of its rows does, and holds where all do."""
    if REFUTED in verdicts:
        return REFUTED
    return HOLDS if set(verdicts) == {HOLDS} else INCONCLUSIVE


def of_laws(verdicts):
    """The verdict on the laws of a claim: one that is off is never hidden. None if there is none."""
    for worst in (OFF, INCONCLUSIVE, CERTIFIED):
        if worst in verdicts:
            return worst
    return None

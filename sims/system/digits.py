"""How many digits a number has, and how it is written: last digits that another processor would change are noise.

A `unit` is the power of ten of the last digit written. Rounding is idempotent: what was written is written again.
"""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

SHARE = 100  # an interval's half-width is written to so many units or more, fewer than ten times as many
SIGNIFICANT = 12  # digits of an exact value
DOUBLE = 17  # digits of a float64: there is nothing beyond
ROUNDING = 1e-9  # a margin up to here is an allowance for rounding: numbers closer than it are the same


def power(value):
    """The power of ten at or below |value|, as an exponent."""
    return math.floor(math.log10(abs(value)))


def unit_of_interval(half):
    """The exponent of the last digit of an estimate whose interval has this half-width."""
    return power(half) - power(SHARE)


def unit_of_value(value, margin=None, significant=SIGNIFICANT):
    """The exponent of the last digit of a value that no sampling error blurs; None for 0, which has none."""
    own = power(value) - significant + 1 if value else None
    if margin is None or not 0 < margin <= ROUNDING:
        return own
    allowance = math.ceil(math.log10(margin))
    return allowance if own is None else max(own, allowance)


def nearest(value, unit):
    """value to a unit 10**unit, to nearest."""
    return _at(value, unit, ROUND_HALF_EVEN)


def downward(value, unit):
    return _at(value, unit, ROUND_FLOOR)


def upward(value, unit):
    return _at(value, unit, ROUND_CEILING)


def significant(value, digits=SIGNIFICANT, margin=None):
    """A value without sampling error to so many digits; whole numbers, None, NaN and infinities as they are."""
    if value is None or isinstance(value, (int, str, bool)) or not math.isfinite(value):
        return value
    return nearest(value, unit_of_value(value, margin, digits))


def interval(value, low, high, margin=None):
    """An estimate and the ends of its interval with the digits that they have, the ends rounded outward."""
    half = max(high - value, value - low) if math.isfinite(low) and math.isfinite(high) else 0.0
    if not half > 0:
        return tuple(significant(each, margin=margin) for each in (value, low, high))
    unit = unit_of_interval(half)
    return nearest(value, unit), downward(low, unit), upward(high, unit)


def _at(value, unit, rounding):
    """By the shortest decimal that stands for the value, so that what was written is written again."""
    if unit is None or not math.isfinite(value) or not value or unit < power(value) - DOUBLE:
        return value
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(unit), rounding))

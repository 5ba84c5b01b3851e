"""Rows and tables as they are written: every number with the digits that it has (sims.system.digits).

Verdicts are reached before, on all digits; figures and the ledger are drawn from what is written here.
"""

import numpy as np

from sims.evidence.estimates import Estimate
from sims.evidence.verdict import interval
from sims.system import digits

DECLARED = "printed", "law", "margin"
TABLE = 6  # digits of a number in a table, which is there to be drawn; what float32 networks give has no more


def written(row):
    """A row with its own and its control's numbers to a share of their intervals, and declared ones as exact values."""
    margin, control = row.get("margin"), row["control"]
    found = {key: digits.significant(row[key]) for key in DECLARED if key in row} | measured(row, margin)
    if control:
        found["control"] = {**control, **measured(control, margin)}
    return {**row, **found}


def measured(form, margin):
    """The estimate, the ends of its interval, and the smallest detectable effect if there is one."""
    value, low, high = digits.interval(form["estimate"], form["low"], form["high"], margin)
    found = {"estimate": value, "low": low, "high": high}
    if "detectable" in form:
        found["detectable"] = detectable(form["detectable"], form["high"] - form["low"], margin)
    return found


def detectable(effect, width, margin):
    """An effect to the digits of an interval of this width, upward."""
    if not width > 0 or not np.isfinite(width):
        return digits.significant(effect, margin=margin)
    return digits.upward(effect, digits.unit_of_interval(width / 2))


def table(columns):
    """Columns of a table, of numbers, words, or Estimates, which are written to their own digits.

    Columns right before …low and …high are estimates with their intervals; other numbers are rounded.
    """
    found = {name: [own_digits(value) for value in plain(column)] for name, column in columns.items()}
    names = list(found)
    for value, low, high in zip(names, names[1:], names[2:]):
        if low.endswith("low") and high.endswith("high"):
            triples = [digits.interval(*each) for each in zip(found[value], found[low], found[high])]
            found |= zip((value, low, high), map(list, zip(*triples)))
    return {name: [digits.significant(value, TABLE) for value in column] for name, column in found.items()}


def plain(column):
    """A column as a list, its NumPy numbers as Python's."""
    return np.asarray(column).tolist()


def own_digits(value):
    """An Estimate's value to a share of its interval; anything else as it is."""
    if not isinstance(value, Estimate):
        return value
    found = interval(value)
    return digits.interval(found.value, found.low, found.high)[0]

"""Rows that are read off photographs, a group of sums each: of the median one, and what figures show of all."""

from dataclasses import replace

import numpy as np

from sims.evidence import medians
from sims.evidence.defects import instead
from sims.evidence.verdict import HOLDS, REFUTED, Interval
from sims.study.common import against
from sims.study.rows import AT_LEAST, Finding, Reading, Twin, decide

EXCHANGED = "the two exchanged"
QUANTILES = 0.05, 0.25, 0.5, 0.75, 0.95


def number(key):
    """Of a part to its number, of one photograph."""
    return lambda part: lambda sums: sums[part][key]


def reading(name, reading, part, wrong, key, what, value, side, measure=medians.COSINE):
    """The row that the median photograph's number `key` of `part` is on a side of `value`; its twin has `wrong`."""
    return Reading(
        name=name,
        reading=reading,
        what=f"{what}, the median photograph",
        **against(wrong, part, number(key)),
        measure=measure,
        value=value,
        side=side,
        expected=HOLDS,
        prolongs=False,
    )


def more(name, reading, one, two, key, what):
    """The row that the number `key` of the part `one` is larger than that of `two`; its twin has them exchanged."""
    return shifted(name, reading, one, two, key, what, 0.0)


def shifted(name, reading, one, two, key, what, value):
    """The same by `value` or more."""
    difference = lambda a, b: lambda sums: sums[a][key] - sums[b][key]
    return Reading(
        name=name,
        reading=reading,
        what=f"{what}, the median photograph",
        of=difference(one, two),
        twin=Twin(EXCHANGED, difference(instead(two, one), instead(one, two))),
        measure=medians.DIFFERENCE,
        value=value,
        side=AT_LEAST,
        expected=HOLDS,
        prolongs=False,
    )


def finding(name, part, key, what, measure=medians.COSINE):
    return Finding(name=name, what=f"{what}, the median photograph", of=number(key)(part), measure=measure)


def read(study, groups, rows, refuted=()):
    """Write the rows, and a table of them: of the photographs' numbers quantiles, and the share that it holds for.

    `refuted` names the rows that the committed run refutes; of two that are exchanged one is always refuted, and where
    it is the row its twin says nothing.
    """
    lines = []
    for row in rows:
        if row.name in refuted:
            row = replace(row, expected=REFUTED, twin=None if row.twin and row.twin.what == EXCHANGED else row.twin)
        study.read(groups, row)
        values = np.array([float(row.of(group)) for group in groups])
        line = {"row": row.name, **{f"q{q:g}": float(np.quantile(values, q)) for q in QUANTILES}}
        lines.append(line | {"share": held(row, values) if isinstance(row, Reading) else None})
    study.tabulate("photographs", lines)


def held(row, values):
    """The share of photographs for which a reading holds, their numbers taken as exact."""
    alone = (decide(Interval(value, value, value, 0.0), row.value, row.margin, row.side) for value in values)
    return float(np.mean([each == HOLDS for each in alone]))

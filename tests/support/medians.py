"""A statement judged on several photographs, as sims/claims/readings.md declares it: on the median one.

A reading holds where its rows hold for the median of the photographs' estimates, and is inconclusive where the
interval of that median crosses a threshold. Photographs differ by far more than their estimates err: each by itself is
judged by its estimates alone. A run is what `photographs.run_of` writes.
"""

from collections import Counter

import numpy as np

from sims.evidence.medians import of_values
from sims.evidence.verdict import HOLDS, OFF, Interval, of_reading, of_statement
from sims.study.rows import decide

ERROR = 0.05  # the chance that the interval misses the median of such photographs
DIGITS = 4


def row_of(rows):
    """A reading's row on several photographs: its median, and for how many it comes out how."""
    first = rows[0]
    found = of_values([row["estimate"] for row in rows], ERROR)
    return {
        **{key: first[key] for key in ("reading", "printed", "printed_side", "margin")},
        "median": digits(found.value),
        "interval": [digits(found.low), digits(found.high)],
        "verdict": verdict_of(first, found),
        "photographs": dict(Counter(map(alone, rows))),
    }


def verdict_of(row, found):
    return decide(found, row["printed"], row["margin"], row["printed_side"])


def alone(row):
    """The verdict on a row's estimate, as if it were exact."""
    return verdict_of(row, Interval(*[row["estimate"]] * 3, 0.0))


def of_claim(runs, law=None):
    """Verdicts of a claim on the median of its runs' photographs, {photograph: run}; `law` is that on its laws."""
    runs = list(runs.values())
    names = list(dict.fromkeys(name for run in runs for name in run["rows"]))
    rows = {name: row_of([run["rows"][name] for run in runs if name in run["rows"]]) for name in names}
    readings = {key: [row["verdict"] for row in rows.values() if row["reading"] == key] for key in runs[0]["readings"]}
    laws = Counter(run["law_verdict"] for run in runs if run["law_verdict"])
    law = OFF if OFF in laws else law or max(laws, key=laws.get, default=None)  # what is off somewhere is not hidden
    return {
        "photographs": len(runs),
        "verdict": of_statement(readings.values(), law),
        "statements": dict(Counter(of_statement(read(run).values(), law) for run in runs)),
        "laws": dict(laws),
        "readings": {key: {"verdict": of_reading(own), "holds": held(runs, key)} for key, own in readings.items()},
        "rows": rows,
    }


def read(run):
    """{reading: the verdicts on its rows} on one photograph."""
    return {key: [alone(row) for row in run["rows"].values() if row["reading"] == key] for key in run["readings"]}


def held(runs, key):
    """The share of photographs for which a reading holds."""
    return digits(np.mean([of_reading(read(run)[key]) == HOLDS for run in runs]))


def digits(value):
    """None for what is unbounded."""
    return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None

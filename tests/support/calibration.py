"""How often intervals of laws miss their law, of many runs under seeds of their own: the arithmetic.

A run is what `calibrate.run_of` writes. Its intervals are made for an error of 10⁻⁹ or so, which nothing can be counted
at; the same estimates and standard errors give intervals at errors that can be.
"""

from collections import Counter
from itertools import groupby

import numpy as np
from scipy.stats import binom

from sims.evidence.estimates import Estimate
from sims.evidence.verdict import INTERVAL_ERROR, interval
from sims.study.rows import TAGS

NOMINAL = {"own": INTERVAL_ERROR, "1 %": 0.01, "10 %": 0.1}
SUSPICIOUS = 0.01  # the chance that any row is called so that is not
DIGITS = 3


def missed(row, error_rate):
    """Whether the interval of this error misses the row's law."""
    found = interval(Estimate(row["value"], row["error"], row["dof"]), error_rate)
    return not found.low <= row["law"] <= found.high


def misses(row):
    """Of a row with a standard error, at every nominal error: 1 if it misses its law."""
    return np.array([missed(row, error_rate) for error_rate in NOMINAL.values()], float)


def by_tag(runs):
    """{tag: rows, and at each nominal error the share that misses, with its standard error}, of runs, a list."""
    return {tag: share([[misses(row) for row in sampled(run) if row["tag"] == tag] for run in runs]) for tag in TAGS}


def sampled(run):
    """Its rows that have a standard error: something was drawn, and the interval is Student's."""
    return [row for row in run["rows"] if row.get("error")]


def share(clusters):
    """Rows of one run share their draws: the error of a share is that of a ratio of sums over independent runs."""
    clusters = [np.array(each) for each in clusters if len(each)]
    count = sum(map(len, clusters))
    if not count:
        return {"rows": 0}
    shares = sum(each.sum(axis=0) for each in clusters) / count
    spread = sum((each.sum(axis=0) - len(each) * shares) ** 2 for each in clusters)
    found = {name: [digits(s), digits(e)] for name, s, e in zip(NOMINAL, shares, np.sqrt(spread) / count)}
    return {"rows": count, **found}


def bands(runs):
    """Rows whose interval is a band that is too wide by construction (DKW): how many, and how many miss their law."""
    found = [row for run in runs for row in run["rows"] if "low" in row]
    return {"rows": len(found), "own": sum(not row["low"] <= row["law"] <= row["high"] for row in found)}


def suspicious(runs):
    """Rows that miss their law oftener than their nominal error explains, worst first.

    `runs` are {claim: [run, …]}. z is (estimate − law) over its standard error: 0 ± 1 were it normal.
    """
    rows = [each for claim, own in runs.items() for each in by_row(claim, own)]
    found = [row for row in rows if row["chance"] * len(rows) * len(NOMINAL) < SUSPICIOUS]
    return [{**row, "chance": digits(row["chance"])} for row in sorted(found, key=lambda row: row["chance"])]


def by_row(claim, runs):
    """Every sampled row of a claim over its runs: how often it misses, and how likely that is, or more."""
    key = lambda row: (row["name"], row["law"])  # two rows may have one name
    for (name, _), same in groupby(sorted((row for run in runs for row in sampled(run)), key=key), key):
        same = list(same)
        counts = sum(misses(row) for row in same)
        z = [(row["value"] - row["law"]) / row["error"] for row in same]
        yield {
            "claim": claim,
            "row": name,
            "tag": same[0]["tag"],
            "seeds": len(same),
            **{nominal: int(count) for nominal, count in zip(NOMINAL, counts)},
            "z": [digits(np.mean(z)), digits(np.std(z, ddof=1) if len(z) > 1 else 0.0)],
            "chance": float(min(binom.sf(counts - 1, len(same), list(NOMINAL.values())))),
        }


def verdicts(runs):
    """Of a claim's runs: how many, and in how many of them which verdict was another, which twin was not refuted."""
    return {
        "seeds": len(runs),
        "statement": sum(run["statement"] for run in runs),
        "rows": counted(name for run in runs for name in run["changed"]),
        "twins": counted(name for run in runs for name in run["alive"]),
    }


def counted(names):
    return dict(Counter(names).most_common())


def digits(value):
    return float(f"{value:.{DIGITS}g}")

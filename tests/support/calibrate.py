"""python -m support.calibrate, from tests/: each claim's small quick run under many seeds: what misses its law?

Writes calibration.json and prints it. Interrupted, it goes on where it was: finished runs stay in --out.
"""

import argparse
import json
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from unittest import mock

from rich.console import Console
from rich.table import Table

from sims.claims import all_claims
from sims.data import images
from sims.evidence.verdict import Interval
from sims.study.claim import refuted
from sims.study.rows import Law
from sims.study.runner import Run
from sims.study.study import BUDGETS
from support import calibration
from support.batches import perform
from support.small import SIZE, SIZES, SMALL, alone, complete

HERE = Path(__file__).resolve().parents[1]
CLAIMS = {name: claim for name, claim in all_claims().items() if claim.looks > 1}  # others ask for photographs
FOUND = "found"  # what a recorded row calls the estimate behind it
picture = cache(partial(images.load, "photograph"))


def main(arguments=None):
    options = parser().parse_args(arguments)
    jobs = {name: list(map(str, range(options.seeds))) for name in options.claims or CLAIMS}
    found = perform(jobs, options.out, options.minutes, run_of)
    document = summary({name: list(runs.values()) for name, runs in found.items()})
    if not options.claims:
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (HERE / "calibration.json").write_text(text + "\n", encoding="utf-8")
    show(document, Console())


def parser():
    parser = argparse.ArgumentParser(prog="make calibrate", description=__doc__)
    parser.add_argument("claims", nargs="*", help="which claims: nothing is written then (default: all)")
    parser.add_argument("--seeds", type=int, default=40, help="seeds 0, 1, … of each claim (default: 40)")
    parser.add_argument("--minutes", type=float, default=1e6, help="no run begins later; all claims get equal time")
    parser.add_argument(
        "--out", default="../out/calibration", help="folder of finished runs (default: out/calibration)"
    )
    return parser


def run_of(name, seed):
    """A claim's small quick run: its laws as `calibration` takes them, and what did not come out as expected."""
    run = Run(picture(SIZES.get(name, SIZE)), "photograph", int(seed), BUDGETS["quick"])
    with recorded():
        result = alone(run, CLAIMS[name], complete(CLAIMS[name], SMALL.get(name)))
    return {
        "statement": result.verdict != result.expected,
        "changed": [row["name"] for row in result.rows if row["verdict"] != row["expected"]],
        "alive": [row["name"] for row in result.rows if not refuted(row["control"])],
        "rows": [law(row) for row in result.rows if row["kind"] == "law"],
    }


@contextmanager
def recorded():
    """A Law's row also holds the Estimate or Interval behind it: a result has the rounded interval alone."""
    describe = Law.describe

    def telling(row, estimate, twin=None):
        return {**describe(row, estimate, twin), FOUND: estimate}

    with mock.patch.object(Law, "describe", telling):
        yield


def law(row):
    """What is counted of a row."""
    own, found = {key: row[key] for key in ("name", "tag", "law")}, row[FOUND]
    if isinstance(found, Interval):
        return {**own, "low": found.low, "high": found.high}
    return {**own, "value": found.value, "error": found.error, "dof": found.dof}


def summary(runs):
    """The document of {claim: [run, …]}."""
    each = [run for own in runs.values() for run in own]
    return {
        "laws": calibration.by_tag(each),
        "bands": calibration.bands(each),
        "suspicious": calibration.suspicious(runs),
        "claims": {name: calibration.verdicts(own) for name, own in runs.items()},
    }


def show(document, console):
    laws = Table(
        "laws", "intervals", *calibration.NOMINAL, title="Share of intervals that miss their law, by its error"
    )
    for tag, found in document["laws"].items():
        shares = [f"{100 * s:.3g} ± {100 * e:.2g} %" for s, e in list(found.values())[1:]]
        laws.add_row(tag, str(found["rows"]), *shares)
    laws.add_row("bands (DKW)", str(document["bands"]["rows"]), str(document["bands"]["own"]))
    rows = Table("claim", "row", "tag", "seeds", *calibration.NOMINAL, "z", title="Rows that miss too often")
    for row in document["suspicious"]:
        numbers = [str(row[key]) for key in ("seeds", *calibration.NOMINAL)]
        rows.add_row(row["claim"], row["row"], row["tag"], *numbers, "{:.2g} ± {:.2g}".format(*row["z"]))
    claims = Table("claim", "seeds", "statement", "rows", "twins", title="Runs in which a verdict was not the expected")
    for name, found in document["claims"].items():
        others = [", ".join(f"{row} {count}" for row, count in found[key].items()) for key in ("rows", "twins")]
        claims.add_row(name, str(found["seeds"]), str(found["statement"] or ""), *others)
    console.print(laws, rows, claims)


if __name__ == "__main__":
    main()

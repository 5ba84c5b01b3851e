"""python -m support.photographs, from tests/: statements that depend on the photograph, judged on those nobody chose.

They are all colour photographs that ship with matplotlib, scikit-image and, where it is installed, scikit-learn; and,
for statements that are read off a law, some of a folder's, on which nothing is simulated. Writes photographs.json and
prints it. Interrupted, it goes on where it was: finished runs stay in --out.
"""

import argparse
import json
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from rich.console import Console
from rich.table import Table

from sims.claims import all_claims
from sims.data import images, photographs
from sims.study import study
from sims.study.runner import Run
from sims.study.study import BUDGETS, Found, Study
from support import medians
from support.batches import perform
from support.small import alone, complete

HERE = Path(__file__).resolve().parents[1]
RESULTS = HERE.parent / "results"
CLAIMS = all_claims()
CLOSED_FORM = ("theorem1_photograph",)  # read off the limit
SAMPLED = (
    "local_connections",
    "max_pooling",
    "pooling_alike",
    "pooling_impact",
    "sufficient_filters",
    "random_noise",
    "fcn_noise",
    "unrelated",
    "insensitivity",
    "vgg16_interpretable",
    "vgg16_details",
    "vgg16_depth",
    "random_recovery",
    "backward_relu",
)


def main(arguments=None):
    options = parser().parse_args(arguments)
    shipped, own = packaged(), in_folder(options.folder, options.every)
    paths = shipped | own
    names = options.claims or (*CLOSED_FORM, *SAMPLED)
    jobs = {name: list(paths if name in CLOSED_FORM else shipped) for name in names}
    looks = study.SCHEDULE[: options.looks]
    work = lambda name, key: run_of(name, paths[key], looks if key in shipped else ())
    found = perform(jobs, options.out, options.minutes, work)
    document = {name: of_claim(name, runs) for name, runs in found.items() if runs}
    if not options.claims:
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (HERE / "photographs.json").write_text(text + "\n", encoding="utf-8")
    show(document, Console())


def parser():
    parser = argparse.ArgumentParser(prog="make photographs", description=__doc__)
    parser.add_argument("claims", nargs="*", help="which claims: nothing is written then (default: all that depend)")
    parser.add_argument("--folder", help="a folder of photographs, JPEG, for statements read without simulation")
    parser.add_argument("--every", type=int, default=10, help="each so many of them, by name (default: 10)")
    parser.add_argument("--looks", type=int, default=2, help="looks at the data of a claim that samples (default: 2)")
    parser.add_argument("--minutes", type=float, default=1e6, help="no run begins later; all claims get equal time")
    parser.add_argument(
        "--out", default="../out/photographs", help="folder of finished runs (default: out/photographs)"
    )
    return parser


def packaged():
    """{name: source} of what ships with packages that are here."""
    others = [each.path for each in photographs.packaged() if each.path != images.photograph()]
    return {"photograph": "photograph"} | {path.stem: str(path) for path in others}


def in_folder(folder, every):
    """{name: source} of each so many of a folder's photographs."""
    return {path.stem: str(path) for path in sorted(Path(folder).glob("*.jpg"))[::every]} if folder else {}


def run_of(name, source, looks=study.SCHEDULE):
    """A claim's quick run with its default settings on a photograph: what its readings came to.

    Without looks nothing is sampled, and only what is exact is there: no law is judged.
    """
    run = Run(images.load(source), source, 0, BUDGETS["quick"])
    unsampled = nullcontext() if looks else mock.patch.object(Study, "sample", lambda *_: Found())
    with mock.patch.object(study, "SCHEDULE", looks), unsampled:
        result = alone(run, CLAIMS[name], complete(CLAIMS[name]))
    kept = ("reading", "printed", "printed_side", "margin", "estimate")
    rows = {row["name"]: {key: row[key] for key in kept} for row in result.rows if row["kind"] == "reading"}
    return {"law_verdict": result.law_verdict, "readings": list(result.readings), "rows": rows}


def of_claim(name, runs):
    """The entry of a claim: its laws are judged as in the committed result, if there is one."""
    path = RESULTS / f"{name}.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found = medians.of_claim(runs, before.get("law_verdict"))
    return {**found, "committed": before.get("verdict")}


def show(document, console):
    table = Table("claim", "photographs", "committed", "median", "each by itself", "reading", "median", "share")
    for name, found in document.items():
        each = ", ".join(f"{count} {verdict}" for verdict, count in found["statements"].items())
        head = name, str(found["photographs"]), str(found["committed"]), found["verdict"], each
        for key, own in found["readings"].items():
            table.add_row(*head, key, own["verdict"], f"{100 * own['holds']:.0f} %")
            head = ("",) * 5
    rows = Table("claim", "row", "printed", "median", "interval", "verdict", "each by itself")
    for name, found in document.items():
        for row, own in found["rows"].items():
            low, high = ("–" if end is None else f"{end:.4g}" for end in own["interval"])
            each = ", ".join(f"{count} {verdict}" for verdict, count in own["photographs"].items())
            printed = f"{own['printed_side'] or ''} {own['printed']:g}"
            rows.add_row(name, row, printed, f"{own['median']:.4g}", f"{low} … {high}", own["verdict"], each)
    console.print(table, rows)


if __name__ == "__main__":
    main()

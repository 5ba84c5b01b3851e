"""What `evaluate` leaves in its folder: tables as CSV, a figure for each measure, and how it was run."""

import csv
import io
import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from sims.evaluate import tables
from sims.evaluate.figures import figures
from sims.system import files

PACKAGES = "numpy", "scipy", "numba", "pillow"


def write(plan, found, out):
    """Files in `out`; the rows of means and of differences.

    means.csv, differences.csv and images.csv (a row for every number of every photograph), <measure>.svg, and run.json.
    """
    seed, folder = plan.evaluator.settings.seed, Path(out)
    errors = tables.of_errors(found, seed)
    means, differences = tables.means(found, errors), tables.differences(found, errors)
    for name, rows in (("means", means), ("differences", differences), ("images", list(tables.single(found)))):
        files.write(folder / f"{name}.csv", as_csv(rows))
    for measure, drawn in figures(found, means, plan.evaluator.settings):
        files.write(folder / f"{measure}.svg", drawn)
    files.write(folder / "run.json", json.dumps(about(plan), indent=1, ensure_ascii=False) + "\n")
    return means, differences


def as_csv(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def about(plan):
    """How it was run: everything that the numbers depend on, and nothing that they do not."""
    evaluator = plan.evaluator
    return {
        **evaluator.about(),
        "methods": {name: asked.parts() for name, asked in evaluator.methods.items()},
        "measures": list(plan.measures),
        "settings": asdict(evaluator.settings),
        "photographs": len(plan.photographs),
        "photographs_sha256": plan.photographs.digest,
        "boxes": len(plan.places),
        "versions": {name: version(name) for name in PACKAGES},
    }

"""`python -m benchmarks`: one table, and benchmarks/results.json."""

import argparse
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.rows import ROWS
from sims.data import images
from sims.system import files

RESULTS = Path(__file__).parent / "results.json"
PACKAGES = "numpy", "numba", "torch", "captum", "jax"


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"rows to run, all unless given: {', '.join(ROWS)}")
    chosen = parser.parse_args().rows or list(ROWS)
    if unknown := set(chosen) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}; rows are {', '.join(ROWS)}")
    console, image = Console(), images.load("photograph", 224)
    found = (
        json.loads(RESULTS.read_text(encoding="utf-8"))["rows"] if RESULTS.exists() and len(chosen) < len(ROWS) else {}
    )
    for name in chosen:
        found[name] = {"what": ROWS[name].__doc__.split(". ", 1)[1], "machine": machine(), "parts": ROWS[name](image)}
        console.print(drawn(name, found[name]))
        files.write(RESULTS, json.dumps({"rows": found}, indent=1, ensure_ascii=False) + "\n")


def machine():
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def drawn(name, row):
    """A row as a table: medians, and how many times ours the others take."""
    table = Table(title=row["what"], title_justify="left", min_width=72)
    for column in (name, "contestant", "median", "times ours", "quartiles"):
        table.add_column(column, justify="left" if column in (name, "contestant") else "right")
    for part, contestants in row["parts"].items():
        for each, value in contestants.items():
            table.add_row(part, each, *cells(value))
    return table


def cells(value):
    if "MiB" in value:
        return f"{value['MiB']:.0f} MiB", "", f"process {value['process']:.0f} MiB"
    spread = f"{value['low']:.2f} … {value['high']:.2f}" if "low" in value else ""
    return duration(value["seconds"]), f"{value['ratio']:.2f}", spread


def duration(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


if __name__ == "__main__":
    main()

"""What was found, as the console says it."""

from rich.table import Table

from sims.evaluate.intervals import LEVEL
from sims.evaluate.measures import shown

LINES = 12  # on what is open; the tables hold all


def table(means):
    """Rows of means as a table; curves and cascades are for figures."""
    found = Table("measure", "number", "method", "mean", f"{100 * LEVEL:.0f} % interval", "images", "without", box=None)
    for each in means:
        if each["number"] in shown(each["measure"], [each["number"]]) and each["measure"] != "cascade":
            found.add_row(*cells(each))
    return found


def cells(row):
    better = f" ({row['better']})" if row["better"] else ""
    told = "–" if row["value"] is None else f"{row['value']:.4f}"
    counts = str(row["images"]), str(row["without"])
    return row["measure"], row["number"] + better, row["method"], told, interval(row), *counts


def interval(row):
    return "" if row["low"] is None else f"[{row['low']:.4f}, {row['high']:.4f}]"


def undecided(means, differences):
    """Lines on what the intervals leave open: from chance, or between two methods."""
    rows = [each for each in (*means, *differences) if each["needed"]]
    for each in rows[:LINES]:
        what = f"{each['method']} or chance" if "method" in each else f"{each['one']} or {each['other']}"
        told = f"{each['measure']}, {each['number']}: {what}, {each['value']:.4f} {interval(each)}"
        yield f"open: {told}; about {each['needed']:,} images would decide"
    if len(rows) > LINES:
        yield f"open: {len(rows) - LINES} more in means.csv and differences.csv, column needed"


def accuracy(found):
    labelled = [each["correct"] for each in found.predictions.values() if each["correct"] is not None]
    known = f", {sum(labelled)} of {len(labelled)} labelled ones predicted right" if labelled else ""
    return f"{len(found.predictions)} photographs{known}"


def speed(found, seconds, workers):
    """How fast it was; what was on disk is not counted."""
    told = f"{found.computed / seconds:.2f} images per second, " if found.computed else ""
    return f"{found.computed} images in {seconds:.1f} s: {told}{workers} workers; {found.stored} were on disk"

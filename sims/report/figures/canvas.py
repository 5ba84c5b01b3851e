"""What every figure shares: colours, style, points with intervals, stored pictures, and files with their CSV."""

import csv
import io
from pathlib import Path

import matplotlib
import numpy as np

from sims.system import files

BLUE, ORANGE, GREEN, RED, GREY, PURPLE, SKY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#777777",
    "#CC79A7",
    "#56B4E9",
)
RULE_COLOURS = {"saliency": GREEN, "deconvnet": PURPLE, "guided": BLUE}
STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "savefig.dpi": 150,
    "svg.hashsalt": "figures",
    "axes.titlesize": 12,
}


def save(figure, folder, name, tables):
    """figures/<name>.png, .svg and .csv; `tables` are the tables drawn, one below the other in the CSV."""
    place = lambda kind: Path(folder) / "figures" / f"{name}.{kind}"
    for kind in ("png", "svg"):
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, bbox_inches="tight", metadata={"Date": None} if kind == "svg" else None)
        files.write(place(kind), buffer.getvalue())
    text = io.StringIO()
    for table in tables.values():
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*table.values()))
    files.write(place("csv"), text.getvalue())
    return place("png")


def points(axes, x, table, key, colour, label, low="low", high="high"):
    """Monte Carlo points with their confidence intervals."""
    y, low, high = (np.array(table[name], float) for name in (key, low, high))
    axes.errorbar(
        x,
        y,
        [np.maximum(y - low, 0), np.maximum(high - y, 0)],
        fmt="o",
        ms=5,
        capsize=3,
        color=colour,
        label=label,
        zorder=3,
    )


def signed(value, digits):
    """A number with a true minus sign."""
    return f"{value:.{digits}f}".replace("-", "−")


def two(value):
    """A cosine to two digits, without a negative zero."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def picture(axes, folder, claim, name, title):
    """One stored picture."""
    axes.imshow(matplotlib.image.imread(Path(folder) / "results" / claim / f"{name}.png"), cmap="gray", vmin=0, vmax=1)
    axes.set_title(title, fontsize=11)
    axes.axis("off")

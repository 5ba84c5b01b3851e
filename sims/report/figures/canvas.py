"""What every figure shares: colours, style, points with intervals, stored pictures, and files with their CSV."""

import csv
import io
import re
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image

from sims.system import files, png

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
    "savefig.dpi": 100,
    "svg.fonttype": "path",  # letters as outlines: a browser's own font has other widths, and not every sign
    "svg.hashsalt": "figures",
    "axes.titlesize": 12,
}
PANELS = {"font.size": 8, "axes.titlesize": 8, "figure.titlesize": 10.5}  # style of figures made of small pictures
LARGEST = 150_000  # bytes of a figure that is committed


def save(figure, folder, name, tables, kind, limit=LARGEST, tight=True):
    """figures/<name>.<kind> and .csv; `tables` are the tables drawn, one below the other in the CSV.

    kind is "svg" for curves and points, "png" where there are pictures, in as many colours as `limit` bytes allow. A
    file of the other kind is out of date, and goes. `tight` trims the margins of the figure, which shifts the pixels of
    pictures by parts of one (sims.report.figures.panels).
    """
    place = lambda kind: Path(folder) / "figures" / f"{name}.{kind}"
    if kind == "png":
        png.write(place("png"), pixels(figure, tight), limit)
    else:
        files.write(place("svg"), svg(figure))
    place({"png": "svg", "svg": "png"}[kind]).unlink(missing_ok=True)
    text = io.StringIO()
    for table in tables.values():
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*table.values()))
    files.write(place("csv"), text.getvalue())
    return place(kind)


def pixels(figure, tight=True):
    """The figure at the size at which it is shown, as bytes (H, W, 3)."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight" if tight else None)
    return np.asarray(Image.open(buffer).convert("RGB"))


def svg(figure):
    """Without date and version, and to a hundredth of a point: what no eye sees may differ between machines."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    text = re.sub(r"(?<![\w.])([1-9]\d*\.\d\d)\d+", r"\1", buffer.getvalue())
    text = re.sub(r"^ +| +$|<!--.*?-->\n?", "", text, flags=re.MULTILINE)
    return text.replace("DejaVuSans-", "g")  # names of letters, a twentieth of the file


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


def with_interval(row, digits=2):
    """An estimate and its interval, in words."""
    return "{} [{}, {}]".format(*(signed(round(row[key], digits) + 0.0, digits) for key in ("estimate", "low", "high")))


def two(value):
    """A cosine to two digits, without a negative zero."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def picture(axes, folder, claim, name, title):
    """One stored picture."""
    axes.imshow(matplotlib.image.imread(Path(folder) / "results" / claim / f"{name}.png"), cmap="gray", vmin=0, vmax=1)
    axes.set_title(title)
    axes.axis("off")


def of_rule(table, rule):
    """The rows of a table that are of one rule."""
    rows = [n for n, each in enumerate(table["rule"]) if each == rule]
    return {key: np.array([column[n] for n in rows]) for key, column in table.items()}


def beside(places, rule, logarithmic=False):
    """Places a little apart, rule by rule, so that equal values are seen."""
    apart = list(RULE_COLOURS).index(rule) - 1
    return places * 1.08**apart if logarithmic else places + 0.12 * apart


def by_width(axes, widths, label="neurons per layer"):
    """A logarithmic axis of widths, with a tick at each."""
    axes.set_xscale("log", base=2)
    axes.set_xticks(widths, [str(width) for width in widths])
    axes.set_xlabel(label)

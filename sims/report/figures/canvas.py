"""What every figure shares: colours, style, points with intervals, stored pictures, and files with their CSV."""

import csv
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image

from sims.system import files, png

BLUE, ORANGE, RED, GREY = "#0072B2", "#E69F00", "#D55E00", "#777777"
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
    """Without date and version, and to a hundredth of a point: what no eye sees may differ between machines.

    Matplotlib names clip paths by a hash of all their digits: here they are counted.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    text = re.sub(r"(?<![\w.])([1-9]\d*\.\d\d)\d+", r"\1", buffer.getvalue())
    text = re.sub(r"^ +| +$|<!--.*?-->\n?", "", text, flags=re.MULTILINE)
    text = text.replace("DejaVuSans-", "g")  # names of letters, a twentieth of the file
    clips = {name: f"clip{n}" for n, name in enumerate(re.findall(r'<clipPath id="(\w+)"', text))}
    return re.sub(r'(url\(#|<clipPath id=")(\w+)', lambda found: found[1] + clips.get(found[2], found[2]), text)


def signed(value, digits):
    """A number with a true minus sign."""
    return f"{value:.{digits}f}".replace("-", "−")


def with_interval(row, digits=2):
    """An estimate and its interval, in words."""
    return "{} [{}, {}]".format(*(signed(round(row[key], digits) + 0.0, digits) for key in ("estimate", "low", "high")))


def two(value):
    """A cosine to two digits, without a negative zero."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def of_rule(table, rule):
    """The rows of a table that are of one rule."""
    rows = [n for n, each in enumerate(table["rule"]) if each == rule]
    return {key: np.array([column[n] for n in rows]) for key, column in table.items()}


def by_width(axes, widths, label="neurons per layer"):
    """A logarithmic axis of widths, with a tick at each."""
    axes.set_xscale("log", base=2)
    axes.set_xticks(widths, [str(width) for width in widths])
    axes.set_xlabel(label)

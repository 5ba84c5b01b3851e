"""Theorem 1's scale, over the printed one."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import save
from sims.report.figures.marks import LAW, PRINTED, SIMULATED, WORDS
from sims.report.rows import named

SETTINGS = {  # of one axis and one unit: the scale over the printed one
    "one-dimensional": "one dimension, ±1, stride 1",
    "two-dimensional": "two dimensions, ±1, stride 1",
    "paper-network-signs": "the paper's network, ±1",
    "paper-network-picture": "the paper's network,\na photograph",
}


def scale(folder, name, result):
    """Measured, printed and exact scales, over the printed one."""
    rows = [row for row in (named(result, each) for each in SETTINGS) if row is not None]
    figure = Figure((8.4, 3.9))
    axes = figure.subplots()
    axes.axvline(1, color=PRINTED, ls=(0, (4, 2)), lw=2, label=f"{WORDS['printed']}: 2c²pN/(πC₀)")
    for place, row in enumerate(rows):
        measured(axes, -place, row)
    factors = [1 / row["estimate"] for row in rows]
    axes.set(
        xscale="log",
        xlim=(0.5 / max(factors), 2),
        ylim=(0.6 - len(rows), 0.6),
        xlabel="length of the mean picture, over the printed one",
        title=f"The printed scale is {min(factors):.0f} to {max(factors):.0f} times too large",
    )
    axes.set_xticks([1, 0.1, 0.01], ["1", "1/10", "1/100"])
    axes.set_yticks(-np.arange(len(rows)), [SETTINGS[row["name"]] for row in rows])
    axes.legend(*once(axes), loc="upper center", bbox_to_anchor=(0.35, -0.17), ncols=3, fontsize=10, columnspacing=1)
    table = {key: [row.get(key) for row in rows] for key in ("name", "estimate", "low", "high", "law")}
    return save(figure, folder, name, {"scale": table}, "svg")


def measured(axes, place, row):
    """A row: the law, the simulation, and by how much what is printed is too large."""
    if "law" in row:
        axes.scatter(row["law"], place, marker="|", s=600, lw=3, color=LAW, label=WORDS["law"], zorder=2)
    spread = [[row["estimate"] - row["low"]], [row["high"] - row["estimate"]]]
    axes.errorbar(row["estimate"], place, xerr=spread, fmt="o", ms=6, color=SIMULATED, label=WORDS["simulated"])
    text = f"1/{1 / row['estimate']:.0f}"
    axes.annotate(text, (row["estimate"], place), xytext=(12, 0), textcoords="offset points", va="center")


def once(axes):
    """Handles and labels of a legend, each mark once."""
    handles, labels = axes.get_legend_handles_labels()
    found = dict(zip(labels, handles))
    return found.values(), found.keys()


FIGURES = {"theorem1_scale": scale}

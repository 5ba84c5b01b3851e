"""Weak borders: how many windows see a pixel, and the mean picture of ones by distance from the border."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sims.report.figures.canvas import save
from sims.report.figures.marks import LAW, law_curve, legend, simulated
from sims.report.rows import named

SIDE = 5  # pixels of the corner that is drawn


def borders(folder, name, result):
    """The windows that see each pixel of a corner beside the profile of the mean picture."""
    table = result["tables"]["profile"]
    figure = Figure((9, 4.3))
    drawn, edge, corner = figure.subplots(1, 3, width_ratios=(1.05, 1, 1))
    windows(drawn)
    for axes, towards in ((edge, "edge"), (corner, "corner")):
        profile(axes, towards, {key: np.array(column) for key, column in table.items()}, named(result, "ring"))
    legend(corner, loc="lower right", fontsize=10)
    figure.suptitle(sentence(result), fontsize=12.5)
    figure.tight_layout()
    return save(figure, folder, name, {"profile": table}, "svg")


def windows(axes):
    """The corner of a padded picture: 4 windows of 3×3 see the corner, 6 an edge, 9 a pixel inside."""
    for row in range(SIDE):
        for column in range(SIDE):
            seen = (3 if row else 2) * (3 if column else 2)
            axes.add_patch(Rectangle((column, -row), 1, -1, facecolor=LAW, alpha=seen / 9, edgecolor="white"))
            axes.text(column + 0.5, -row - 0.5, seen, ha="center", va="center")
    axes.set(xlim=(-0.1, SIDE), ylim=(-SIDE, 0.1), aspect="equal", title="3×3 windows\nthat see a pixel")
    axes.set_axis_off()
    axes.text(0, -SIDE - 0.25, "a corner: 4/9, edges: 6/9,\ninside: 9/9", va="top", fontsize=11)


def profile(axes, towards, table, printed):
    """The mean value at each distance, over that inside."""
    part = {key: column[table["towards"] == towards] for key, column in table.items()}
    law_curve(axes, part["distance"], part["law"], drawstyle="steps-mid")
    simulated(axes, part["distance"], part, "measured")
    axes.set(ylim=(0, 1.25), xlim=(-0.3, max(part["distance"]) + 0.3), xlabel=f"pixels from the {towards}")
    axes.set_xticks(part["distance"])
    axes.set_yticks([0, 4 / 9, 2 / 3, 1], ["0", "4/9", "2/3", "1"])
    axes.set_title(f"mean picture of ones,\ntowards {'an' if towards == 'edge' else 'a'} {towards}")


def sentence(result):
    corner, edge = (named(result, each)["estimate"] for each in ("corner", "edge"))
    return f"Borders are weaker, as fewer windows see them: {edge:.2f} of the inside at edges, {corner:.2f} in corners"


FIGURES = {"boundaries": borders}

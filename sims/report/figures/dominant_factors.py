"""Noise against the size of the filters, of one patch and of pictures."""

import numpy as np

from sims.report.figures.canvas import save
from sims.report.figures.facets import headline, key, short, side_by_side
from sims.report.figures.marks import law_curve, printed_curve, simulated
from sims.report.rows import named

SWEEPS = {
    "patch": "one patch alone",
    "image-stride-1": "a picture, stride 1",
    "image-stride-2": "a picture, stride 2",
}


def factors(folder, name, result):
    """Noise over that of the smallest filter of several pixels, against the filter's size."""
    tables = {sweep: result["tables"][sweep] for sweep in SWEEPS}
    figure, panels = side_by_side(SWEEPS.values(), (8.6, 4.4))
    for axes, table in zip(panels, tables.values()):
        panel(axes, table)
    panels[0].set_ylabel("noise-to-signal, times the filters")
    key(figure, panels)
    headline(figure, sentence(result))
    listed = {sweep: {"geometry": [sweep] * len(table["p"]), **table} for sweep, table in tables.items()}
    return save(figure, folder, name, listed, "svg")


def panel(axes, table):
    """The printed p starts on the law of the first filter of several pixels."""
    sides, law = np.array(table["kernel"]), np.array(table["law"])
    first = min(np.flatnonzero(sides > 1), default=0)
    printed_curve(
        axes,
        sides[first:],
        law[first] * (sides[first:] / sides[first]) ** 2,
        "as printed: as the filter's size",
        zorder=2.5,
    )
    law_curve(axes, sides, law)
    simulated(axes, sides, table, "measured")
    axes.set(xscale="log", yscale="log", xlabel="side of the filters, pixels")
    shown = [side for side in sides if side in (1, 3, 7, 15)] or list(sides)
    axes.set_xticks(shown, [str(side) for side in shown])
    axes.minorticks_off()


def sentence(result):
    growth = [named(result, f"image-stride-{stride}-growth") for stride in (1, 2)]
    said = "In one patch noise grows as the filter's size; in a picture patches overlap, and it hardly grows"
    if not all(growth):
        return said
    sides = [side for side in result["settings"]["kernels"] if side > 1]
    times = " and ".join(short(row["estimate"]) for row in growth)
    ends = " to ".join(f"{side}×{side}" for side in (min(sides), max(sides)))
    return f"From {ends} pixels noise grows as the filter's size in one patch, but only {times} times in a picture"


FIGURES = {"dominant_factors": factors}

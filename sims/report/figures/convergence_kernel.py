"""The filters that one patch needs, against its size."""

import numpy as np

from sims.report.figures.canvas import save
from sims.report.figures.facets import headline, key, side_by_side
from sims.report.figures.marks import law_curve, printed_curve, simulated


def kernel(folder, name, result):
    """N at a relative error of 1, over the law π²p − 1."""
    table = needed(result["rows"])
    figure, [axes] = side_by_side([""], (8, 4.6))
    law_curve(axes, table["size"], table["law"])
    printed_curve(
        axes,
        table["size"],
        table["law"][0] * table["size"] / table["size"][0],
        "as printed: no faster than the size",
        zorder=2.5,
    )
    simulated(axes, table["size"], table)
    axes.set(xscale="log", yscale="log", xlabel="entries of a patch", ylabel="filters for a relative error of 1")
    axes.set_xticks(table["size"], [str(size) for size in table["size"]])
    axes.minorticks_off()
    key(figure, [axes])
    headline(figure, "One patch takes filters in proportion to its size, about ten for each of its entries")
    return save(figure, folder, name, {"size": table}, "svg")


def needed(rows):
    """Of each size of a patch p: filters for a relative error of 1, by law and as measured."""
    own = [(int(row["name"][5:]), row) for row in rows if row["name"].startswith("size-") and row["name"][5:].isdigit()]
    size = np.array([p for p, _ in own])
    law = np.pi**2 * size - 1
    return {
        "size": size,
        "law": law,
        **{key: law * [row[key] for _, row in own] for key in ("estimate", "low", "high")},
    }


FIGURES = {"convergence_kernel": kernel}

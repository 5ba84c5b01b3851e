"""How many filters reach an error."""

import numpy as np

from sims.report.figures.canvas import save
from sims.report.figures.facets import headline, key, side_by_side
from sims.report.figures.marks import law_curve, simulated


def complexity(folder, name, result):
    """Filters against the relative error that they reach."""
    table = result["tables"]["complexity"]
    order = np.argsort(table["epsilon"])
    figure, [axes] = side_by_side([""], (8, 4.6))
    law_curve(axes, np.array(table["epsilon"])[order], np.array(table["law"])[order])
    simulated(axes, table["epsilon"], table, "measured")
    axes.set(xscale="log", yscale="log", xlabel="relative error of a picture", ylabel="filters that it takes")
    axes.set_xticks(table["epsilon"], [f"{each:g}" for each in table["epsilon"]])
    axes.set_yticks(table["law"], [f"{each:.0f}" for each in table["law"]])
    axes.minorticks_off()
    axes.margins(x=0.1, y=0.1)
    key(figure, [axes])
    headline(figure, "Half the error takes four times as many filters")
    return save(figure, folder, name, {"complexity": table}, "svg")


FIGURES = {"sample_complexity": complexity}

"""Theorem 2: correlations of pixels."""

from itertools import product

from sims.report.figures.canvas import save
from sims.report.figures.facets import RULES, headline, key, side_by_side
from sims.report.figures.marks import law_ticks, printed_line, simulated

OFFSETS = {
    "across-1": "1 across",
    "down-1": "1 down",
    "across-2": "2 across",
    "both-2": "2 across,\n2 down",
    "channel": "other\ncolour",
}


def theorem2(folder, name, result):
    """Correlations of pixels of saliency and DeconvNet, at the printed stride and at stride 1."""
    table, stride = result["tables"]["correlation"], result["settings"]["stride"]
    networks = {"paper": f"stride {stride}"} | ({"stride-1": "stride 1"} if stride != 1 else {})
    grid = list(product(networks, ("saliency", "deconvnet")))
    figure, panels = side_by_side(
        [f"{RULES[rule]}, {networks[each]}" for each, rule in grid], (8.6, 6.2), rows=len(networks)
    )
    for axes, (network, rule) in zip(panels, grid):
        panel(axes, table, network, rule)
    for axes in panels[::2]:
        axes.set_ylabel("correlation of pixels")
    key(figure, panels)
    headline(figure, "DeconvNet's noise is not white: pixels of a colour whole strides apart correlate by 1/π")
    return save(figure, folder, name, {"correlation": table}, "svg")


def panel(axes, table, network, rule):
    """One rule in one network: a place along x for every offset of two pixels."""
    chosen = [n for n in range(len(table["rule"])) if (table["network"][n], table["rule"][n]) == (network, rule)]
    part = {key: [column[n] for n in chosen] for key, column in table.items()}
    printed_line(axes, 0, "as printed: white, none correlate")
    law_ticks(axes, range(len(chosen)), part["exact"])
    simulated(axes, range(len(chosen)), part)
    axes.set_xticks(range(len(chosen)), [OFFSETS[each] for each in part["offset"]])
    axes.set(ylim=(-0.15, 0.45), xlim=(-0.5, len(chosen) - 0.5))


FIGURES = {"theorem2": theorem2}

"""Theorem 1's direction."""

from sims.report.figures.canvas import save
from sims.report.figures.facets import headline, key, side_by_side
from sims.report.figures.marks import law_curve, printed_line, simulated

MOST = 0.01  # the strict reading
BOUND = "as printed: approximately, read as 1 % at most"


def direction(folder, name, result):
    """The angle to the direction of Theorem 1 at every N."""
    table = result["tables"]["direction"]
    figure, [axes] = side_by_side([""], (8, 4.4))
    printed_line(axes, MOST, BOUND)
    law_curve(axes, table["filters"], [0] * len(table["filters"]), "our law: the very direction")
    simulated(axes, table["filters"], table, "sine_squared")
    axes.set(
        xscale="log",
        xlabel="number of random filters",
        ylabel="sin² of the angle of the mean picture\nto the printed direction",
    )
    axes.set_xticks(table["filters"], [str(each) for each in table["filters"]])
    axes.minorticks_off()
    axes.set_ylim(min(-1.2 * MOST, *table["low"]), max(1.3 * MOST, *table["high"]))
    key(figure, [axes], ncols=2)
    headline(figure, "Theorem 1 names the direction of the mean picture, and it is exact with any number of filters")
    return save(figure, folder, name, {"direction": table}, "svg")


FIGURES = {"theorem1": direction}

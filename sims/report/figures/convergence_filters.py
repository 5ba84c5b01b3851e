"""Convergence in N, and the overview."""

from sims.report.figures.canvas import save, two
from sims.report.figures.facets import headline, key, side_by_side
from sims.report.figures.marks import LAW, PRINTED, law_curve, simulated
from sims.report.figures.overview import overview


def filters(folder, name, result):
    """cos(s, x) against N, over its law."""
    table, limit = result["tables"]["filters"], result["tables"]["slope"]["limit_cosine"][0]
    figure, [axes] = side_by_side([""], (8, 4.6))
    law_curve(axes, table["filters"], table["cosine_law"])
    simulated(axes, table["filters"], table, "cosine", "cosine_low", "cosine_high")
    axes.axhline(limit, color=LAW, ls=":", lw=2, label="limit of many filters, by our law")
    trend(axes)
    axes.set(xscale="log", ylim=(0, 1), xlabel="number of random filters", ylabel="cosine of a picture with its input")
    axes.set_xticks(table["filters"], [str(each) for each in table["filters"]])
    axes.minorticks_off()
    key(figure, [axes])
    headline(figure, f"More random filters redraw the input better, up to a cosine of {two(limit)}")
    return save(figure, folder, name, {key: result["tables"][key] for key in ("filters", "slope")}, "svg")


def trend(axes):
    """What is printed: better with N."""
    arrow = dict(arrowstyle="-|>", color=PRINTED, lw=2, ls=(0, (4, 2)), mutation_scale=16)
    axes.annotate("", xy=(0.5, 0.93), xytext=(0.2, 0.6), xycoords="axes fraction", arrowprops=arrow)
    axes.text(
        0.19, 0.76, "as printed:\nbetter with\nmore filters", transform=axes.transAxes, color=PRINTED, ha="center"
    )


FIGURES = {"overview": overview, "convergence_filters": filters}

"""Where guided signals pass through VGG-16, trained and random, layer by layer; and which patches are preserved."""

from matplotlib.ticker import PercentFormatter

from sims.report.figures.canvas import BLUE, ORANGE, save
from sims.report.figures.facets import headline, key, side_by_side
from sims.report.figures.photographed import photographed

NETWORKS = {"trained": (BLUE, "o-", "published convolutions"), "random": (ORANGE, "s--", "random convolutions")}
PANELS = {"units": "units that let a signal through", "dead": "places at which no filter does"}


def paths(folder, name, result):
    """Shares by map, the median photograph and nine of ten."""
    table = result["tables"]["paths"]
    figure, panels = side_by_side(PANELS.values(), (9.2, 4.2), sharey=False)
    for axes, quantity in zip(panels, PANELS):
        shown = (
            range(len(table["map"])) if quantity == "units" else range(len(table["map"]) - 2)
        )  # dense layers have one place
        for network, (colour, marker, words) in NETWORKS.items():
            low, middle, high = ([table[f"{network}-{quantity}-{q}"][n] for n in shown] for q in (5, 50, 95))
            axes.fill_between(shown, low, high, color=colour, alpha=0.2, lw=0)
            axes.plot(shown, middle, marker, color=colour, label=words, ms=6)
        axes.set_xticks(shown, [table["map"][n] for n in shown], rotation=40, ha="right")
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.set_ylim(bottom=0)
    key(figure, panels)
    last = table["map"].index("conv5_3")
    numbers = (f"{100 * table[f'{network}-units-50'][last]:.1f} %" for network in NETWORKS)
    headline(
        figure,
        "Guided signals pass through {} of the units of conv5_3 in the trained network, {} in a random one".format(
            *numbers
        ),
    )
    return save(figure, folder, name, {"paths": table}, "svg")


FIGURES = {"active_patches": photographed, "active_paths": paths}

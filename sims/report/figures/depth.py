"""What depth does: to the class, and to the mean of an entry."""

from sims.report.figures.canvas import save, two
from sims.report.figures.facets import RULES, headline, key, side_by_side
from sims.report.figures.marks import law_curve, printed_line, simulated


def depth(folder, name, result):
    """The similarity of two classes' signals against depth, rule by rule."""
    tables = result["tables"]
    figure, panels = side_by_side(RULES.values())
    for axes, rule in zip(panels, RULES):
        table = tables[f"similarity-{rule}"]
        law_curve(axes, tables["laws"]["layers"], tables["laws"][f"similarity-{rule}"])
        simulated(axes, table["layers"], table)
        axes.set(xlabel="ReLU layers", ylim=(-0.06, 1.06))
    panels[0].set_ylabel("cosine of two classes' signals")
    key(figure, panels)
    headline(figure, "Depth takes the class out of guided backpropagation and DeconvNet, and not out of saliency")
    kept = ("laws", *(f"similarity-{rule}" for rule in RULES))
    return save(figure, folder, name, {key: tables[key] for key in kept}, "svg")


def signal(folder, name, result):
    """The mean of an entry of guided's signal against depth."""
    tables, table = result["tables"], result["tables"]["mean"]
    figure, [axes] = side_by_side([""], (7, 4.2))
    printed_line(axes, 0, "as printed: zero mean")
    law_curve(axes, tables["laws"]["layers"], tables["laws"]["mean"])
    simulated(axes, table["layers"], table)
    axes.set(xlabel="ReLU layers", ylabel="mean of an entry, in deviations", ylim=(-0.02, None))
    key(figure, [axes])
    most = two(max(table["law"]))
    headline(figure, f"The entries of guided backpropagation's signal have a small mean, up to {most} deviations")
    return save(figure, folder, name, {key: tables[key] for key in ("laws", "mean")}, "svg")


FIGURES = {"depth": depth, "depth_signal": signal}

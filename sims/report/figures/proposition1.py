"""What is left of Proposition 1: neighbours correlate, and guided's mean stays in wide layers."""

import numpy as np

from sims.report.figures.canvas import by_width, of_rule, save, two
from sims.report.figures.facets import RULES, headline, key, layers_of, side_by_side
from sims.report.figures.marks import law_curve, printed_line, simulated


def neighbours(folder, name, result):
    """The correlation of neighbours in a channel against depth, rule by rule."""
    tables, table = result["tables"], result["tables"]["neighbours"]
    figure, panels = side_by_side(RULES.values())
    for axes, rule in zip(panels, RULES):
        printed_line(axes, 0, "as printed: independent")
        law_of_neighbours(axes, rule, tables["laws"])
        part = of_rule(table, rule)
        simulated(axes, apart(part["layers"], part["channels"]), part)
        axes.set(xlabel="ReLU layers", ylim=(-0.06, 1.06))
        axes.set_xticks(sorted(set(part["layers"])))
    panels[-1].text(0.97, 0.1, "no law: measured", transform=panels[-1].transAxes, ha="right", fontsize=10)
    panels[0].set_ylabel("correlation of neighbours in a channel")
    key(figure, panels)
    headline(figure, sentence(of_rule(table, "guided")))
    return save(figure, folder, name, {key: tables[key] for key in ("neighbours", "laws")}, "svg")


def law_of_neighbours(axes, rule, laws):
    """Guided backpropagation has none."""
    if rule == "guided":
        return
    law_curve(axes, laws["depth"], laws["neighbours"] if rule == "deconvnet" else np.zeros(len(laws["depth"])))


def apart(layers, channels):
    """Stacks of several widths beside each other."""
    order = np.unique(channels, return_inverse=True)[1]
    return layers + 0.3 * (order - order.max() / 2)


def sentence(guided):
    """Of the widest stack."""
    widest = guided["channels"] == max(guided["channels"])
    layers, found = guided["layers"][widest], guided["estimate"][widest]
    below = [f"{two(found[n])} below {layers_of(layers[n])}" for n in dict.fromkeys((0, len(layers) - 1))]
    return f"Neighbouring entries of guided's signal are not independent: they correlate by {', '.join(below)}"


def means(folder, name, result):
    """An entry's mean against width, rule by rule."""
    table = result["tables"]["means"]
    widths = sorted(set(table["width"]))
    figure, panels = side_by_side(RULES.values())
    for axes, rule in zip(panels, RULES):
        part = of_rule(table, rule)
        printed_line(axes, 0, "as printed: zero mean")
        law_curve(axes, [widths[0], widths[-1]], [part["law"][-1]] * 2, "our law of wide layers")
        simulated(axes, part["width"], part)
        by_width(axes, widths)
        axes.tick_params(axis="x", labelrotation=45)
    panels[0].set(ylabel="mean of an entry, in deviations", ylim=(-0.06, 0.36))
    key(figure, panels)
    headline(figure, "Guided backpropagation keeps the small mean of its entries however wide the layers")
    return save(figure, folder, name, {"means": table}, "svg")


FIGURES = {"proposition1": neighbours, "proposition1_means": means}

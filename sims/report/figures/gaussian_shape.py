"""How far an entry's law is from the normal one, in width and in depth, and its density."""

import numpy as np
from scipy.stats import norm

from sims.report.figures.canvas import by_width, of_rule, save, two
from sims.report.figures.facets import RULES, headline, key, side_by_side
from sims.report.figures.marks import LAW, PRINTED, SIMULATED, law_curve, law_ticks, printed_line, simulated
from sims.report.rows import named

NEAR, TAILED = 0.05, 0.2  # the charitable readings
MEASURED = 64  # neurons: below, an excess kurtosis is all in rare networks


def gaussian_shape(folder, name, result):
    """Distance from the normal law against width, excess kurtosis against depth, rule by rule."""
    tables = result["tables"]
    names = [*RULES.values(), *[""] * len(RULES)]
    figure, panels = side_by_side(names, (8.6, 7), sharey="row", rows=2)
    for near, tails, rule in zip(panels, panels[len(RULES) :], RULES):
        distances(near, tables, rule)
        kurtoses(tails, result, rule)
    panels[0].set_ylabel("distance from the normal law\n(Kolmogorov)")
    panels[len(RULES)].set_ylabel("excess kurtosis\n(0: normal tails)")
    for axes in panels:
        axes.set_ylim(0, None)
    key(figure, panels, ncols=2)
    headline(figure, sentence(result))
    kept = ("by_width", "law_width", "by_depth", "law_layers")
    return save(figure, folder, name, {key: tables[key] for key in kept}, "svg")


def distances(axes, tables, rule):
    """Of one rule, against width."""
    part, law = of_rule(tables["by_width"], rule), tables["law_width"]
    printed_line(axes, NEAR, "as printed: Gaussian, read as below this line")
    if rule == "guided":
        axes.axhline(law["guided_limit"][0], color=LAW, lw=2.5, ls=":", label="our law of wide layers")
    else:
        law_curve(axes, law["width"], law["distance"])
    simulated(axes, part["width"], part, "distance", "distance_low", "distance_high")
    by_width(axes, sorted(set(part["width"])))


def kurtoses(axes, result, rule):
    """Of one rule, against depth; guided backpropagation has a law at single depths."""
    tables = result["tables"]
    part = of_rule(tables["by_depth"], rule)
    printed_line(axes, TAILED, "as printed: Gaussian, read as below this line")
    if rule == "guided":
        law_ticks(axes, part["layers"], [law_of(result, rule, layers) for layers in part["layers"]])
    else:
        law_curve(axes, tables["law_layers"]["layers"], tables["law_layers"]["kurtosis"])
    simulated(axes, part["layers"], part, "kurtosis", "kurtosis_low", "kurtosis_high")
    axes.set(xlabel=f"ReLU layers of {result['settings']['width']}")
    axes.set_xticks(part["layers"])


def law_of(result, rule, layers):
    """The kurtosis that a row of laws says; no number where it is not judged."""
    row = named(result, f"kurtosis-{rule}-depth-{result['settings']['width']}-layers-{layers}")
    return row["law"] if row else np.nan


def sentence(result):
    """Of guided backpropagation in the deepest networks."""
    deep = of_rule(result["tables"]["by_depth"], "guided")
    tails = two(deep["kurtosis"][-1])
    return (
        "Entries are near to Gaussian in wide layers, and less so with depth: guided's have an excess "
        f"kurtosis of {tails} below {deep['layers'][-1]} layers of {result['settings']['width']}"
    )


def density(folder, name, result):
    """The density of an entry of guided backpropagation's signal, of narrow and of wide layers."""
    table = result["tables"]["quantiles"]
    widths = sorted(int(column.removeprefix("guided-")) for column in table if column.startswith("guided-"))
    figure, panels = side_by_side([f"{n} neurons per layer" for n in widths], (8.4, 4.2))
    for axes, n in zip(panels, widths):
        steps(axes, np.array(table["probability"]), np.array(table[f"guided-{n}"]))
        axes.set(xlabel="an entry, in deviations", xlim=(-3.6, 3.6), ylim=(0, None))
    panels[0].set_ylabel("density")
    key(figure, panels)
    headline(figure, "Of narrow layers guided backpropagation's entries are no Gaussians; of wide ones they nearly are")
    columns = ("probability", *(f"guided-{n}" for n in widths))
    return save(figure, folder, name, {"quantiles": {key: table[key] for key in columns}}, "svg")


def steps(axes, probability, quantiles, every=3):
    """The density between every few quantiles, over the normal one."""
    x = np.linspace(-3.6, 3.6, 181)
    edges, mass = quantiles[::every], np.diff(probability[::every])
    axes.stairs(
        mass / np.diff(edges), edges, fill=True, color=SIMULATED, alpha=0.35, label="simulated, without the tails"
    )
    axes.plot(x, norm.pdf(x), color=PRINTED, ls=(0, (4, 2)), lw=2, label="as printed: a Gaussian")


FIGURES = {"gaussian_shape": gaussian_shape, "gaussian_density": density}

"""How far two classes' maps are apart, over saliency's."""

import numpy as np

from sims.report.figures.canvas import of_rule, save
from sims.report.figures.facets import RULES, headline, key, layers_of, short, side_by_side
from sims.report.figures.marks import law_ticks, printed_line, simulated
from sims.report.rows import named

MUCH = "as printed of VGG-16: much less, read as half"


def insensitivity(folder, name, result):
    """Distance of two logits' maps over saliency's, in stacks of some layers and in VGG-16."""
    rules = ("deconvnet", "guided")
    figure, panels = side_by_side([RULES[rule] for rule in rules], (8.4, 4.4))
    for axes, rule in zip(panels, rules):
        panel(axes, of_rule(result["tables"]["by_depth"], rule), vgg16(result, rule))
    panels[0].set_ylabel("average distance of two classes' maps,\nover that under saliency")
    key(figure, panels)
    headline(figure, sentence(result, rules))
    rows = [vgg16(result, rule) for rule in rules]
    table = {key: [row[key] for row in rows if row] for key in ("name", "estimate", "low", "high")}
    return save(figure, folder, name, {"by_depth": result["tables"]["by_depth"], "vgg16": table}, "svg")


def vgg16(result, rule):
    """The reading of VGG-16 of maps whose entries are rescaled to [0, 1], as those of stacks are."""
    return named(result, f"vgg16-{rule}-twice-range")


def panel(axes, part, row):
    """One rule: places are numbers of layers, and VGG-16."""
    places = np.arange(len(part["layers"]))
    law_ticks(axes, places, part["ratio_law"])
    simulated(axes, places, part, "ratio", "ratio_low", "ratio_high")
    if row:
        simulated(axes, [len(places)], {key: [row[key]] for key in ("estimate", "low", "high")})
    printed_line(axes, 0.5, MUCH)
    labels = [*map(layers_of, part["layers"]), *(["VGG-16"] if row else [])]
    axes.set_xticks(range(len(labels)), labels)
    axes.set(ylim=(-0.06, 1.06), xlim=(-0.5, len(labels) - 0.5))
    axes.axhline(0, color="black", lw=0.8)


def sentence(result, rules):
    rows = [vgg16(result, rule) for rule in rules]
    if not all(rows):
        return "Two classes' maps come together layer by layer"
    near = [short(row["estimate"]) for row in rows]
    return (
        "Two classes' maps come together with depth: in a random VGG-16 DeconvNet's are "
        f"{near[0]}, guided's {near[1]} as far apart as saliency's"
    )


FIGURES = {"insensitivity": insensitivity}

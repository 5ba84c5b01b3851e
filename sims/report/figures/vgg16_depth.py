"""Three layers against VGG-16: what each rule shows of x."""

from sims.report.figures.canvas import save
from sims.report.figures.facets import RULES, headline, key, rows_along, side_by_side
from sims.report.rows import named

NETWORKS = {"three-layer": "three layers", "vgg16": "VGG-16"}
KINDS = {"guided": "interpretable", "deconvnet": "interpretable", "saliency": "unlike"}
SENTENCE = "VGG-16 shows of the input about what three layers with pooling show: much, some and nothing, by the rule"


def vgg16_depth(folder, name, result):
    """How much pictures show of x, rule by rule, in both networks."""
    words = {
        f"{net}-{rule}-{kind}": f"{RULES[rule]}: {NETWORKS[net]}" for rule, kind in KINDS.items() for net in NETWORKS
    }
    rows = {key: row for key in words if (row := named(result, key))}
    figure, [axes] = side_by_side([""], (8.4, 4.6))
    rows_along(axes, [*rows.values()], [words[key] for key in rows])
    axes.set(xlim=(-0.1, 1.02), xlabel="seen of the input: cosine at 64×64, locally normalised\n(saliency: all pixels)")
    key(figure, [axes])
    headline(figure, SENTENCE)
    table = {key: [row[key] for row in rows.values()] for key in ("name", "estimate", "low", "high")}
    return save(figure, folder, name, {"rows": table}, "svg")


FIGURES = {"vgg16_depth": vgg16_depth}

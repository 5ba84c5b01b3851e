"""Cosine and distance of two logits' pictures."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import GREY, RED, RULE_COLOURS, beside, of_rule, points, save


def insensitivity(folder, name, result):
    """Cosine and distance of two logits' pictures against depth, and for several inputs."""
    tables = result["tables"]
    figure = Figure((14, 4.4))
    left, middle, right = figure.subplots(1, 3)
    inputs = list(dict.fromkeys(tables["by_input"]["input"]))
    for rule, colour in RULE_COLOURS.items():
        part = of_rule(tables["by_depth"], rule)
        left.plot(tables["laws"]["layers"], tables["laws"][rule], color=colour, lw=2)
        points(left, beside(part["layers"], rule), part, "cosine", colour, rule, "cosine_low", "cosine_high")
        if rule == "saliency":
            continue
        middle.plot(part["layers"], part["ratio_law"], color=colour, lw=2)
        points(middle, beside(part["layers"], rule), part, "ratio", colour, rule, "ratio_low", "ratio_high")
        part = of_rule(tables["by_input"], rule)
        points(right, beside(np.arange(len(inputs)), rule), part, "cosine", colour, rule, "cosine_low", "cosine_high")
        right.plot(range(len(inputs)), part["cosine_law"], color=colour, lw=2, zorder=0)
    settings = result["settings"]
    left.set(
        xlabel="ReLU layers",
        ylabel="mean cosine of two logits' pictures",
        title=f"{settings['logits']} logits, all pairs, {settings['width']} neurons",
        ylim=(-0.05, 1.05),
    )
    middle.axhline(1, color=GREY, lw=1)
    middle.axhline(0.5, color=RED, ls="--", lw=1, label="as printed, of VGG-16: much less")
    middle.set(
        xlabel="ReLU layers",
        ylabel="average l2 distance over saliency's",
        title="Two classes' maps come together layer by layer",
        ylim=(0, 1.05),
    )
    right.set(
        ylabel="mean cosine of two logits' pictures",
        title=f"{part['layers'][0]} layers: the law does not ask for the input",
        ylim=(0, 1.05),
    )
    right.set_xticks(range(len(inputs)), [each.replace("-", "\n") for each in inputs], fontsize=9)
    for axes in (left, middle, right):
        axes.legend(
            title="lines: law of wide layers",
            fontsize=9,
            title_fontsize=9,
            loc="lower left" if axes is not left else "center right",
        )
    figure.tight_layout()
    return save(figure, folder, name, {key: tables[key] for key in ("by_depth", "laws", "by_input")}, "svg")


FIGURES = {"insensitivity": insensitivity}

"""The mean-field laws of depth."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREY, ORANGE, RED, RULE_COLOURS, by_width, points, save


def laws(folder, name, result):
    """r and mean over sd, class similarity by rule, and narrow stacks' distance from the law."""
    tables = result["tables"]
    curve = tables["laws"]
    figure = Figure((14, 4.4))
    left, middle, right = figure.subplots(1, 3)
    for quantity, colour, label in (
        ("recovery", BLUE, "r: activations over noise"),
        ("mean", ORANGE, "mean over sd of an entry"),
    ):
        left.plot(curve["layers"], curve[quantity], color=colour, lw=2)
        points(left, tables[quantity]["layers"], tables[quantity], "estimate", colour, label)
    left.axhline(0, color=RED, ls="--", label="as printed: zero mean, independent")
    left.set(
        xlabel="ReLU layers crossed",
        ylabel="in standard deviations of the noise",
        title="Guided signals hold the activations",
        ylim=(-0.03, 0.95),
    )
    left.legend(loc="upper left", fontsize=9)
    for rule, colour in RULE_COLOURS.items():
        middle.plot(curve["layers"], curve[f"similarity-{rule}"], color=colour, lw=2)
        table = tables[f"similarity-{rule}"]
        points(middle, table["layers"], table, "estimate", colour, rule)
    middle.set(
        xlabel="ReLU layers crossed",
        ylabel="cosine of two logits' signals",
        ylim=(-0.05, 1.05),
        title="Depth makes them class-insensitive",
    )
    middle.legend(
        title=f"{result['settings']['width']} neurons; lines: laws",
        fontsize=9,
        title_fontsize=9,
        loc="center right",
        bbox_to_anchor=(1, 0.35),
    )
    narrow = tables["narrow"]
    points(right, narrow["width"], narrow, "estimate", BLUE, "simulated, guided")
    width = np.array(narrow["width"])
    right.plot(width, narrow["estimate"][-1] * width[-1] / width, color=GREY, ls=":", label="∝ 1/width")
    right.set(yscale="log", ylabel="law less E⟨R, R'⟩/E‖R‖²", title="Finite widths come to the law as 1/width")
    by_width(right, narrow["width"])
    right.legend()
    figure.tight_layout()
    kept = ("laws", "recovery", "mean", *(f"similarity-{rule}" for rule in RULE_COLOURS), "narrow")
    return save(figure, folder, name, {key: tables[key] for key in kept}, "svg")


FIGURES = {"depth": laws}

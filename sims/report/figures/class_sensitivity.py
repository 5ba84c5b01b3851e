"""How much of a picture does not depend on the class."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import GREY, RED, RULE_COLOURS, save


def classes(folder, name, result):
    table = result["tables"]["similarity"]
    figure = Figure((7.2, 4.4))
    axes = figure.subplots()
    for rule, colour in RULE_COLOURS.items():
        for pooled, marker in ((False, "o"), (True, "s")):
            chosen = [n for n in range(len(table["rule"])) if table["rule"][n] == rule and table["pooled"][n] == pooled]
            x = np.array([table["filters"][n] for n in chosen]) * (1.12 if pooled else 1)
            part = {key: np.array([table[key][n] for n in chosen], float) for key in ("estimate", "low", "high", "law")}
            spread = [part["estimate"] - part["low"], part["high"] - part["estimate"]]
            axes.errorbar(
                x,
                part["estimate"],
                spread,
                fmt=marker,
                ms=6,
                capsize=3,
                color=colour,
                mfc="white" if pooled else colour,
                label=f"{rule}, 2×2 pooling" if pooled else rule,
                zorder=3,
            )
            if not pooled:
                axes.scatter(x, part["law"], marker="_", s=260, lw=2.5, color=colour)
    law = result["tables"]["pooled_law"]
    for rule in dict.fromkeys(law["rule"]):
        chosen = [n for n in range(len(law["rule"])) if law["rule"][n] == rule]
        axes.plot(
            [law["filters"][n] for n in chosen],
            [law["predicted"][n] for n in chosen],
            ":",
            color=RULE_COLOURS[rule],
            lw=2,
        )
    axes.scatter([], [], marker="_", s=260, lw=2.5, color=GREY, label="exact law")
    axes.plot([], [], ":", color=GREY, lw=2, label="from one filter and the law")
    axes.axhline(1, color=RED, ls="--", label="same for every class")
    axes.set(
        xscale="log",
        xlabel="number of filters N",
        ylabel="similarity of two logits' pictures",
        ylim=(-0.08, 1.08),
        title="How much of a picture does not depend on the class",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return save(figure, folder, name, {"similarity": table, "pooled_law": law}, "svg")


FIGURES = {"class_sensitivity": classes}

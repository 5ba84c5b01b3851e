"""Theorem 2: correlations of pixels, and marginals."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import ORANGE, RED, RULE_COLOURS, points, save


def theorem2(folder, name, result):
    table = result["tables"]["correlation"]
    figure = Figure((12.5, 4.4))
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
    labels = [f"{network}\n{offset}" for network, offset in zip(table["network"], table["offset"])]
    order = list(dict.fromkeys(labels))
    for shift, rule in ((-0.12, "saliency"), (0.12, "deconvnet")):
        chosen = [n for n, each in enumerate(table["rule"]) if each == rule]
        x = np.array([order.index(labels[n]) for n in chosen]) + shift
        part = {key: [table[key][n] for n in chosen] for key in ("estimate", "low", "high", "exact")}
        points(left, x, part, "estimate", RULE_COLOURS[rule], f"{rule}, simulated")
        left.scatter(x, part["exact"], marker="_", s=260, lw=2.5, color=ORANGE, label="exact" if shift > 0 else None)
    left.axhline(0, color=RED, lw=1.5, label="as printed: white", zorder=0)
    left.set(ylabel="correlation of two pixels", title="DeconvNet is not white: pixels whole strides apart share 1/π")
    left.set_xticks(range(len(order)), order, fontsize=8)
    left.legend(fontsize=9, loc="upper center", ncols=2)
    left.set_ylim(-0.1, 0.55)
    for rule in ("saliency", "deconvnet"):
        part = result["tables"][f"{rule}-marginal"]
        points(right, part["filters"], part, "distance", RULE_COLOURS[rule], f"{rule}, DKW band")
    right.set(
        xscale="log",
        xlabel="number of filters N",
        ylabel="Kolmogorov distance from normal",
        title="Marginals become normal",
        ylim=(0, None),
    )
    right.legend()
    figure.tight_layout()
    return save(
        figure,
        folder,
        name,
        {key: result["tables"][key] for key in ("correlation", "saliency-marginal", "deconvnet-marginal")},
        "svg",
    )


FIGURES = {"theorem2": theorem2}

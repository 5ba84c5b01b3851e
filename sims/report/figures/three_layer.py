"""Figures of the three-layer theory beyond Theorem 1: noise, locality, pooling, classes, perturbations, weights,
biases.
"""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, RULE_COLOURS, picture, points, save, two


def forest(folder, name, claim, result):
    """Every row of a claim: how far the measured and the printed value lie from the exact one, in margins."""
    rows = [row for row in result["rows"] if row["exact"] is not None]
    place = np.arange(len(rows))[::-1]
    figure = Figure((8, 1.4 + 0.3 * len(rows)))
    axes = figure.subplots()
    scaled = {
        key: np.array([(row[key] - row["exact"]) / row["margin"] for row in rows])
        for key in ("estimate", "low", "high")
    }
    axes.axvspan(-1, 1, color=GREY, alpha=0.15, label="margin")
    axes.axvline(0, color=ORANGE, lw=2, label="exact law")
    spread = [scaled["estimate"] - scaled["low"], scaled["high"] - scaled["estimate"]]
    axes.errorbar(scaled["estimate"], place, xerr=spread, fmt="o", ms=5, capsize=3, color=BLUE, label="simulated")
    missed = [(y, r) for y, r in zip(place, rows) if r["verdict"] == "corrected"]
    off = [(y, np.clip((r["printed"] - r["exact"]) / r["margin"], -4, 4)) for y, r in missed]
    if off:
        axes.scatter(
            *np.array(off)[:, ::-1].T,
            marker="X",
            s=60,
            color=RED,
            label="as printed, where refuted (±4: 4 or more)",
            zorder=3,
        )
    axes.set(xlim=(-4.4, 4.4), xlabel="distance from the exact law, in margins", title=result["title"])
    axes.set_yticks(place, [row["name"] for row in rows])
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    table = {
        key: [row[key] for row in rows] for key in ("name", "estimate", "low", "high", "exact", "printed", "margin")
    }
    return save(figure, folder, name, {"rows": table})


def theorem2(folder, name, claim, result):
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
    )


def local(folder, name, claim, result):
    """The papers' panels: rules × CNN and FCN, and the sweeps over N and N_h."""
    panel, sweep = result["tables"]["panel"], result["tables"]["gallery"]
    figure = Figure((15, 6.4))
    above, below = figure.subfigures(2, 1, height_ratios=(1.2, 1))
    above.suptitle(
        "Local connections: only guided backpropagation in a CNN redraws the input \n(CNN at "
        "224×224×3, 256 filters above; FCN 4096 neurons at 224×224×3 above, 64×64×3 below)",
        fontsize=14,
    )
    titles = [
        f"{title}\ncos {two(found)}, law {law:.2f}"
        for title, found, law in zip(panel["title"], panel["cosine"], panel["law"])
    ]
    for axes, file, title in zip(above.subplots(1, 6), panel["name"], titles):
        picture(axes, folder, claim, file, title)
    order = sorted(range(len(sweep["name"])), key=lambda n: sweep["name"][n].startswith("connected"))
    for axes, n in zip(below.subplots(1, len(order)), order):
        kind, *_, size = sweep["name"][n].split("-")
        title = f"{int(size):,} {'filters' if kind == 'convolved' else 'neurons'}"
        picture(
            axes, folder, claim, sweep["name"][n], f"{title}\ncos {sweep['cosine'][n]:.2f}, law {sweep['law'][n]:.2f}"
        )
    for part in (above, below):
        part.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.74, wspace=0.06)
    return save(figure, folder, name, {"panel": panel, "gallery": sweep})


def pooling(folder, name, claim, result):
    limits, public = result["tables"]["limits"], result["tables"]["public"]
    figure = Figure((15, 7.4), layout="constrained")
    grid = figure.subplots(2, 5)
    picture(grid[0, 0], folder, claim, "x", "the input x\n\n")
    picture(grid[1, 0], folder, claim, "guided", f"guided, no pooling\nexact limit\ncos {limits['unpooled'][1]:.2f}")
    for n, (rule, order) in enumerate(zip(limits["rule"], limits["order"])):
        row, column = ("deconvnet", "guided").index(rule), 1 + (order == "pool-relu")
        title = (
            f"{rule}, 2×2, {order}\nexact limit, cos {limits['cosine_with_x'][n]:.2f}\nwith high-pass "
            f"{limits['with_high_pass'][n]:.2f}"
        )
        picture(grid[row, column], folder, claim, f"{rule}-{order}", title)
    for n, (rule, order) in enumerate(zip(public["rule"], public["order"])):
        row, column = ("deconvnet", "guided").index(rule), 3 + (order == "pool-relu")
        title = (
            f"{rule}, 9×9 stride 1, {order}\nsimulated mean, cos "
            f"{two(public['cosine_with_x'][n])}\nwith high-pass {two(public['with_high_pass'][n])}"
        )
        picture(grid[row, column], folder, claim, f"{rule}-9x9-{order}", title)
    figure.suptitle(
        "With max-pooling DeconvNet draws edges, not x; guided backpropagation loses part of x", fontsize=14
    )
    return save(figure, folder, name, {"limits": limits, "public": public})


def classes(folder, name, claim, result):
    table = result["tables"]["similarity"]
    figure = Figure((7.2, 4.4))
    axes = figure.subplots()
    for rule, colour in RULE_COLOURS.items():
        for pooled, marker in ((False, "o"), (True, "s")):
            chosen = [n for n in range(len(table["rule"])) if table["rule"][n] == rule and table["pooled"][n] == pooled]
            x = np.array([table["filters"][n] for n in chosen]) * (1.12 if pooled else 1)
            part = {
                key: np.array([table[key][n] for n in chosen], float) for key in ("estimate", "low", "high", "exact")
            }
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
                axes.scatter(x, part["exact"], marker="_", s=260, lw=2.5, color=colour)
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
    axes.plot([], [], ":", color=GREY, lw=2, label="from one filter and the limit")
    axes.axhline(1, color=RED, ls="--", label="same for every class")
    axes.set(
        xscale="log",
        xlabel="number of filters N",
        ylabel="similarity of two logits' pictures",
        ylim=(-0.08, 1.08),
        title="How much of a picture does not depend on the class",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return save(figure, folder, name, {"similarity": table, "pooled_law": law})


def attack(folder, name, claim, result):
    table = result["tables"]["similarity"]
    figure = Figure((7.2, 4.2))
    axes = figure.subplots()
    for rule, kind, marker, colour in (
        ("saliency", "random", "o", GREEN),
        ("saliency", "fgsm", "X", GREEN),
        ("guided", "fgsm", "X", BLUE),
        ("deconvnet", "fgsm", "X", PURPLE),
    ):
        chosen = [n for n in range(len(table["rule"])) if (table["rule"][n], table["kind"][n]) == (rule, kind)]
        label = f"{rule}, {'FGSM' if kind == 'fgsm' else 'random signs'}"
        axes.plot(
            [table["epsilon"][n] for n in chosen],
            [table["similarity"][n] for n in chosen],
            marker,
            ms=8,
            color=colour,
            mfc="white" if kind == "random" else colour,
            label=label,
        )
    chosen = [n for n in range(len(table["rule"])) if (table["rule"][n], table["kind"][n]) == ("saliency", "random")]
    axes.plot(
        [table["epsilon"][n] for n in chosen],
        [table["saliency_law"][n] for n in chosen],
        color=ORANGE,
        lw=2,
        zorder=0,
        label="angle law (π − θ)/π",
    )
    axes.set(
        xlabel="perturbation ε over the range of x",
        ylabel="similarity before and after",
        ylim=(0.7, 1.02),
        title="What a perturbation changes",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return save(figure, folder, name, {"similarity": table})

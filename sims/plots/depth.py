"""Figures of depth: the mean-field laws, what is left of Proposition 1, and deep networks' pictures."""

import numpy as np
from matplotlib.figure import Figure
from scipy.stats import norm

from sims.plots.canvas import BLUE, GREY, ORANGE, RED, RULE_COLOURS, picture, points, save, two


def laws(folder, name, claim, result):
    """r and mean over sd, class similarity by rule, and narrow stacks' distance from the law."""
    tables = result["tables"]
    curve = tables["laws"]
    figure = Figure((14, 4.4))
    left, middle, right = figure.subplots(1, 3)
    for quantity, colour, label in (("recovery", BLUE, "r: activations over noise"), ("mean", ORANGE, "mean over sd of an entry")):
        left.plot(curve["layers"], curve[quantity], color=colour, lw=2)
        points(left, tables[quantity]["layers"], tables[quantity], "estimate", colour, label)
    left.axhline(0, color=RED, ls="--", label="as printed: zero mean, independent")
    left.set(xlabel="ReLU layers crossed", ylabel="in standard deviations of the noise", title="Guided signals hold the activations", ylim=(-0.03, 0.95))
    left.legend(loc="upper left", fontsize=9)
    for rule, colour in RULE_COLOURS.items():
        middle.plot(curve["layers"], curve[f"similarity-{rule}"], color=colour, lw=2)
        table = tables[f"similarity-{rule}"]
        points(middle, table["layers"], table, "estimate", colour, rule)
    middle.set(xlabel="ReLU layers crossed", ylabel="cosine of two logits' signals", ylim=(-0.05, 1.05),
               title="Depth makes them class-insensitive")
    middle.legend(title=f"{result['settings']['width']} neurons; lines: laws", fontsize=9, title_fontsize=9, loc="center right", bbox_to_anchor=(1, 0.35))
    narrow = tables["narrow"]
    points(right, narrow["width"], narrow, "estimate", BLUE, "simulated, guided")
    width = np.array(narrow["width"])
    right.plot(width, narrow["estimate"][-1] * width[-1] / width, color=GREY, ls=":", label="∝ 1/width")
    right.set(yscale="log", ylabel="law less E⟨R, R'⟩/E‖R‖²", title="Finite widths come to the law as 1/width")
    by_width(right, narrow["width"])
    right.legend()
    figure.tight_layout()
    kept = ("laws", "recovery", "mean", *(f"similarity-{rule}" for rule in RULE_COLOURS), "narrow")
    return save(figure, folder, name, {key: tables[key] for key in kept})


def proposition1(folder, name, claim, result):
    """Mean against width, distance from the normal law against width, and quantiles against the normal law's."""
    tables = result["tables"]
    figure = Figure((14, 4.4))
    left, middle, right = figure.subplots(1, 3)
    widths = sorted(set(tables["means"]["width"]))
    for rule, colour in RULE_COLOURS.items():
        rows = [n for n, each in enumerate(tables["means"]["rule"]) if each == rule]
        part = {key: [tables["means"][key][n] for n in rows] for key in ("width", "estimate", "low", "high", "exact")}
        points(left, part["width"], part, "estimate", colour, rule)
        left.plot(part["width"], part["exact"], color=colour, lw=2)
        rows = [n for n, each in enumerate(tables["shape"]["rule"]) if each == rule]
        part = {key: [tables["shape"][key][n] for n in rows] for key in ("width", "distance", "low", "high")}
        points(middle, np.array(part["width"]) * 1.06 ** (2 * list(RULE_COLOURS).index(rule) - 2), part, "distance", colour, rule)
        widest = max(tables["shape"]["width"])
        drawn = np.array(tables["quantiles"][f"{rule}-{min(widths)}"])
        normal = norm.ppf((np.arange(len(drawn)) + 0.5) / len(drawn))
        right.plot(normal, drawn, ".", color=colour, alpha=0.6, label=f"{rule}, {min(widths)} neurons")
        right.plot(normal, tables["quantiles"][f"{rule}-{widest}"], color=colour, lw=1.5, label=f"{rule}, {widest} neurons")
    left.set(ylabel="mean over sd of an entry", title="Guided's mean does not vanish with width")
    by_width(left, widths)
    left.legend(title="lines: laws of wide layers", fontsize=9)
    middle.set(ylabel="Kolmogorov distance", ylim=(0, None), title="Marginals of wide networks are close to normal")
    by_width(middle, sorted(set(tables["shape"]["width"])))
    middle.legend(title="bars: DKW bands", fontsize=9)
    right.axline((0, 0), slope=1, color=GREY, lw=1, zorder=0)
    right.set(xlabel="quantile of the normal law", ylabel="quantile of an entry", title="Narrow networks have heavy tails (4 ReLU layers)")
    right.legend(fontsize=8)
    figure.tight_layout()
    return save(figure, folder, name, {key: tables[key] for key in ("means", "shape", "quantiles")})


def layerwise(folder, name, claim, result):
    """What class means leave, by depth, and how uniform the pictures of ones are, by layer."""
    left, ones = result["tables"]["left"], result["tables"]["ones"]
    figure = Figure((10.5, 4.2), layout="constrained")
    energy, maps = figure.subplots(1, 2)
    law = np.array(left["law"])
    part = {key: np.array(left[key]) * law for key in ("estimate", "low", "high")}
    energy.plot(left["layers"], law, color=ORANGE, lw=2, label="(1 − 1/K)(1 − similarity), K = 5")
    points(energy, left["layers"], part, "estimate", BLUE, "simulated, guided")
    energy.set(yscale="log", xlabel="ReLU layers crossed", ylabel="energy left, of unit signals", title="Class means take what depth makes common")
    energy.legend()
    for key, colour, label in (("uniform", BLUE, "cosine with a constant"), ("border", RED, "edge over inside")):
        maps.plot(ones["layer"], ones[key], "o-", color=colour, label=label)
    maps.axhline(1, color=GREY, lw=0.8)
    maps.set(xlabel="layer, from the input up", ylim=(0, 1.08), title="Mean pictures of ones: uniform, with weaker borders")
    maps.set_xticks(ones["layer"])
    maps.legend(loc="lower right")
    return save(figure, folder, name, {"left": left, "ones": ones})


def by_width(axes, widths):
    """A logarithmic axis of widths, with a tick at each."""
    axes.set_xscale("log", base=2)
    axes.set_xticks(widths, [str(width) for width in widths])
    axes.set_xlabel("neurons per layer")


def vgg16(folder, name, claim, result):
    """The three rules' pictures in one random VGG-16, and how alike pictures of two logits, and before and after FGSM, are."""
    tables = result["tables"]
    figure = Figure((16, 3.9), layout="constrained")
    *pictures, bars = figure.subplots(1, 5, width_ratios=(1, 1, 1, 1, 1.4))
    picture(pictures[0], folder, claim, "x", "the input x")
    for axes, rule, cosine in zip(pictures[1:], tables["panel"]["rule"], tables["panel"]["cosine"]):
        picture(axes, folder, claim, rule, f"{rule}\ncos(s, x) = {two(cosine)}")
    names = ("recovery", "classes", "attack")
    labels = ("with x", "of two logits", f"before, after\nFGSM, ε = {result['settings']['epsilon']:g}")
    for n, (rule, colour) in enumerate(RULE_COLOURS.items()):
        row = tables["classes"]["rule"].index(rule)
        bars.bar(np.arange(3) + 0.27 * (n - 1), [tables[key]["cosine"][row] for key in names], 0.25, color=colour, label=rule)
    bars.set_xticks(range(3), labels, fontsize=9)
    bars.set(ylabel="mean cosine of pictures", ylim=(-0.05, 1.05), title=f"{result['settings']['networks']} networks")
    bars.axhline(0, color=GREY, lw=0.8)
    bars.legend(fontsize=9, loc="upper left", bbox_to_anchor=(1, 1))
    figure.suptitle("VGG-16 with random weights: guided backpropagation redraws the input, whatever the class", fontsize=14)
    return save(figure, folder, name, {key: tables[key] for key in ("panel", *names, "others")})


def residual(folder, name, claim, result):
    """ResNet-50 with random weights: the three rules with skip connections and without."""
    panel, recovery = result["tables"]["panel"], result["tables"]["recovery"]
    figure = Figure((12, 7.2), layout="constrained")
    grid = figure.subplots(2, 4)
    for row, kind in enumerate(("residual", "plain")):
        picture(grid[row, 0], folder, claim, "x", "the input x")
        chosen = [n for n, each in enumerate(panel["kind"]) if each == kind]
        for axes, n in zip(grid[row, 1:], chosen):
            mean = recovery["cosine"][n]
            title = f"{panel['rule'][n]}, {'with' if kind == 'residual' else 'without'} skips\ncos {two(panel['cosine'][n])}, mean {two(mean)}"
            picture(axes, folder, claim, f"{kind}-{panel['rule'][n]}", title)
    figure.suptitle("ResNet-50 with random weights, with its skip connections and without", fontsize=14)
    return save(figure, folder, name, {"panel": panel, "recovery": recovery})

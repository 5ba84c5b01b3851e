"""Figures of depth: the mean-field laws, what is left of Proposition 1, and deep networks' pictures."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, StrMethodFormatter
from scipy.stats import norm

from sims.report.figures.canvas import BLUE, GREY, ORANGE, RED, RULE_COLOURS, picture, points, save, two


def laws(folder, name, claim, result):
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
    return save(figure, folder, name, {key: tables[key] for key in kept})


def proposition1(folder, name, claim, result):
    """An entry's mean against width and depth, and the correlation of neighbours against depth."""
    tables = result["tables"]
    figure = Figure((14, 4.4))
    left, middle, right = figure.subplots(1, 3)
    for rule, colour in RULE_COLOURS.items():
        for axes, table, column, logarithmic in (
            (left, "means", "width", True),
            (middle, "means_by_depth", "depth", False),
        ):
            part = of_rule(tables[table], rule)
            points(axes, beside(part[column], rule, logarithmic), part, "estimate", colour, rule)
        part = of_rule(tables["neighbours"], rule)
        points(right, beside(part["layers"], rule), part, "estimate", colour, rule)
    widths = sorted(set(tables["means"]["width"]))
    limit = tables["means"]["exact"][-1]
    left.plot([widths[0], widths[-1]], [limit, limit], color=BLUE, lw=2)
    left.set(ylabel="mean over sd of an entry", title="Guided's mean does not vanish with width", ylim=(-0.05, 0.36))
    by_width(left, widths)
    laws = tables["laws"]
    middle.plot(laws["depth"], laws["mean"], color=BLUE, lw=2)
    middle.set(
        xlabel="ReLU layers crossed", ylabel="mean over sd of an entry", title="nor with depth", ylim=(-0.05, 0.36)
    )
    right.plot(laws["depth"], laws["neighbours"], color=RULE_COLOURS["deconvnet"], lw=2)
    right.set(
        xlabel="ReLU layers crossed",
        ylabel="correlation",
        ylim=(-0.05, 1.05),
        title="Neighbours in a channel are not independent",
    )
    for axes, title in (
        (left, "lines: laws of wide layers; dashed: as printed"),
        (middle, f"{result['settings']['width']} neurons"),
        (right, "3×3 convolutions"),
    ):
        axes.axhline(0, color=RED, ls="--", lw=1, zorder=1)
        axes.legend(
            title=title,
            fontsize=9,
            title_fontsize=9,
            loc="upper left" if axes is not right else "lower right",
            bbox_to_anchor=(1, 0.08) if axes is right else None,
            ncols=3 if axes is not right else 1,
        )
    figure.tight_layout()
    return save(figure, folder, name, {key: tables[key] for key in ("means", "means_by_depth", "neighbours", "laws")})


def gaussian_shape(folder, name, claim, result):
    """Distance from the normal law against width, tails against depth and channels, and quantiles."""
    tables = result["tables"]
    figure = Figure((13, 8.6))
    (near, deep), (planes, quantiles) = figure.subplots(2, 2)
    for rule, colour in RULE_COLOURS.items():
        for axes, table, column, kind, logarithmic in (
            (near, "by_width", "width", "distance", True),
            (deep, "by_depth", "layers", "kurtosis", False),
            (planes, "by_channels", "channels", "kurtosis", True),
        ):
            part = of_rule(tables[table], rule)
            points(
                axes, beside(part[column], rule, logarithmic), part, kind, colour, rule, f"{kind}_low", f"{kind}_high"
            )
    law = tables["law_width"]
    near.plot(law["width"], law["distance"], color=GREY, lw=2, label="law of saliency and deconvnet")
    near.axhline(law["guided_limit"][0], color=BLUE, ls=":", lw=2, label="what guided keeps in wide layers")
    near.set(
        ylabel="Kolmogorov distance from normal",
        ylim=(0, None),
        title="Entries come to the normal law as width grows (4 ReLU layers)",
    )
    by_width(near, sorted(set(tables["by_width"]["width"])))
    deep.plot(
        tables["law_layers"]["layers"], tables["law_layers"]["kurtosis"], color=GREY, lw=2, label="3((1 + 5/n)ˡ − 1)"
    )
    deep.set(
        xlabel="ReLU layers crossed",
        ylabel="excess kurtosis",
        ylim=(0, None),
        title=f"and leave it as depth grows ({result['settings']['width']} neurons)",
    )
    planes.plot(
        tables["law_channels"]["channels"],
        tables["law_channels"]["kurtosis"],
        color=RULE_COLOURS["deconvnet"],
        lw=2,
        label="deconvnet's law, to first order",
    )
    planes.set(yscale="log", ylabel="excess kurtosis", title="Convolutions: tails fall as 1/channels (4 ReLU layers)")
    planes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    planes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    planes.minorticks_off()
    by_width(planes, sorted(set(tables["by_channels"]["channels"])), "3×3 channels per layer")
    normal = norm.ppf(tables["quantiles"]["probability"])
    for key in (key for key in tables["quantiles"] if key != "probability"):
        rule, _, n = key.rpartition("-")
        narrow = int(n) == min(tables["by_width"]["width"])
        quantiles.plot(
            normal,
            tables["quantiles"][key],
            "." if narrow else "-",
            color=RULE_COLOURS[rule],
            alpha=0.6 if narrow else 1,
            lw=1.5,
            label=f"{rule}, {n} neurons",
        )
    quantiles.axline((0, 0), slope=1, color=GREY, lw=1, zorder=0)
    quantiles.set(
        xlabel="quantile of the normal law",
        ylabel="quantile of an entry, in deviations",
        title="Quantiles of narrow and wide networks (4 ReLU layers)",
    )
    for axes in (near, deep, planes, quantiles):
        axes.legend(fontsize=9)
    figure.tight_layout()
    return save(
        figure,
        folder,
        name,
        {
            key: tables[key]
            for key in ("by_width", "law_width", "by_depth", "law_layers", "by_channels", "law_channels", "quantiles")
        },
    )


def of_rule(table, rule):
    """The rows of a table that are of one rule."""
    rows = [n for n, each in enumerate(table["rule"]) if each == rule]
    return {key: np.array([column[n] for n in rows]) for key, column in table.items()}


def beside(places, rule, logarithmic=False):
    """Places a little apart, rule by rule, so that equal values are seen."""
    apart = list(RULE_COLOURS).index(rule) - 1
    return places * 1.08**apart if logarithmic else places + 0.12 * apart


def insensitivity(folder, name, claim, result):
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
    return save(figure, folder, name, {key: tables[key] for key in ("by_depth", "laws", "by_input")})


def layerwise(folder, name, claim, result):
    """What class means leave, by depth, and how uniform the pictures of ones are, by layer."""
    left, ones = result["tables"]["left"], result["tables"]["ones"]
    figure = Figure((10.5, 4.2), layout="constrained")
    energy, maps = figure.subplots(1, 2)
    law = np.array(left["law"])
    part = {key: np.array(left[key]) * law for key in ("estimate", "low", "high")}
    energy.plot(left["layers"], law, color=ORANGE, lw=2, label="(1 − 1/K)(1 − similarity), K = 5")
    points(energy, left["layers"], part, "estimate", BLUE, "simulated, guided")
    energy.set(
        yscale="log",
        xlabel="ReLU layers crossed",
        ylabel="energy left, of unit signals",
        title="Class means take what depth makes common",
    )
    energy.legend()
    for key, colour, label in (("uniform", BLUE, "cosine with a constant"), ("border", RED, "edge over inside")):
        maps.plot(ones["layer"], ones[key], "o-", color=colour, label=label)
    maps.axhline(1, color=GREY, lw=0.8)
    maps.set(
        xlabel="layer, from the input up", ylim=(0, 1.08), title="Mean pictures of ones: uniform, with weaker borders"
    )
    maps.set_xticks(ones["layer"])
    maps.legend(loc="lower right")
    return save(figure, folder, name, {"left": left, "ones": ones})


def by_width(axes, widths, label="neurons per layer"):
    """A logarithmic axis of widths, with a tick at each."""
    axes.set_xscale("log", base=2)
    axes.set_xticks(widths, [str(width) for width in widths])
    axes.set_xlabel(label)


def vgg16(folder, name, claim, result):
    """The three rules' pictures in one random VGG-16, and how alike pictures of two logits, and before and after FGSM,
    are.
    """
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
        bars.bar(
            np.arange(3) + 0.27 * (n - 1), [tables[key]["cosine"][row] for key in names], 0.25, color=colour, label=rule
        )
    bars.set_xticks(range(3), labels, fontsize=9)
    bars.set(ylabel="mean cosine of pictures", ylim=(-0.05, 1.05), title=f"{result['settings']['networks']} networks")
    bars.axhline(0, color=GREY, lw=0.8)
    bars.legend(fontsize=9, loc="upper left", bbox_to_anchor=(1, 1))
    figure.suptitle(
        "VGG-16 with random weights: guided backpropagation redraws the input, whatever the class", fontsize=14
    )
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
            title = (
                f"{panel['rule'][n]}, {'with' if kind == 'residual' else 'without'} skips\ncos "
                f"{two(panel['cosine'][n])}, mean {two(mean)}"
            )
            picture(axes, folder, claim, f"{kind}-{panel['rule'][n]}", title)
    figure.suptitle("ResNet-50 with random weights, with its skip connections and without", fontsize=14)
    return save(figure, folder, name, {"panel": panel, "recovery": recovery})

"""Distance from the normal law, tails and quantiles."""

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, StrMethodFormatter
from scipy.stats import norm

from sims.report.figures.canvas import BLUE, GREY, RULE_COLOURS, beside, by_width, of_rule, points, save


def gaussian_shape(folder, name, result):
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
            ms=8,
            mew=0,  # of 300 points, each with its style in the file
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
        "svg",
    )


FIGURES = {"gaussian_shape": gaussian_shape}

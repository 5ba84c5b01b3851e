"""What is left of Proposition 1: means and correlations."""

from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, RED, RULE_COLOURS, beside, by_width, of_rule, points, save


def proposition1(folder, name, result):
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
    limit = tables["means"]["law"][-1]
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
    return save(
        figure, folder, name, {key: tables[key] for key in ("means", "means_by_depth", "neighbours", "laws")}, "svg"
    )


FIGURES = {"proposition1": proposition1}

"""The largest logit: ⟨s, x⟩ of saliency, for any logit and for the largest of many."""

import numpy as np
from matplotlib.figure import Figure
from scipy.stats import norm

from sims.report.figures.canvas import GREY, save, signed
from sims.report.figures.marks import LAW, SIMULATED, WORDS
from sims.report.rows import named

GRID = np.linspace(-4, 5.5, 400)


def largest(folder, name, result):
    """The normal law of one logit and the law of the largest, with the measured means."""
    count, row = result["settings"]["logits"], named(result, "saliency")
    figure = Figure((8.4, 4.4))
    axes = figure.subplots()
    one, top = norm.pdf(GRID), count * norm.pdf(GRID) * norm.cdf(GRID) ** (count - 1)
    for density, style in ((one, "-"), (top, "-")):
        axes.plot(GRID, density, style, color=LAW, lw=2.5, label=f"{WORDS['law']} (density)")
        axes.fill_between(GRID, density, color=LAW, alpha=0.15)
    axes.text(-1.3, 0.3, "any logit:\nthe theory is of it", ha="right", fontsize=11.5)
    axes.text(3.9, 0.75, f"the largest of {count}:\nthis is shown", fontsize=11.5)
    mean(axes, named(result, "logit").get("control"), 0.06)
    mean(axes, row, 0.06)
    for law in (0, row["law"]):
        axes.scatter(law, 0.06, marker="|", s=500, lw=3, color=LAW, zorder=2)
    axes.set(
        xlabel="⟨picture, x⟩ of saliency (the logit itself), in standard deviations",
        yticks=[],
        ylim=(0, 1.2 * max(top)),
        title=f"The logit that is shown is the largest: ⟨picture, x⟩ is {signed(row['estimate'], 1)} deviations, not 0",
    )
    axes.axvline(0, color=GREY, lw=1)
    axes.spines["left"].set_visible(False)
    handles = dict(zip(*reversed(axes.get_legend_handles_labels())))
    axes.legend(handles.values(), handles, loc="upper left", fontsize=10)
    keys = "estimate", "low", "high"
    table = {"logit": ["any", "largest"], **{key: [named(result, "logit")["control"][key], row[key]] for key in keys}}
    densities = {"deviations": GRID.round(3), "any": one.round(6), "largest": top.round(6)}
    return save(figure, folder, name, {"means": table, "densities": densities}, "svg")


def mean(axes, row, height):
    """A measured mean with its interval."""
    spread = [[row["estimate"] - row["low"]], [row["high"] - row["estimate"]]]
    axes.errorbar(
        row["estimate"],
        height,
        xerr=spread,
        fmt="o",
        ms=7,
        capsize=4,
        color=SIMULATED,
        label="simulated mean, with its interval",
    )


FIGURES = {"max_logit": largest}

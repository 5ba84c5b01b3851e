"""Figures of Theorem 1: direction, scale, and how far the limit is from x."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREY, ORANGE, RED, SKY, picture, points, save


def direction(folder, name, claim, result):
    table = result["tables"]["direction"]
    figure = Figure((6.4, 4))
    axes = figure.subplots()
    points(axes, table["filters"], table, "sine_squared", BLUE, "simulated, with interval")
    axes.axhline(0, color=ORANGE, lw=2, label=r"exact: E s ∝ $\Sigma_j D_j^T \hat y_j$")
    axes.axhspan(-table["margin"][0], table["margin"][0], color=GREY, alpha=0.15, label="margin")
    axes.set(
        xscale="log",
        xlabel="number of filters N",
        ylabel="sin² of the angle to the exact direction",
        title="Theorem 1's direction is exact at every N",
    )
    axes.set_xticks(table["filters"], map(str, table["filters"]), minor=False)
    axes.minorticks_off()
    axes.set_ylim(-1.2 * table["margin"][0], 2.2 * table["margin"][0])
    axes.legend(loc="upper right")
    return save(figure, folder, name, {"direction": table})


SETTINGS = {
    "one-dimensional": "1-D, ±1, stride 1",
    "two-dimensional": "2-D, one channel, ±1, stride 1",
    "paper-network-signs": "paper's network, ±1",
    "paper-network-picture": "paper's network, picture",
    "exact-scale": "paper's network, picture,\nover the exact scale",
}


def scale(folder, name, claim, result):
    table = result["tables"]["scale"]
    figure = Figure((7.6, 4))
    axes = figure.subplots()
    place = np.arange(len(table["setting"]))[::-1]
    axes.axvline(1, color=RED, lw=2, label="as printed: 2c²pN/(πC₀)")
    axes.scatter(table["exact"], place, marker="|", s=500, color=ORANGE, lw=2.5, label="exact law")
    value, low, high = (np.array(table[key]) for key in ("measured_over_printed", "low", "high"))
    axes.errorbar(
        value,
        place,
        xerr=[value - low, high - value],
        fmt="o",
        ms=5,
        capsize=3,
        color=BLUE,
        label="simulated (intervals narrower than the dots)",
    )
    for x, y in zip(value, place):
        axes.annotate(f"{x:.4f}", (x, y), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=10)
    factors = [1 / x for x, name in zip(value, table["setting"]) if name != "exact-scale"]
    axes.set(
        xscale="log",
        xlim=(0.4 * min(value), 2),
        ylim=(-0.6, len(place) - 0.3),
        xlabel="measured scale over the printed one",
        title=f"The printed scale is {min(factors):.0f} to {max(factors):.0f} times too large",
    )
    axes.set_yticks(place, [SETTINGS[setting] for setting in table["setting"]])
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.16), ncols=3, fontsize=10, columnspacing=1)
    return save(figure, folder, name, {"scale": table})


def image(folder, name, claim, result):
    table = result["tables"]["cosine"]
    figure = Figure((14, 4))
    grid = figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.4))
    for axes, part, title in zip(
        grid,
        ("x", "limit", "norms"),
        ("x", r"exact limit $\Sigma_j D_j^T\hat y_j$", "patch norms ‖yⱼ‖ (bright: large)"),
    ):
        picture(axes, folder, claim, part, title)
    axes, place = grid[3], np.arange(len(table["picture"]))
    axes.scatter(
        place - 0.12, table["coverage_alone"], marker="s", s=60, color=SKY, label="if all patch norms were equal"
    )
    axes.scatter(place + 0.12, table["exact"], marker="_", s=700, lw=3, color=ORANGE, label="exact limit")
    points(axes, place + 0.12, table, "measured", BLUE, "simulated")
    axes.axhline(1, color=RED, lw=2, label="as printed: s ≈ x")
    axes.set(xlim=(-0.5, 2.5), ylabel="cos(E s, x)", title="Uneven coverage and unequal norms part s from x")
    axes.set_xticks(place, ["±1 signs", "white noise", "the picture"])
    axes.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)
    figure.tight_layout()
    return save(figure, folder, name, {"cosine": table})

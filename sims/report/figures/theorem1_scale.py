"""Theorem 1's scale, over the printed one."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, ORANGE, RED, save

SETTINGS = {
    "one-dimensional": "1-D, ±1, stride 1",
    "two-dimensional": "2-D, one channel, ±1, stride 1",
    "paper-network-signs": "paper's network, ±1",
    "paper-network-picture": "paper's network, picture",
    "exact-scale": "paper's network, picture,\nover the exact scale",
}


def scale(folder, name, result):
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
    return save(figure, folder, name, {"scale": table}, "svg")


FIGURES = {"theorem1_scale": scale}

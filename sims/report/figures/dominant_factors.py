"""Convergence in p."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREEN, PURPLE, RED, SKY, save

SWEEPS = {
    "patch": ("one patch", RED, "s"),
    "line-stride-2": ("1-D, stride 2", GREEN, "^"),
    "image-stride-2": ("2-D, stride 2", PURPLE, "D"),
    "line-stride-1": ("1-D, stride 1", SKY, "v"),
    "image-stride-1": ("2-D, stride 1", BLUE, "o"),
}


def kernel(folder, name, result):
    tables = {
        sweep: {"geometry": [sweep] * len(result["tables"][sweep]["p"]), **result["tables"][sweep]} for sweep in SWEEPS
    }
    figure = Figure((8.6, 5.4))
    axes = figure.subplots()
    for sweep, (label, colour, marker) in SWEEPS.items():
        table, power = tables[sweep], result["tables"].get(f"{sweep}-exponent")
        p, y, low, high = (np.array(table[key], float) for key in ("p", "measured", "low", "high"))
        exponent = "" if power is None else f": slope {power['measured'][0]:.2f}, law {power['exact'][0]:.2f}"
        axes.errorbar(
            p,
            y,
            [np.maximum(y - low, 0), np.maximum(high - y, 0)],
            fmt=marker,
            ms=5,
            capsize=3,
            color=colour,
            label=label + exponent,
            zorder=3,
        )
        axes.plot(p, table["law"], color=colour, lw=1.8)
        axes.plot(p, table["rule"], color=colour, lw=1.2, ls=":")
    axes.plot([], [], color="black", lw=1.8, label="exact A")
    axes.plot([], [], color="black", lw=1.2, ls=":", label="rule of thumb π²p/m")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="filter size p (entries)",
        ylabel="A = N · noise-to-signal",
        title="N = A/ε² grows as p for one patch, and hardly at all in an image",
    )
    axes.legend(fontsize=10)
    return save(figure, folder, name, tables, "svg")


FIGURES = {"convergence_kernel": kernel}

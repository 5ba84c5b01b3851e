"""What class means leave."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, ORANGE, points, save


def layerwise(folder, name, result):
    """What class means leave, by depth."""
    left = result["tables"]["left"]
    figure = Figure((5.6, 4.2), layout="constrained")
    axes = figure.subplots()
    law = np.array(left["law"])
    part = {key: np.array(left[key]) * law for key in ("estimate", "low", "high")}
    axes.plot(left["layers"], law, color=ORANGE, lw=2, label="(1 − 1/K)(1 − similarity), K = 5")
    points(axes, left["layers"], part, "estimate", BLUE, "simulated, guided")
    axes.set(
        yscale="log",
        xlabel="ReLU layers crossed",
        ylabel="energy left, of unit signals",
        title="Class means take what depth makes common",
    )
    axes.legend()
    return save(figure, folder, name, {"left": left}, "svg")


FIGURES = {"layerwise": layerwise}

"""What class means leave, and pictures of ones."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREY, ORANGE, RED, points, save


def layerwise(folder, name, result):
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
    return save(figure, folder, name, {"left": left, "ones": ones}, "svg")


FIGURES = {"layerwise": layerwise}

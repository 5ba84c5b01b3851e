"""Noise and unevenness of what comes back to every layer of a random VGG-16."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREY, ORANGE, save


def fc_noise(folder, name, result):
    """Noise-to-signal of the pictures of inputs, and the energy of those of ones that is off the coverage, by layer."""
    layers = result["tables"]["layers"]
    place = np.arange(len(layers["layer"]))
    connected = np.array([layer.startswith("fc") for layer in layers["layer"]])
    figure = Figure((7.2, 4.8), layout="constrained")
    above, below = figure.subplots(2, sharex=True)
    for axes, key, what in (
        (above, "noise", "noise-to-signal\nof inputs"),
        (below, "off_coverage", "ones: energy\noff the coverage"),
    ):
        for chosen, colour, label in ((~connected, BLUE, "convolutions"), (connected, ORANGE, "fully-connected")):
            axes.bar(place[chosen], np.array(layers[key])[chosen], color=colour, label=label)
        axes.set_ylabel(what)
        axes.grid(axis="y", color=GREY, alpha=0.3)
    above.set(yscale="log", title="What comes back to each layer of a random VGG-16, guided")
    above.legend()
    below.set_xticks(place, layers["layer"], rotation=60)
    return save(figure, folder, name, {"layers": layers}, "svg")


FIGURES = {"fc_noise": fc_noise}

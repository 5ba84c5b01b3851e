"""Noise of the signals at every layer of a random VGG-16, and unevenness of its maps of ones."""

import numpy as np

from sims.report.figures.canvas import save
from sims.report.figures.facets import headline, key, side_by_side
from sims.report.figures.marks import simulated
from sims.report.rows import named

SHOWN = {
    "noise": ("the signal at a layer's inputs", "noise over signal"),
    "off_coverage": ("the layer's map of ones", "energy off the coverage"),
}


def by_layer(folder, name, result):
    """Both by layer, with the fully-connected ones apart."""
    table = result["tables"]["layers"]
    place = np.arange(len(table["layer"]))
    connected = np.array([layer.startswith("fc") for layer in table["layer"]])
    figure, panels = side_by_side([title for title, _ in SHOWN.values()], (9.6, 4.4), sharey=False)
    for axes, (each, (_, label)) in zip(panels, SHOWN.items()):
        columns = {end: np.array(table[f"{each}{end}"], float) for end in ("", "_low", "_high")}
        simulated(axes, place, columns, "", "_low", "_high")
        axes.axvspan(place[connected][0] - 0.5, place[connected][-1] + 0.5, color="black", alpha=0.06, lw=0)
        axes.set_xticks(place, table["layer"], rotation=70)
        axes.set_ylabel(label)
    panels[0].set_yscale("log")
    panels[1].text(place[connected].mean(), 0.98, "fully connected", transform=panels[1].get_xaxis_transform(), **WORDS)
    ratio = named(result, "signals")
    headline(
        figure,
        f"The signal at the first fully-connected layer is {ratio['estimate']:.1f} times as noisy as at the last "
        "convolution; its map of ones has no noise at all",
    )
    key(figure, panels)
    return save(figure, folder, name, {"layers": table}, "svg")


WORDS = {"ha": "center", "va": "top", "rotation": 90, "fontsize": 10}
FIGURES = {"fc_noise": by_layer}

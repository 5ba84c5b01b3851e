"""Local connections: the cosine with x of so many neurons, beside that of 64 filters, and the two pictures."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.marks import SIMULATED, at_end, law_curve, legend, simulated
from sims.report.figures.panels import DPI, enlarged, place, stored
from sims.report.rows import named
from theory.metrics.quality import shrunk

PRINTED = 64  # pixels of a printed picture, and of what the fully-connected network is given
FACTOR = 3  # of the two pictures
SIZE = 840, 690  # pixels of the figure
APART = 0.11  # of a cosine: lines of words
PLACES = {"visible": "both shown at {0}×{0}", "pixels": "each at its own size"}


def local(folder, name, result):
    """The curves above; below, what both networks draw, at one size."""
    figure = Figure((SIZE[0] / DPI, SIZE[1] / DPI), dpi=DPI)
    axes = figure.add_axes([0.08, 0.49, 0.6, 0.42])
    known = compared(result)
    curves(axes, result)
    filters(axes, known, result)
    axes.set(xscale="log", ylim=(0, 1), xlabel="neurons of the fully-connected network", ylabel="cosine with x")
    legend(axes, loc="upper left", fontsize=10)
    figure.text(0.5, 0.985, sentence(known), ha="center", va="top", fontsize=12.5)
    drawn(figure, folder, known["neurons"][0])
    tables = {"gallery": result["tables"]["gallery"], "compared": known}
    return save(figure, folder, name, tables, "png", tight=False)


def printed_size(result):
    return min(PRINTED, result["settings"]["size"])


def compared(result):
    """Mean cosines with x, of the most neurons and of 64 filters by both readings, with their intervals."""
    gallery, cosine = result["tables"]["gallery"], named(result, "cosine")
    neurons = max(result["settings"]["neurons"])
    law = dict(zip(gallery["name"], gallery["law"]))[f"connected-{neurons}"]
    connected = law + cosine["estimate"]
    rows = {"connected": (law, cosine), **{which: (connected, named(result, which)) for which in PLACES}}
    found = {key: [start + row[key] for start, row in rows.values()] for key in ("estimate", "low", "high")}
    return {"neurons": [neurons] * len(rows), "what": [*rows], **found}


def curves(axes, result):
    """The law of the fully-connected network at both sizes, and single pictures where it is given the small one."""
    gallery, size = result["tables"]["gallery"], printed_size(result)
    chosen = [n for n, name in enumerate(gallery["name"]) if name.startswith("connected")]
    neurons = np.array([int(gallery["name"][n].split("-")[1]) for n in chosen])
    ratio = neurons[0] * (1 / gallery["law"][chosen[0]] ** 2 - 1)  # π²d − 1
    grid = np.geomspace(min(neurons) / 5, max(neurons), 60)
    for side in dict.fromkeys((size, result["settings"]["size"])):
        cosine = 1 / np.sqrt(1 + ((ratio + 1) * (side / size) ** 2 - 1) / grid)
        law_curve(axes, grid, cosine)
        axes.text(grid[45], cosine[45] - 0.04, f"given {side}×{side}", va="top")
    single = [gallery["pixels"][n] for n in chosen]
    axes.plot(neurons, single, "o", ms=6, mfc="white", color=SIMULATED, label="one picture each", zorder=2.5)


def filters(axes, known, result):
    """64 filters beside the most neurons, and their difference in words."""
    simulated(axes, known["neurons"], known)
    neurons, size = known["neurons"][0], printed_size(result)
    value = dict(zip(known["what"], known["estimate"]))
    words = {"connected": f"{thousands(neurons)} neurons: {value['connected']:.2f}"}
    for which, where in PLACES.items():
        difference = with_interval(named(result, which))
        words[which] = f"64 filters, {where.format(size)}:\n{difference} above the neurons"
    lowest = -1.0
    for which in sorted(words, key=value.get):
        lowest = max(value[which], lowest + APART)
        at_end(axes, neurons, lowest, words[which], fontsize=10)


def thousands(number):
    return f"{number:,}".replace(",", " ")


def sentence(known):
    """What both readings find."""
    value = dict(zip(known["what"], known["estimate"]))
    more = lambda which: "beat" if value[which] > value["connected"] else "don't beat"
    neurons = thousands(known["neurons"][0])
    return f"Side by side 64 filters {more('visible')} {neurons} neurons; pixel by pixel they {more('pixels')} them"


def drawn(figure, folder, neurons):
    """Both pictures, at the size at which they are printed, enlarged by a whole factor."""
    pictures = {"convolved-64": "64 filters draw", f"connected-{neurons}": f"{thousands(neurons)} neurons draw"}
    for n, (name, words) in enumerate(pictures.items()):
        pixels = np.atleast_3d(stored(folder, "local_connections", name))
        small = np.moveaxis(shrunk(np.moveaxis(pixels, -1, 0), min(PRINTED, len(pixels))), 0, -1) - 0.5
        small = np.clip(0.5 + small / (2 * np.percentile(np.abs(small), 99.5)), 0, 1)  # as it would have been stored
        place(figure, enlarged(small, FACTOR).squeeze(), 190 + 260 * n, 36, SIZE, words, 10)
    footnote = (
        f"shown at the same size, {FACTOR} times enlarged; grey is 0, darker negative; each picture on its own scale"
    )
    figure.text(0.5, 0.015, footnote, ha="center", fontsize=9, color="#555555")


FIGURES = {"local_connections": local}

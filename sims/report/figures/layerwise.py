"""The order of layers in noise, and what class means leave."""

import numpy as np

from sims.report.figures.canvas import save, signed
from sims.report.figures.facets import headline, key, rows_along, side_by_side
from sims.report.figures.marks import law_curve, simulated
from sims.report.rows import named

ORDER = {
    "less": "the top layer\n8 times as wide:\nnoise-to-signal",
    "equal-widths": "all layers\nas wide:\nnoise-to-signal",
    "formula": "VGG-16:\nfilter size over\nfilters, p/N",
}


def order(folder, name, result):
    """Noise at the top over noise at the bottom, by widths and by the paper's own measure."""
    rows = {key: named(result, key) for key in ORDER if named(result, key)}
    figure, [axes] = side_by_side([""], (8, 4))
    rows_along(axes, list(rows.values()), [ORDER[key] for key in rows])
    axes.set(xscale="log", xlabel="noise at the top layer over noise at the bottom")
    axes.set_xticks(*ticks(rows.values()))
    axes.minorticks_off()
    key(figure, [axes])
    headline(figure, sentence(rows))
    table = {key: [row.get(key) for row in rows.values()] for key in ("name", "estimate", "low", "high", "law")}
    return save(figure, folder, name, {"order": table}, "svg")


def ticks(rows):
    """Powers of two around the rows, with their names."""
    ends = [row[end] for row in rows for end in ("low", "high")]
    powers = np.arange(np.floor(np.log2(min(ends))), np.ceil(np.log2(max(ends))) + 1)
    return 2.0**powers, [f"{2 ** int(n)}" if n >= 0 else f"1/{2 ** int(-n)}" for n in powers]


def sentence(rows):
    wide, equal = (rows[key]["estimate"] if key in rows else None for key in ("less", "equal-widths"))
    said = f"With a top 8 times as wide its noise is {signed(wide, 2)} of the bottom's"
    return said + (f"; with equal widths it is {signed(equal, 1)} times as much" if equal else "")


def left(folder, name, result):
    """What class means leave of unit signals, by depth."""
    table = result["tables"]["left"]
    law = np.array(table["law"])
    part = {key: np.array(table[key]) * law for key in ("estimate", "low", "high")}
    figure, [axes] = side_by_side([""], (7, 4.2))
    law_curve(axes, table["layers"], law)
    simulated(axes, table["layers"], part)
    axes.set(yscale="log", xlabel="ReLU layers", ylabel="energy left, of unit signals")
    key(figure, [axes])
    headline(figure, "Taking away the mean over classes leaves ever less of a deep guided signal")
    return save(figure, folder, name, {"left": table}, "svg")


FIGURES = {"layerwise": order, "layerwise_left": left}

"""Guided pictures of VGG-16 with partly trained weights, by layer."""

import numpy as np

from sims.report.figures.canvas import BLUE, ORANGE, save, two
from sims.report.figures.facets import headline, key, side_by_side

PARTS = {"up-to": (BLUE, "trained up to this layer"), "all-but": (ORANGE, "trained but for this layer")}
PANELS = {"full": "with the trained picture", "x": "with the input", "lines": "with the input, best octave"}


def partly_trained(folder, name, result):
    """The median photograph and the middle half, by convolution."""
    table = result["tables"]["levels"]
    figure, panels = side_by_side(PANELS.values(), (9.2, 4))
    for axes, number in zip(panels, PANELS):
        for part, (colour, words) in PARTS.items():
            own = [n for n, each in enumerate(table["part"]) if each == part]
            level, low, middle, high = (
                np.array([table[column][n] for n in own])
                for column in ("level", *(f"{number}{q}" for q in (25, 50, 75)))
            )
            axes.fill_between(level, low, high, color=colour, alpha=0.2, lw=0)
            axes.plot(level, middle, "o-" if part == "up-to" else "s--", color=colour, label=words, ms=6)
        axes.set(xlabel="convolution, from the bottom", ylim=(0, 1.04), xticks=(0, 1, 2, 4, 7, 10, 13))
    panels[0].set_ylabel("cosine of guided's picture")
    key(figure, panels)
    headline(figure, sentence(table))
    return save(figure, folder, name, {"levels": table}, "svg")


def sentence(table):
    place = {(part, level): n for n, (part, level) in enumerate(zip(table["part"], table["level"]))}
    none, one, seven = (two(table["full50"][place["up-to", level]]) for level in (0, 1, 7))
    return (
        f"With one trained layer guided's picture is {one} like the trained one, with seven {seven}, with none {none}; "
        f"without the first {two(table['full50'][place['all-but', 1]])}"
    )


FIGURES = {"partly_trained": partly_trained}

"""An explanation as a figure: the picture, and the maps beside it; a row per target, a column per method."""

import warnings

from sims.explain import looks
from sims.report.figures.canvas import pixels, two
from sims.report.figures.panels import enlarged, row_of

SIDE = 224  # pixels of a map at least: smaller ones are enlarged by a whole factor
SHORT = {"input": "x", "first_layer": "1st layer", "other_class": "other class", "trained": "trained"}
LINE = 17  # pixels
LEGEND = (
    "x: cosine with what the network is given. 1st layer: with its first layer's activations put back through their "
    "filters.\nother class: with the picture of another class. In brackets the same of untrained networks, where known."
)


def figure(explanation, look, title, footnote):
    """The figure as bytes (H, W, 3)."""
    rows = {}
    for each in explanation.maps:
        rows.setdefault(each.target, []).append(each)
    pictures, titles = [], []
    for target, maps in rows.items():
        pictures += [explanation.seen / 255, *looks.drawn([each.map for each in maps], look, explanation.seen)]
        titles += [f"{target.name}\n(other: {target.rival_name})" + "\n" * (len(SHORT) - 2)]
        titles += [words(each, explanation.untrained) for each in maps]
    factor = max(1, -(-SIDE // min(pictures[0].shape[:2])))
    pictures = [enlarged(each, factor) for each in pictures]
    above = LINE * (1 + max(each.count("\n") for each in titles)) + 8
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # of a name in a script that the font lacks: boxes will do
        drawn = row_of(
            pictures, titles, title, f"{look.words()}\n{LEGEND}\n{footnote}", columns=1 + len(maps), above=above
        )
        return pixels(drawn, tight=False)


def words(attribution, untrained):
    """A map's method, its numbers, and those of untrained networks."""
    beside = untrained.get((attribution.method, attribution.target.name), {})
    remark = looks.said(attribution.map)
    lines = [attribution.method + (f": {remark}" if remark else "")]
    for name, value in attribution.numbers.items():
        lines.append(f"{SHORT[name]} {number(value)}" + (f" ({number(beside[name])})" if name in beside else ""))
    return "\n".join(lines)


def number(value):
    """A cosine to two digits, or what stands where there is none."""
    return "–" if value is None else two(value)

"""results/ → figures/: each figure as PNG or SVG beside the CSV that it is drawn from. Never simulates.

A claim's figures are in the module named like it, which defines FIGURES: {name: draw(folder, name, result) -> path}.
The one that is named like the claim stands in the ledger; a claim without a module is shown by the rows that decide it.
"""

from importlib import import_module
from importlib.util import find_spec

import matplotlib

from sims.report.figures.canvas import STYLE
from sims.report.figures.deciding import decides
from sims.report.figures.sketch import sketch
from sims.report.ledger import load


def figures_of(claim):
    """The figures of a claim by name."""
    module = f"{__name__}.{claim}"
    return import_module(module).FIGURES if find_spec(module) else {claim: decides}


def plot(folder):
    """Draw every figure of the results below `folder`; the paths of the PNG and SVG files."""
    with matplotlib.rc_context(STYLE):
        figures = [(figures_of(result["claim"]), result) for result in load(folder)]
        drawn = [draw(folder, name, result) for each, result in figures for name, draw in each.items()]
        return [*drawn, sketch(folder)]

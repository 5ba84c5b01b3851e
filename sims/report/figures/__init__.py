"""results/ → figures/: each figure as PNG or SVG beside the CSV that it is drawn from. Never simulates.

A claim's figures are in the module named like it, which defines FIGURES: {name: draw(folder, name, result) -> path}.
"""

from importlib import import_module
from importlib.util import find_spec

import matplotlib

from sims.report.figures.canvas import STYLE
from sims.report.ledger import load


def figures_of(claim):
    """The figures of a claim by name; none if there is no module named like it."""
    module = f"{__name__}.{claim}"
    return getattr(import_module(module), "FIGURES", {}) if find_spec(module) else {}


def plot(folder):
    """Draw every figure of the results below `folder`; the paths of the PNG and SVG files."""
    with matplotlib.rc_context(STYLE):
        return [
            draw(folder, name, result) for result in load(folder) for name, draw in figures_of(result["claim"]).items()
        ]

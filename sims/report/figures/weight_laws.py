"""Laws of weights: every row against the exact law."""

from sims.report.figures.forest import forest

FIGURES = {"weight_laws": forest}

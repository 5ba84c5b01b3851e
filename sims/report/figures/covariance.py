"""Covariances: every row against the exact law."""

from sims.report.figures.forest import forest

FIGURES = {"covariance": forest}

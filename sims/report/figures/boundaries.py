"""Borders: every row against the exact law."""

from sims.report.figures.forest import forest

FIGURES = {"boundaries": forest}

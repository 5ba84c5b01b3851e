"""The largest logit: every row against the exact law."""

from sims.report.figures.forest import forest

FIGURES = {"max_logit": forest}

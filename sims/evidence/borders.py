"""The mean picture of sums by distance from the border, beside the coverage that is its law."""

import numpy as np

from sims.evidence.estimates import jackknife
from sims.evidence.verdict import interval

DEPTH = 4  # pixels from the border
TOWARDS = "edge", "corner"


def profile(groups, part, coverage):
    """Lines of a table: how far from an edge or a corner, the mean of a part's pixels there over that of all but
    the outermost, its interval, and the same of the `coverage`, (C, H, W).
    """
    inside = np.zeros(coverage.shape, bool)
    inside[:, 1:-1, 1:-1] = True
    mean = lambda sums, where: sums[part]["total"].reshape(where.shape)[where].mean()
    for towards in TOWARDS:
        for distance in range(DEPTH):
            where = path(coverage.shape, towards, distance)
            found = interval(jackknife(groups, lambda sums, where=where: mean(sums, where) / mean(sums, inside)))
            law = coverage[where].mean() / coverage[inside].mean()
            place = {"towards": towards, "distance": distance}
            yield {**place, "measured": found.value, "low": found.low, "high": found.high, "law": law}


def path(shape, towards, distance):
    """Where a pixel is so far from an edge, and no nearer to a corner than half of the way; or from a corner."""
    rows, columns = (np.minimum(np.arange(n), np.arange(n)[::-1]) for n in shape[1:])
    near, far = np.minimum(rows[:, None], columns), np.maximum(rows[:, None], columns)
    beyond = far == distance if towards == "corner" else far >= min(rows.max(), columns.max()) // 2
    return (near == distance) & beyond & np.ones(shape, bool)

"""Sums over pictures: means, energies, squares against a weight by pixel, and products of pixels some way apart."""

import numpy as np

from sims.evidence.estimates import Sums, across_halves, mean_of, total


def chunk(draw, weight, window, offsets, rng, trials):
    """Sums over the pictures that draw(rng, trials) yields by part; squares against `weight` (H, W), and products at
    `offsets`, {name: (channel, row, column)}, inside a `window` of slices.
    """
    return total(_one(pictures, weight, window, offsets) for pictures in draw(rng, trials))


def _one(pictures, weight, window, offsets):
    sums = Sums(count=1)
    for part, picture in pictures.items():
        s = picture.astype(np.float64)
        within = s[window]
        lagged = {name: _lag(within, offset) for name, offset in offsets.items()}
        own = dict(total=s.ravel(), square=(s * s).sum(), slope=(weight * s * s).sum(), inside=(within * within).mean())
        sums[part] = Sums(**own, **lagged)
    return sums


def _lag(part, offset):
    """The mean product of pixels that lie `offset` apart."""
    c, a, b = offset
    return (part[: len(part) - c, : part.shape[1] - a, : part.shape[2] - b] * part[c:, a:, b:]).mean()


def correlation(part, name):
    """Of pixels inside that lie an offset apart."""
    return lambda sums: sums[part][name] / sums[part]["inside"]


def held(part):
    """`of` and `measure` of a row: ‖E s‖²/E‖s‖², which may be 0."""
    return {"of": mean_of(part, "total"), "measure": across_halves(mean_of(part, "square"))}

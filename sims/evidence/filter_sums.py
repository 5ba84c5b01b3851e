"""Sums over random filters at one patch: those that a ReLU keeps, and three twins' of them."""

import numpy as np

from sims.evidence.defects import instead, leaky
from sims.evidence.estimates import Sums, total
from theory.geometry.patches import unit
from theory.rules import GUIDED


def chunk(draw, patch, tilt, leak, rng, trials):
    """Sums over filters, in units of their scale, of what draw(rng, trials) yields: w, mask, readout."""
    y = unit(patch.ravel())
    tilted = _tilted(y, instead(tilt, 0.0))
    return total(_batch(*drawn, y, tilted, leak) for drawn in draw(rng, trials))


def _tilted(y, sine):
    """A unit vector at an angle from y, or y itself."""
    across = np.eye(len(y))[np.abs(y).argmin()]
    return np.sqrt(1 - sine**2) * y + sine * unit(across - (across @ y) * y)


def _batch(w, mask, readout, y, tilt, leak):
    relu = [rule.backward(readout, np.ones_like(readout)).mean() for rule in (GUIDED, leaky(leak))]
    kept, closed = w * mask, w * (1 - mask)
    projected = kept + instead(1, 0) * (closed - np.outer(closed @ y, y))  # the printed density's hyperplane
    leaked = kept + instead(leak, 0) * closed
    return Sums(
        count=len(w),
        relu=relu[0] * len(w),
        relu_leak=relu[1] * len(w),
        tilted=(w * (w @ tilt > 0)[:, None]).sum(axis=0),
        leaked=leaked.sum(axis=0) @ y,
        own=_moments(kept, y),
        twin=_moments(projected, y),
    )


def _moments(kept, y):
    """Sums over filters of w̃, of its square along y and across it, of w̃w̃ᵀ, and of how many are 0."""
    along, squares = kept @ y, (kept**2).sum(axis=1)
    return Sums(
        mean=kept.sum(axis=0),
        along=along @ along,
        across=squares.sum() - along @ along,
        outer=kept.T @ kept,
        zeros=np.sum(~kept.any(axis=1)),
    )

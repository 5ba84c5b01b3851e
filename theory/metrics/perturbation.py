"""Pixel perturbation: what a prediction loses as the most, or the least, relevant pixels are taken away.

Samek et al. 2016, as TR-GBP's Appendix D has it: pixels become 0 in what the network is given, in all channels.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.integrate import trapezoid

from theory.errors import Precondition
from theory.geometry.arrays import Floats
from theory.metrics.shares import plane

SHARES = tuple(percent / 100 for percent in (1, 2, 5, *range(10, 100, 10)))  # printed: 1 … 90 %
BATCH = 16  # perturbed images that are given at a time
Order = npt.NDArray[np.intp]
Probability = Callable[[Floats], Floats]


def ranked(map: npt.ArrayLike, ties: npt.ArrayLike, absolute: bool = False) -> Order:
    """The pixels of a map, (H·W,) places in its rows, the most relevant first: the order of MoRF; reversed, of LeRF.

    Ranked by value, or with `absolute` by |value| (Appendix D: guided backpropagation and guided integrated gradients,
    whose negative values mean something, too). Of equal pixels those come first that `ties`, a permutation of all
    places, has first: where many are 0, any fixed order would draw a pattern.
    """
    values = plane(map).ravel()
    given = np.asarray(ties)
    if not np.array_equal(np.sort(given), np.arange(values.size)):
        raise Precondition(f"ties is a permutation of the map's {values.size} places")
    key = np.abs(values) if absolute else values
    return given[np.argsort(-key[given], kind="stable")]


def perturbed(image: Floats, order: npt.ArrayLike, share: float) -> Floats:
    """The image (C, H, W) with this share of its pixels, the first in order and rounded to whole ones, 0."""
    taken = np.asarray(order)[: round(share * image[0].size)]
    changed = image.reshape(len(image), -1).copy()
    changed[:, taken] = 0
    return changed.reshape(image.shape)


def losses(
    probability: Probability,
    image: Floats,
    order: npt.ArrayLike,
    shares: Sequence[float] = SHARES,
    batch: int = BATCH,
) -> npt.NDArray[np.float64]:
    """What the probability loses at each share of pixels taken away in order, (len(shares),): p(x) − p(x less them).

    `probability` takes inputs (B, C, H, W) and gives (B,). Precondition for shares that do not rise from 0 to 1.
    """
    if not (np.diff([0, *shares, 1]) >= 0).all() or not len(shares):
        raise Precondition("shares rise, from 0 to 1 at most")
    rows = [image, *(perturbed(image, order, share) for share in shares)]
    found = [probability(np.stack(rows[n : n + batch])) for n in range(0, len(rows), batch)]
    values = np.concatenate(found).astype(np.float64)
    return np.asarray(values[0] - values[1:], np.float64)


def area(losses: npt.ArrayLike, shares: Sequence[float] = SHARES) -> float:
    """The area under a curve of losses, over its width: the mean loss, by the trapezoidal rule.

    Of MoRF higher is better, of LeRF lower; the area between the curves is the difference of their areas.
    """
    given = np.asarray(losses, np.float64)
    if given.shape != (len(shares),) or len(shares) < 2:
        raise Precondition(f"an area takes a loss at each of two shares or more, not {given.shape}")
    return float(trapezoid(given, shares) / (shares[-1] - shares[0]))

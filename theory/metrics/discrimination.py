"""How well a number tells a network's wrong predictions from its right ones."""

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from theory.errors import Precondition
from theory.geometry.arrays import finite, real


def error_auc(scores: npt.ArrayLike, correct: npt.ArrayLike) -> float | None:
    """The area under the ROC curve of scores as a test for wrong predictions: wrong is the positive class.

    It is the probability that a wrong prediction has a higher score than a right one, ties counted as a half: Mann &
    Whitney's statistic, from ranks, over its most. scores (n,) are finite numbers, correct (n,) says which predictions
    are right. None where all are right, or all wrong. Precondition for other shapes, and for numbers that are not
    finite.
    """
    given, right = finite(real(scores, "the scores"), "the scores"), np.asarray(correct)
    if given.ndim != 1 or right.shape != given.shape or right.dtype != bool:
        raise Precondition(f"scores and correct, of bool, have one shape (n,); not {given.shape} and {right.shape}")
    wrong = int(np.count_nonzero(~right))
    if wrong in (0, len(given)):
        return None
    above = float(rankdata(given)[~right].sum()) - wrong * (wrong + 1) / 2
    return above / (wrong * (len(given) - wrong))


def larger_half(scores: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Where the half of the scores with the larger values is, ⌈n/2⌉ places in their order; of ties the earlier ones."""
    given = finite(real(scores, "the scores"), "the scores")
    chosen = np.argsort(-given.astype(np.float64), kind="stable")[: -(-len(given) // 2)]
    return np.sort(chosen)

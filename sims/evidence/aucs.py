"""The area under the ROC curve of numbers of right and wrong predictions, with the interval of DeLong et al. 1988."""

import numpy as np
from scipy.stats import rankdata

from sims.evidence.estimates import Estimate


def placements(values, wrong):
    """(Of each wrong prediction's number the share of right ones' that are below it, of each right one's the share of
    wrong ones' above): ties count half. Their means are the AUC.
    """
    values, wrong = np.asarray(values, float), np.asarray(wrong, bool)
    among_all = rankdata(values)
    above = (among_all[wrong] - rankdata(values[wrong])) / max(1, (~wrong).sum())
    below = 1 - (among_all[~wrong] - rankdata(values[~wrong])) / max(1, wrong.sum())
    return above, below


def estimate(above, below):
    """The AUC of placements, or of their differences, and its error: predictions are independent, pairs are not."""
    if min(len(above), len(below)) < 2:
        return Estimate(float(np.mean(above)) if len(above) else 0.5, 1.0, 1)
    variance = above.var(ddof=1) / len(above) + below.var(ddof=1) / len(below)
    return Estimate(float(above.mean()), float(np.sqrt(variance)), min(len(above), len(below)) - 1)


def auc(groups, statistic):
    """A row's measure: the AUC with which the statistic of a photograph's sums tells wrong predictions."""
    return estimate(*placements([statistic(group) for group in groups], wrong(groups)))


def auc_of_half(groups, statistic):
    """The same among the half of the photographs with the larger numbers, as TR-GBP has it."""
    values = np.array([statistic(group) for group in groups])
    kept = np.argsort(-values, kind="stable")[: (len(values) + 1) // 2]
    return estimate(*placements(values[kept], wrong(groups)[kept]))


def larger(groups, statistic):
    """The AUC of the first of the statistic's two numbers less that of the second, on the same photographs."""
    one, two = np.array([statistic(group) for group in groups]).T
    pairs = zip(placements(one, wrong(groups)), placements(two, wrong(groups)))
    return estimate(*(a - b for a, b in pairs))


def wrong(groups):
    return np.array([not group["correct"] for group in groups])

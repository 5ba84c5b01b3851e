"""The AUC of errors against its definition, pair by pair, and what ROC curves must satisfy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from support.geometries import array, generic, whole

from theory.errors import Precondition
from theory.metrics import error_auc
from theory.metrics.discrimination import larger_half

SCORES = st.tuples(st.integers(1, 12), st.sampled_from([whole(), generic()])).flatmap(lambda drawn: array(*drawn))


@given(SCORES, st.data())
def test_it_is_the_share_of_pairs_in_which_the_wrong_prediction_scores_higher(scores, data):
    correct = np.array(data.draw(st.lists(st.booleans(), min_size=len(scores), max_size=len(scores))))
    pairs = [(a > b) + (a == b) / 2 for a in scores[~correct] for b in scores[correct]]
    found = error_auc(scores, correct)
    assert found == pytest.approx(np.mean(pairs)) if pairs else found is None
    if pairs:
        assert error_auc(-scores, correct) == pytest.approx(1 - found) == error_auc(scores, ~correct)
        assert error_auc(np.arctan(3 * scores), correct) == pytest.approx(found)


def test_a_wrong_prediction_is_the_positive_class():
    assert error_auc([3.0, 1.0, 2.0], np.array([False, True, True])) == 1.0


def test_it_is_mann_and_whitney_s_statistic():
    rng = np.random.default_rng(0)
    scores, correct = rng.integers(0, 20, 200), rng.random(200) < 0.7
    statistic = mannwhitneyu(scores[~correct], scores[correct]).statistic
    assert error_auc(scores, correct) == pytest.approx(statistic / ((~correct).sum() * correct.sum()))


def test_it_is_scikit_learn_s():
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    rng = np.random.default_rng(0)
    scores, correct = rng.integers(0, 20, 200), rng.random(200) < 0.7
    assert error_auc(scores, correct) == pytest.approx(metrics.roc_auc_score(~correct, scores), abs=1e-12)


@given(SCORES)
def test_the_larger_half_holds_no_smaller_value(scores):
    chosen = larger_half(scores)
    left = np.setdiff1d(np.arange(len(scores)), chosen)
    assert len(chosen) == -(-len(scores) // 2) and (np.diff(chosen) > 0).all()
    assert not len(left) or scores[chosen].min() >= scores[left].max()


@pytest.mark.parametrize(
    "scores, correct",
    [([1.0, 2.0], [True]), ([1.0, np.nan], [True, False]), ([1.0, 2.0], [1, 0]), ([[1.0]], [[True]])],
)
def test_what_is_no_score_is_refused(scores, correct):
    with pytest.raises(Precondition):
        error_auc(scores, np.array(correct))

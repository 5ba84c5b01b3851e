"""The area under the ROC curve with DeLong's interval."""

import numpy as np
import pytest

from sims.evidence.aucs import auc, auc_of_half, estimate, larger, placements
from theory.metrics.discrimination import error_auc


def predictions(values, wrong):
    return [{"value": value, "correct": not each} for value, each in zip(values, wrong)]


def drawn(rng, count=80, apart=0.7, ties=False):
    wrong = rng.random(count) < 0.3
    values = rng.standard_normal(count) + apart * wrong
    return (values.round() if ties else values), wrong


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_area(seed, ties):
    values, wrong = drawn(np.random.default_rng(seed), ties=ties)
    found = auc(predictions(values, wrong), lambda sums: sums["value"])
    assert found.value == pytest.approx(error_auc(values, ~wrong))


def test_placements_from_their_definition():
    above, below = placements([1.0, 2.0, 2.0, 3.0], [False, True, False, True])
    assert above.tolist() == [0.75, 1.0]  # of 2: above 1, as large as 2; of 3: above both
    assert below.tolist() == [1.0, 0.75]


def test_the_error_is_that_of_many_samples():
    """500 samples of 80 predictions: their AUCs scatter as each says, within a tenth."""
    rng = np.random.default_rng(1)
    found = [estimate(*placements(*drawn(rng))) for _ in range(500)]
    assert np.std([each.value for each in found]) == pytest.approx(np.mean([each.error for each in found]), rel=0.1)


def test_two_numbers_of_the_same_predictions_are_compared_pair_by_pair():
    """A number beside itself and a little noise: the difference is known far better than each."""
    rng = np.random.default_rng(2)
    values, wrong = drawn(rng, 200)
    groups = predictions(np.column_stack([values, values + 0.01 * rng.standard_normal(200)]), wrong)
    found = larger(groups, lambda sums: sums["value"])
    alone = auc(groups, lambda sums: sums["value"][0])
    assert abs(found.value) < 0.01 and found.error < alone.error / 10


def test_the_half_with_the_larger_numbers():
    values, wrong = np.arange(10.0), np.arange(10) % 2 == 0
    found = auc_of_half(predictions(values, wrong), lambda sums: sums["value"])
    assert found.value == error_auc(values[5:], ~wrong[5:])


@pytest.mark.parametrize("wrong", [[True] * 4, [False] * 4, [True, False, False, False]])
def test_where_there_are_too_few_of_a_kind_nothing_is_known(wrong):
    assert auc(predictions([1.0, 2.0, 3.0, 4.0], wrong), lambda sums: sums["value"]).error == 1

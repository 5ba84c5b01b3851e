"""A short grid spends more trials, the planned one what was planned."""

import numpy as np
import pytest

from sims.evidence.estimates import Estimate, propagate
from sims.evidence.slopes import power, spread, times_as_many
from sims.system.errors import InputError

PLANNED = (4, 8, 16, 32, 64)


@pytest.mark.parametrize("values", [PLANNED, PLANNED[::-1], np.array(PLANNED), (*PLANNED, 128), (1, 1000)])
def test_what_is_no_shorter_than_planned_needs_no_more(values):
    assert times_as_many(values, PLANNED) == 1


def test_one_value_has_no_slope_and_two_that_almost_coincide_none_that_ends():
    assert times_as_many((7,), PLANNED) == 1
    with pytest.raises(InputError, match="7, 7.01 lie so close together"):
        times_as_many((7, 7.01), PLANNED)


@pytest.mark.parametrize("values", [(8, 16), (8, 32), (4, 8, 16, 32), (7, 11, 13)])
def test_a_first_look_at_a_short_grid_is_as_precise_as_the_planned_slope(values):
    """A look is a quarter of the trials; the error of a point falls as their root."""

    def error(values, trials):
        logs = np.log(values) - np.log(values).mean()
        points = [Estimate(float(log), 1 / np.sqrt(trials)) for log in logs]
        return propagate(lambda y: logs @ y / (logs @ logs), points).error

    assert error(values, times_as_many(values, PLANNED) / 4) == pytest.approx(error(PLANNED, 1))
    assert spread(values) < spread(PLANNED)


@pytest.mark.parametrize("weights", [None, np.array([1.0, 2.0, 0.5, 4.0])])
def test_a_power_is_found_whatever_the_weights_and_is_the_least_squares_one(weights):
    along = np.array([1.0, 3.0, 5.0, 20.0])
    assert power(along, 7 * along**-1.5, weights) == pytest.approx(-1.5, rel=1e-12)
    values = np.exp(np.random.default_rng(0).standard_normal(4))
    of_squares = np.polyfit(np.log(along), np.log(values), 1, w=None if weights is None else np.sqrt(weights))
    assert power(along, values, weights) == pytest.approx(of_squares[0], rel=1e-10)

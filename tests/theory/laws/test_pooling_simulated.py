"""The means under max-pooling against the network itself, with new random weights in every trial."""

import numpy as np
import pytest
from support.monte_carlo import ORDERS, RULES, covers, interval, pictures

from theory.geometry.patches import fold
from theory.laws.pooling import pooled_mean, position_means
from theory.laws.three_layer import guided_mean
from theory.layers import MaxPool2d, ReLU

TRIALS, FILTERS = 10_000, 24
OTHER = {"first": "last", "last": "first", "relu-pool": "pool-relu", "pool-relu": "relu-pool"}


def with_flat_ground():
    """7×7: the 6×6 patches of 2×2 fill nine pooling windows, one flat, one all zeros, others in part."""
    image = np.random.default_rng(1).standard_normal((1, 7, 7)) + 0.5
    image[:, :4, :4], image[:, 4:, 4:] = 1, 0
    return image


IMAGE = with_flat_ground()


@pytest.fixture(scope="module")
def simulated():
    """{(order, tie): {rule: pictures}}, simulated when first asked for."""
    seen = {}

    def of(order, tie):
        if (order, tie) not in seen:
            middle = {"relu-pool": (ReLU(), MaxPool2d(2, tie=tie)), "pool-relu": (MaxPool2d(2, tie=tie), ReLU())}[order]
            name = f"pooled guided {order} {tie}"
            seen[order, tie] = pictures(name, TRIALS, IMAGE, (FILTERS, 1, 2, 2), {}, middle, places=9, rules=RULES)
        return seen[order, tie]

    return of


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("tie", ["first", "last"])
@pytest.mark.parametrize("order", ORDERS)
def test_mean_of_the_network(simulated, order, tie, rule):
    ends = interval(simulated(order, tie)[rule], f"pooled {rule} {order} {tie}")
    settings = dict(kernel=2, rule=rule, order=order, tie=tie, filters=FILTERS)
    assert covers(ends, pooled_mean(IMAGE, **settings))
    assert rule == "saliency" or not covers(ends, pooled_mean(IMAGE, **{**settings, "tie": OTHER[tie]}))
    assert rule != "deconvnet" or not covers(ends, pooled_mean(IMAGE, **{**settings, "order": OTHER[order]}))
    assert not covers(ends, guided_mean(IMAGE, 2, filters=FILTERS))  # the picture without pooling


def places():
    """The 6×6 patches' numbers in their nine windows of four."""
    return np.arange(36).reshape(3, 2, 3, 2).swapaxes(1, 2).reshape(9, 4)


@pytest.mark.parametrize("tie", ["first", "last"])
@pytest.mark.parametrize("order", ORDERS)
def test_the_network_tells_a_dropped_constraint(simulated, order, tie):
    """Guided backpropagation without wᵀy_j > 0, and DeconvNet without its windows that have no active patch."""
    patches = np.lib.stride_tricks.sliding_window_view(IMAGE[0], (2, 2)).reshape(36, 4)

    def picture(weights):
        spread = np.zeros_like(patches)
        spread[places()] = weights
        return FILTERS / np.sqrt(2 * np.pi) * fold(spread, IMAGE.shape, 2)

    unmasked = picture(position_means(patches[places()], "deconvnet", "pool-relu", tie))
    silent_left_out = picture(position_means(patches[places()], "guided", "relu-pool", tie))
    seen = simulated(order, tie)
    assert not covers(interval(seen["guided"], f"pooled guided {order} {tie}"), unmasked)
    assert not covers(interval(seen["deconvnet"], f"pooled deconvnet {order} {tie}"), silent_left_out)
    assert covers(interval(seen["guided"], f"pooled guided {order} {tie}"), silent_left_out)

"""The fast gradient sign method, on networks whose answer is known."""

import numpy as np
import pytest

from sims.networks.preprocess import Preprocess
from sims.trained import attack
from theory.layers import Flatten, Linear
from theory.networks import Sequential

BYTES = Preprocess(size=2, mean=(100.0,) * 3, std=(1.0,) * 3)


def linear(margin):
    """Two logits, ±⟨1, x⟩ ± margin/2: class 0 leads where ⟨1, x⟩ is above −margin/2."""
    rows = np.array([[1.0], [-1.0]]) * np.ones(12) / 2
    return Sequential([Flatten(), Linear(rows.astype(np.float32), np.array([margin / 2, -margin / 2], np.float32))])


def test_the_smallest_step_that_changes_the_class_is_found():
    """12 entries less ε each: the sum of 30 falls below 0 from ε = 2.5 on, and of the steps that is 4."""
    image = np.full((3, 2, 2), 2.5, np.float32)
    found = attack.compared(linear(0.0), BYTES, image)
    assert (found["changed"], found["step"]) == (1, 4)
    assert found["x"] == pytest.approx(-1)  # 2.5 − 4 everywhere
    assert found["guided"] == pytest.approx(-1)  # each at its own class, whose weights are opposite


def test_none_changes_it_where_no_byte_may_go_so_far():
    """From 0 no byte falls: −100 + 100 is the least, and the margin is larger."""
    image = np.full((3, 2, 2), -100.0, np.float32)
    assert attack.compared(linear(1e5), BYTES, image)["changed"] == 0


def test_a_step_goes_up_the_loss_and_stays_within_bytes():
    image = np.array([-100.0, 0.0, 155.0], np.float32)[:, None, None] * np.ones((1, 2, 2), np.float32)
    moved = attack.stepped(image, np.ones_like(image), 8, BYTES)
    assert moved[:, 0, 0].tolist() == [-92.0, 8.0, 155.0]
    assert attack.stepped(image, -np.ones_like(image), 8, BYTES)[:, 0, 0].tolist() == [-100.0, -8.0, 147.0]

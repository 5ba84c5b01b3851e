"""How values become colours."""

import numpy as np
import pytest

from sims.explain.looks import Look, drawn, said
from sims.system.errors import InputError

SEEN = np.zeros((2, 2, 3), np.uint8)
RAMP = np.array([[[-4.0, -1.0], [0.0, 1.0]]] * 3) / 3  # sums over colours: −4, −1, 0, 1


def shown(maps, **look):
    return drawn(maps, Look(percentile=100, **look), SEEN)


def test_zero_is_the_middle_and_signs_are_told_apart():
    [found] = shown([RAMP], cmap="grey")
    assert found[..., 0] == pytest.approx(np.array([[0, 0.375], [0.5, 0.625]]), abs=0.01)
    [red] = shown([RAMP])
    assert red[0, 0, 2] > red[0, 0, 0] and red[1, 1, 0] > red[1, 1, 2] and np.ptp(red[1, 0]) < 0.02


def test_maps_have_their_own_scale_or_one():
    own, double = (shown([RAMP, 2 * RAMP], cmap="grey", shared=shared) for shared in (False, True))
    assert np.array_equal(*own) and double[0][0, 0, 0] == pytest.approx(0.25, abs=0.01)


def test_a_percentile_is_the_end_of_the_scale():
    values = np.zeros((1, 10, 10))
    values[0, 0, :2] = 100, 1
    values[0, 5, 5] = 1
    [found] = drawn([values], Look(percentile=98, cmap="grey"), SEEN)
    assert found[0, 0, 0] == 1 and found[0, 1, 0] == pytest.approx(1, abs=0.6)
    [whole] = drawn([values], Look(percentile=50, cmap="grey"), SEEN)  # the median is 0: the largest counts
    assert whole[0, 1, 0] == pytest.approx(0.505, abs=0.01)


def test_colours_are_those_of_the_channels():
    picture = np.zeros((3, 1, 2))
    picture[0, 0, 0], picture[2, 0, 1] = 1, -1
    [found] = shown([picture], colour=True)
    assert found[0].tolist() == [[1, 0.5, 0.5], [0.5, 0.5, 0]]
    [turned] = shown([picture], colour=True, bgr=True)
    assert turned[0].tolist() == [[0.5, 0.5, 1], [0, 0.5, 0.5]]


def test_an_overlay_is_a_share_of_the_map():
    seen = np.full((2, 2, 3), 255, np.uint8)
    [alone] = drawn([RAMP], Look(percentile=100), seen)
    [laid] = drawn([RAMP], Look(percentile=100, overlay=0.25), seen)
    assert laid == pytest.approx(0.25 * alone + 0.75)


def test_a_map_of_zeros_is_drawn_and_said_to_be():
    [found] = shown([np.zeros((3, 2, 2))], cmap="grey")
    assert found == pytest.approx(0.5, abs=0.01)
    assert said(np.zeros((3, 2, 2))) == "zero everywhere" and said(-np.ones((3, 2, 2))) == "no positive part"
    assert said(RAMP) == ""


@pytest.mark.parametrize("wrong", [dict(percentile=20), dict(cmap="jet"), dict(overlay=0.0), dict(overlay=1.5)])
def test_other_looks_are_refused(wrong):
    with pytest.raises(InputError):
        Look(**wrong)


def test_the_words_say_how_to_read_it():
    assert "sum over colours" in Look().words() and "99th percentile" in Look().words()
    assert "grey is 0" in Look(colour=True).words() and "one scale" in Look(shared=True).words()

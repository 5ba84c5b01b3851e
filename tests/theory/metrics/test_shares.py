"""Shares of a map in a box and along the border, against their definitions pixel by pixel."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.geometries import array, generic, whole

from theory.errors import Precondition
from theory.metrics import boundary_share, pointing_energy
from theory.metrics.boundary import printed_boundary
from theory.metrics.localisation import mosaic, printed_pointing, quadrants

RNG = np.random.default_rng(5)
SHAPES = st.tuples(st.integers(1, 3), st.integers(3, 7), st.integers(3, 7))
MAPS = st.tuples(SHAPES, st.sampled_from([whole(), generic()])).flatmap(lambda drawn: array(*drawn))


def slowly(map, inside, positive):
    """Σ inside / Σ, by a loop over pixels."""
    within = whole = 0.0
    for row in range(map.shape[1]):
        for column in range(map.shape[2]):
            value = sum(map[:, row, column])
            value = max(value, 0.0) if positive else value
            whole += value
            within += value * inside(row, column)
    return within / whole if whole else None


def same(found, expected):
    return found is expected is None or found == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(MAPS, st.data())
def test_pointing_is_eq_11_pixel_by_pixel(map, data):
    top, left = (data.draw(st.integers(-2, length - 1)) for length in map.shape[1:])
    bottom, right = data.draw(st.integers(max(1, top + 1), 9)), data.draw(st.integers(max(1, left + 1), 9))
    within = lambda row, column: top <= row < bottom and left <= column < right
    assert same(pointing_energy(map, (top, left, bottom, right)), slowly(map, within, positive=True))
    assume(abs(map.sum()) > 1e-3 or not map.any())
    assert same(printed_pointing(map, (top, left, bottom, right)), slowly(map, within, positive=False))


@given(MAPS, st.integers(1, 3))
def test_the_border_is_eq_12_pixel_by_pixel(map, width):
    rows, columns = map.shape[1:]
    if 2 * width >= min(rows, columns):
        with pytest.raises(Precondition, match="leaves nothing"):
            boundary_share(map, width)
        return
    at = lambda row, column: row < width or column < width or row >= rows - width or column >= columns - width
    assert same(boundary_share(map, width), slowly(map, at, positive=True))
    assume(abs(map.sum()) > 1e-3 or not map.any())
    assert same(printed_boundary(map, width), slowly(map, at, positive=False))


@given(MAPS, st.floats(1e-3, 1e3))
def test_a_share_is_from_0_to_1_and_knows_no_scale(map, scale):
    share = boundary_share(map, 1)
    assert share is None or 0 <= share <= 1
    assert same(boundary_share(scale * map, 1), share)
    parts = [pointing_energy(map, box) for box in ((0, 0, 2, 99), (2, 0, 99, 2), (2, 2, 99, 99))]
    assert parts == [None] * 3 or sum(parts) == pytest.approx(1)


def test_a_uniform_map_has_the_shares_of_the_areas():
    map = np.ones((224, 224), np.float32)
    assert boundary_share(map) == pytest.approx(1 - (192 / 224) ** 2)
    assert pointing_energy(map, (56, 0, 112, 224)) == pytest.approx(1 / 4)


@pytest.mark.parametrize("map", [np.zeros((9, 9)), -np.ones((3, 9, 9))])
def test_a_map_without_positive_part_points_nowhere(map):
    """None, to be counted: never NaN, and never 0."""
    assert pointing_energy(map, (0, 0, 2, 2)) is None and boundary_share(map, 2) is None


def test_the_printed_ratio_has_no_bounds_on_signed_maps():
    map = np.array([[3.0, 1.0], [-2.0, -1.0]])
    assert printed_pointing(map, (0, 0, 1, 2)) == 4.0 and pointing_energy(map, (0, 0, 1, 2)) == 1.0
    assert printed_pointing(map - map.mean(), (0, 0, 1, 2)) is None


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_tiny_and_huge_maps_have_the_same_share(scale):
    map = np.abs(RNG.standard_normal((20, 20)))
    assert boundary_share(scale * map, 3) == pytest.approx(boundary_share(map, 3), rel=1e-12)


def test_a_mosaic_has_each_image_in_its_quadrant():
    images = RNG.standard_normal((4, 3, 5, 6))
    grid = mosaic(images)
    for image, (top, left, bottom, right) in zip(images, quadrants(5, 6), strict=True):
        assert (grid[:, top:bottom, left:right] == image).all()
    with pytest.raises(Precondition, match="of four images"):
        mosaic(images[:3])


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: pointing_energy(np.ones((4, 4)), (0, 4, 4, 9)), "holds no pixel"),
        (lambda: pointing_energy(np.ones((4, 4)), (2, 0, 2, 4)), "holds no pixel"),
        (lambda: pointing_energy(np.ones(4), (0, 0, 1, 1)), "a map has shape"),
        (lambda: pointing_energy(np.full((4, 4), np.nan), (0, 0, 1, 1)), "finite"),
        (lambda: boundary_share(np.ones((4, 4)), 0), "leaves nothing"),
        (lambda: boundary_share(np.ones((32, 99))), "leaves nothing"),
    ],
)
def test_what_has_no_share_is_refused(call, said):
    with pytest.raises(Precondition, match=said):
        call()

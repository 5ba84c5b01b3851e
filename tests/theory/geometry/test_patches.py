"""D_j, its way back, and the coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import oracles
from support.geometries import array, generic, geometries, numbers, whole

from theory.errors import Precondition
from theory.geometry import patches
from theory.geometry.patches import as_image, coverage, extract, fold, unit
from theory.geometry.windows import Windows

EPS = np.finfo(float).eps


@given(geometries(), st.data())
def test_extract_is_d_j_x(geometry, data):
    shape, *where = geometry
    image, matrices = numbers(data.draw)(*shape), oracles.patch_matrices(*geometry)
    assert np.array_equal(extract(image, *where), matrices @ image.ravel())


@given(geometries(longest=5), st.data())
def test_fold_is_the_sum_of_d_j_transposed(geometry, data):
    """Integers: the sum is exact."""
    shape, *where = geometry
    matrices = oracles.patch_matrices(*geometry)
    columns = data.draw(array(matrices.shape[:2], whole(9)))
    assert np.array_equal(fold(columns, shape, *where).ravel(), np.einsum("jpd,jp->d", matrices, columns))


@given(geometries())
def test_coverage_is_the_diagonal_of_the_sum_of_d_j_transposed_d_j(geometry):
    shape, *where = geometry
    matrices = oracles.patch_matrices(*geometry)
    total = np.einsum("jpd,jpe->de", matrices, matrices).reshape(*shape, *shape)
    flat = total.reshape(np.prod(shape), -1)
    assert np.array_equal(flat, np.diag(np.diag(flat)))
    for channel in np.diag(flat).reshape(shape):
        assert np.array_equal(coverage(shape, *where), channel)


@given(geometries(longest=9), st.data())
def test_fold_after_extract_is_coverage_times_the_image(geometry, data):
    shape, *where = geometry
    image = data.draw(array(shape, whole(9)))
    assert np.array_equal(fold(extract(image, *where), shape, *where), coverage(shape, *where) * image)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_coverage_in_one_dimension_at_stride_1_is_p_away_from_the_borders(size):
    m = coverage((1, 1, 20), (1, size))
    assert (m[0, size - 1 : 21 - size] == size).all()
    assert m[0, 0] == m[0, -1] == 1


@pytest.mark.parametrize("channels", [1, 3, 8])
@pytest.mark.parametrize("size, stride", [(3, 1), (4, 2), (6, 3), (4, 4), ((4, 6), (2, 3))])
def test_coverage_inside_is_k_over_s_squared_whatever_the_channels(channels, size, stride):
    rows, columns = oracles.as_pair(size)
    down, across = oracles.as_pair(stride)
    inside = coverage((channels, 30, 30), size, stride)[rows:20, columns:20]
    assert (inside == rows // down * (columns // across)).all()


def test_coverage_at_borders_and_corners():
    """3×3 with padding 1: 9 inside, 6 at a border, 4 at a corner."""
    m = coverage((1, 5, 5), 3, padding=1)
    assert (m[0, 0], m[0, 2], m[2, 2]) == (4, 6, 9)


def test_coverage_is_0_where_the_stride_jumps_over_a_pixel():
    assert np.array_equal(coverage((1, 1, 5), 1, stride=2), [[1, 0, 1, 0, 1]])


def test_padding_is_zeros():
    assert np.array_equal(extract(np.ones((1, 1, 2)), (1, 3), padding=(0, 1)), [[0, 1, 1], [1, 1, 0]])
    assert not extract(np.ones((2, 1, 1)), 1, padding=1)[[0, 1, 2, 3, 5, 6, 7, 8]].any()


@pytest.mark.parametrize("dtype, kept", [(np.float32, np.float32), (np.float64, np.float64), (np.int64, np.float64)])
def test_precision(dtype, kept):
    image = np.ones((1, 3, 3), dtype)
    assert extract(image, 2).dtype == kept
    assert fold(extract(image, 2), image.shape, 2).dtype == kept


def test_views_and_other_memory_orders_are_read_right():
    image = np.arange(60.0).reshape(3, 4, 5)
    for view in (image[:, ::-1], image.transpose(0, 2, 1), np.asfortranarray(image), image[..., ::2]):
        assert np.array_equal(extract(view, 2), extract(view.copy(order="C"), 2))
    patches = np.asfortranarray(extract(image, 2))
    assert np.array_equal(fold(patches, image.shape, 2), fold(patches.copy(order="C"), image.shape, 2))


@pytest.mark.parametrize("factor", [5e-324, 1e-310, 1e-200, 1.0, 1e200, 4e307])
def test_unit_of_tiny_and_huge_rows(factor):
    """Squares would be 0 or infinite. [3, 4] holds its ratio even among subnormals; three roundings, each eps."""
    rows = np.array([[3.0, -4.0], [0.0, 1.0], [0.0, 0.0]]) * factor
    with np.errstate(all="raise"):
        assert abs(unit(rows) - [[0.6, -0.8], [0, 1], [0, 0]]).max() <= 3 * EPS


@given(st.integers(1, 100).flatmap(lambda size: array(size, generic())))
def test_unit_rows_have_length_1_and_the_direction_of_the_row(row):
    """A norm's sum of n squares is off by n·eps/2, its root and three quotients by 2·eps more."""
    assert abs(np.linalg.norm(unit(row)) - row.any()) <= (row.size + 4) * EPS
    assert abs(unit(row) * np.linalg.norm(row) - row).max() <= (row.size + 4) * EPS * abs(row).max()


def test_unit_leaves_its_argument_and_its_precision_alone():
    rows = np.array([[3.0, 4.0]], np.float32)
    assert unit(rows).dtype == np.float32
    assert np.array_equal(rows, [[3, 4]])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_pixels_that_are_no_numbers_are_refused(bad):
    image = np.ones((1, 3, 3))
    image[0, 1, 1] = bad
    with pytest.raises(Precondition, match="finite"):
        as_image(image)
    with pytest.raises(Precondition, match="finite"):
        extract(image, 2)


@pytest.mark.parametrize("kind", [np.ma.array, lambda a: a + 1j, lambda a: a.astype(str), lambda a: a.astype(object)])
def test_arrays_that_hold_no_real_numbers_or_hide_some_are_refused(kind):
    with pytest.raises(TypeError, match="the image must"):
        as_image(kind(np.ones((1, 3, 3))))
    with pytest.raises(TypeError, match="patches must"):
        fold(kind(np.ones((4, 4))), (1, 3, 3), 2)


@pytest.mark.parametrize("kind", [bool, np.uint8, int, np.float16, np.float32, float])
def test_real_numbers_of_every_type_make_an_image(kind):
    image = as_image(np.ones((1, 2, 2), kind))
    assert image.dtype == (np.float32 if kind == np.float32 else np.float64) and (image == 1).all()


@pytest.mark.parametrize("shape", [(3, 3), (1, 1, 3, 3), (0, 3, 3), (1, 0, 3), ()])
def test_other_shapes_are_refused(shape):
    with pytest.raises(Precondition, match="an image has shape"):
        extract(np.ones(shape), 1)


@pytest.mark.parametrize("shape", [(4, 8), (9, 4), (4, 4, 1), (16,)])
def test_fold_refuses_patches_of_another_shape(shape):
    with pytest.raises(Precondition, match=r"patches of shape \(4, 4\)"):
        fold(np.ones(shape), (1, 3, 3), 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda **k: extract(np.ones((1, 3, 3)), **k),
        lambda **k: coverage((1, 3, 3), **k),
        lambda **k: fold(np.ones((1, 1)), (1, 3, 3), **k),
    ],
)
@pytest.mark.parametrize(
    "setting",
    [dict(kernel=4), dict(kernel=(1, 4)), dict(kernel=0), dict(kernel=2, stride=0), dict(kernel=2, padding=-1)],
)
def test_windows_that_do_not_fit_are_refused(call, setting):
    with pytest.raises(Precondition, match="fit|at least"):
        call(**setting)


@pytest.mark.parametrize("wrong", [1.5, 2.0, "2", None, 1j, np.ma.array(2, mask=True), (1, 1.5)])
def test_sizes_are_integers(wrong):
    for setting in ("kernel", "stride", "padding"):
        with pytest.raises(TypeError, match=f"{setting} must be an int or a pair of ints"):
            coverage((1, 5, 5), **{"kernel": 2, setting: wrong})
    with pytest.raises(TypeError, match="height and width"):
        coverage((1, 5, 5.5), 2)


@given(geometries(longest=9), st.integers(1, 3), st.data())
def test_tiles_of_any_size_make_up_the_whole(geometry, rows, data):
    """Integers, so that equal means equal; `rows` is how many rows of windows a tile holds."""
    shape, *where = geometry
    windows = Windows.on(shape, *where)
    image = data.draw(array(shape, whole(9)))
    columns = patches.columns(image, windows)
    matrix, signal = (data.draw(array(sides, whole(9))) for sides in ((len(columns), 2), (2, windows.count)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patches, "TILE", rows * len(columns) * windows.columns)
        tiles = list(patches.column_tiles(image, windows))
        assert len(tiles) == -(-windows.rows // rows)
        assert all(np.array_equal(tile, columns[:, place]) for place, tile in tiles)
        assert np.array_equal(np.concatenate([tile for _, tile in tiles], axis=1), columns)
        folded = patches.fold_product(matrix, signal, windows)
    assert np.array_equal(folded, patches.fold_columns(matrix @ signal, windows))

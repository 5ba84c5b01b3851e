"""D_j: the patches of an image, their way back, and how many hold each pixel."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry import loops
from theory.geometry.arrays import Entry, Floats, finite, real
from theory.geometry.windows import Pair, Windows

TILE = 2**21  # entries of the patches that a convolution holds at a time


def as_image(image: npt.ArrayLike) -> Floats:
    """image as a finite float array (C, H, W), float64 unless it is float32; else Precondition or TypeError."""
    given = real(image, "the image")
    pixels: Floats = np.ascontiguousarray(given, dtype=given.dtype if given.dtype == np.float32 else np.float64)
    if pixels.ndim != 3 or not pixels.size:
        raise Precondition(f"an image has shape (channels, height, width), none of them 0; not {pixels.shape}")
    return finite(pixels, "the image", "pixel")


def columns(image: npt.NDArray[Entry], windows: Windows) -> npt.NDArray[Entry]:
    """The patches of `image` (C, H, W), one per column of (p, J): what a convolution multiplies its filters with."""
    return _gathered(_phases(image, windows), windows, 0, windows.rows)


def column_tiles(image: npt.NDArray[Entry], windows: Windows) -> Iterator[tuple[slice, npt.NDArray[Entry]]]:
    """`columns` a few rows of windows at a time, to stay in the cache: pairs of a slice and the columns in it."""
    phases = _phases(image, windows)
    for first, last in windows.tiles(len(image), TILE):
        yield slice(first * windows.columns, last * windows.columns), _gathered(phases, windows, first, last)


def fold_columns(patches: npt.NDArray[Entry], windows: Windows) -> npt.NDArray[Entry]:
    """Σ_j D_jᵀ of the columns of `patches` (p, J), as an image (C, H, W): the adjoint of `columns`."""
    phases = _no_phases(len(patches), windows, patches.dtype)
    _scatter(patches, windows, 0, windows.rows, phases)
    return _image(phases, windows)


def fold_product(matrix: npt.NDArray[Any], signal: npt.NDArray[Any], windows: Windows) -> npt.NDArray[Any]:
    """fold_columns(matrix @ signal, windows), of matrix (p, N) and signal (N, J), a few rows of windows at a time."""
    phases = _no_phases(len(matrix), windows, np.result_type(matrix, signal))
    for first, last in windows.tiles(len(phases), TILE):
        tile = signal[:, first * windows.columns : last * windows.columns]
        _scatter(matrix @ tile, windows, first, last, phases)
    return _image(phases, windows)


def _phases(image: npt.NDArray[Entry], windows: Windows) -> npt.NDArray[Entry]:
    """The columns of `image` (C, H, W) by their remainder, (C, H, stride, ⌈W/stride⌉)."""
    step = windows.stride[1]
    filled = np.pad(image, ((0, 0), (0, 0), (0, -windows.width % step))) if windows.width % step else image
    return np.ascontiguousarray(filled.reshape(*image.shape[:2], -1, step).swapaxes(2, 3))


def _no_phases(entries: int, windows: Windows, dtype: np.dtype[Entry]) -> npt.NDArray[Entry]:
    """Phases of 0, for patches of so many `entries`."""
    step = windows.stride[1]
    channels = entries // (windows.kernel[0] * windows.kernel[1])
    return np.zeros((channels, windows.height, step, -(-windows.width // step)), dtype)


def _image(phases: npt.NDArray[Entry], windows: Windows) -> npt.NDArray[Entry]:
    """The image (C, H, W) of its phases."""
    return np.ascontiguousarray(phases.swapaxes(2, 3).reshape(*phases.shape[:2], -1)[..., : windows.width])


def _gathered(phases: npt.NDArray[Entry], windows: Windows, first: int, last: int) -> npt.NDArray[Entry]:
    """The patches of the rows of windows from `first` up to `last`, (p, windows)."""
    out = np.empty((len(phases), *windows.kernel, last - first, windows.columns), phases.dtype)
    loops.gather(phases, windows.width, windows.stride, windows.padding_from(first), windows.dilation, out)
    return out.reshape(-1, (last - first) * windows.columns)


def _scatter(patches: npt.NDArray[Entry], windows: Windows, first: int, last: int, phases: npt.NDArray[Entry]) -> None:
    """Add the patches of such rows, (p, windows), in their places."""
    patches = np.ascontiguousarray(patches).reshape(-1, *windows.kernel, last - first, windows.columns)
    loops.scatter(patches, windows.width, windows.stride, windows.padding_from(first), windows.dilation, phases)


def extract(image: npt.ArrayLike, kernel: Pair, stride: Pair = 1, padding: Pair = 0) -> Floats:
    """The patches y_j = D_j x of `image` (C, H, W): (J, p), p = C·kh·kw in filter order, zeros where there is
    padding.
    """
    pixels = as_image(image)
    return np.ascontiguousarray(columns(pixels, Windows.on(pixels.shape, kernel, stride, padding)).T)


def fold(
    patches: npt.ArrayLike, image_shape: Sequence[int], kernel: Pair, stride: Pair = 1, padding: Pair = 0
) -> npt.NDArray[Any]:
    """Σ_j D_jᵀ patches_j: `patches` (J, p) added back in their places in an image of `image_shape` (C, H, W)."""
    windows = Windows.on(image_shape, kernel, stride, padding)
    entries = real(patches, "patches")
    expected = (windows.count, image_shape[0] * windows.kernel[0] * windows.kernel[1])
    if entries.shape != expected:
        raise Precondition(f"this image has patches of shape {expected} (J, p), not {entries.shape}")
    return fold_columns(entries.T, windows)


def coverage(image_shape: Sequence[int], kernel: Pair, stride: Pair = 1, padding: Pair = 0) -> npt.NDArray[np.float64]:
    """m, the diagonal of Σ_j D_jᵀD_j: how many patches hold a pixel, (H, W); the same for every channel."""
    windows = Windows.on(image_shape, kernel, stride, padding)
    ones = np.ones((windows.kernel[0] * windows.kernel[1], windows.count))
    covered: npt.NDArray[np.float64] = fold_columns(ones, windows)[0]
    return covered


@overload
def unit(patches: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]: ...
@overload
def unit(patches: npt.ArrayLike) -> Floats: ...
def unit(patches: npt.ArrayLike) -> Floats:
    """ŷ = y/‖y‖ along the last axis, and 0 for a zero vector; safe from overflow and underflow of the squares."""
    scaled, _, norm = _scaled(patches)
    return np.divide(scaled, norm, out=scaled, where=norm > 0)


def lengths(patches: npt.ArrayLike) -> Floats:
    """‖y‖ along the last axis, as safe."""
    _, largest, norm = _scaled(patches)
    return (largest * norm)[..., 0]


def _scaled(patches: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Vectors over their largest entry, that entry, and the norm of what is left."""
    vectors = np.asarray(patches, np.result_type(patches, np.float32))
    largest = np.max(np.abs(vectors), axis=-1, keepdims=True)
    scaled = np.divide(vectors, largest, out=np.zeros_like(vectors), where=largest > 0)
    return scaled, largest, np.linalg.norm(scaled, axis=-1, keepdims=True)

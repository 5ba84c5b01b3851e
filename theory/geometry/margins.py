"""Windows on an image with zeros around it, as many on each side as one likes: TensorFlow's "SAME" is not symmetric."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from theory.geometry.patches import columns, fold_columns, fold_product
from theory.geometry.windows import Pair, Windows, pair

Margins: TypeAlias = tuple[tuple[int, int], tuple[int, int]]  # rows of zeros above and below, columns left and right
Padding: TypeAlias = Pair | tuple[Pair, Pair] | str  # on all sides, ((above, below), (left, right)), or SAME
SAME = "same"


def same(length: int, size: int, stride: int) -> tuple[int, int]:
    """Zeros before and after `length` entries with which ⌈length/stride⌉ windows fit; the odd one comes after."""
    missing = max(0, (-(-length // stride) - 1) * stride + size - length)
    return missing // 2, missing - missing // 2


def margins(padding: Padding, image_shape: Sequence[int], kernel: Pair, stride: Pair = 1) -> Margins:
    """The zeros around an image (…, H, W): a number or a pair (rows, columns) as in a convolution, a pair for each
    axis, or "same".
    """
    if isinstance(padding, str) and padding == SAME:
        sizes, steps = pair(kernel, "kernel", 1), pair(stride, "stride", 1)
        rows, across = (same(*each) for each in zip(image_shape[-2:], sizes, steps))
        return rows, across
    sides = tuple(padding) if isinstance(padding, (tuple, list)) else ()
    if len(sides) == 2 and all(isinstance(side, (tuple, list)) for side in sides):
        return pair(sides[0], "padding", 0), pair(sides[1], "padding", 0)
    rows_around, columns_around = pair(padding, "padding", 0)  # type: ignore[arg-type]
    return (rows_around, rows_around), (columns_around, columns_around)


@dataclass(frozen=True)
class Frame:
    """`windows` on an image with `around` it zeros: they have no padding of their own."""

    around: Margins
    windows: Windows

    @classmethod
    def on(cls, image_shape: Sequence[int], kernel: Pair, stride: Pair = 1, padding: Padding = 0) -> Self:
        """Windows on an image of shape (…, H, W); Precondition if not even one fits."""
        around = margins(padding, image_shape, kernel, stride)
        shape = tuple(length + sum(sides) for length, sides in zip(image_shape[-2:], around))
        return cls(around, Windows.on(shape, kernel, stride))

    def pad(self, image: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """An image (C, H, W) with its zeros."""
        return np.pad(image, ((0, 0), *self.around)) if np.any(self.around) else image

    def crop(self, image: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What of an image (C, …, …) with its zeros is the image."""
        (top, bottom), (left, right) = self.around
        return image[:, top : image.shape[1] - bottom, left : image.shape[2] - right]

    def columns(self, image: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The patches of an image (C, H, W), zeros where there is padding, as columns (p, J)."""
        return columns(self.pad(image), self.windows)

    def fold(self, matrix: npt.NDArray[Any], signal: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Σ_j D_jᵀ of the columns of matrix @ signal, of matrix (p, N) and signal (N, J), as an image (C, H, W)."""
        return self.crop(fold_product(np.ascontiguousarray(matrix), np.ascontiguousarray(signal), self.windows))

    def covered(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Σ of the weights (J,) of the windows that hold a pixel, (1, H, W)."""
        entries = self.windows.kernel[0] * self.windows.kernel[1]
        spread = np.ascontiguousarray(np.broadcast_to(weights, (entries, len(weights))))
        return self.crop(fold_columns(spread, self.windows))

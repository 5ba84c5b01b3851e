"""Where the windows of a convolution, a pooling layer or a patch extraction lie on an image."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, SupportsIndex, TypeAlias

from theory.errors import Precondition
from theory.geometry.arrays import integer

Pair: TypeAlias = SupportsIndex | tuple[SupportsIndex, SupportsIndex]  # an int is rows and columns alike


def pair(value: Pair, name: str, least: int) -> tuple[int, int]:
    """An int, or a pair of ints, as a pair (rows, columns), each at least `least`; else Precondition or TypeError."""
    values = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(values) != 2:
        raise Precondition(f"{name} must be an int or a pair of ints, not {value!r}")
    try:
        rows, columns = integer(values[0]), integer(values[1])
    except TypeError:
        raise TypeError(f"{name} must be an int or a pair of ints, not {value!r}") from None
    if min(rows, columns) < least:
        raise Precondition(f"{name} must be at least {least}, not {value!r}")
    return rows, columns


@dataclass(frozen=True)
class Windows:
    """Windows of size `kernel`, `stride` apart, on an image of height × width with `padding` zeros on every side.

    The entries of a window lie `dilation` apart: side by side at 1. With `ceil` a last window may reach beyond the
    padding, if it begins in the image or in the padding before it (PyTorch's ceil mode).
    """

    height: int
    width: int
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int] = (1, 1)
    ceil: bool = False

    @classmethod
    def on(
        cls,
        image_shape: Sequence[int],
        kernel: Pair,
        stride: Pair = 1,
        padding: Pair = 0,
        dilation: Pair = 1,
        ceil: bool = False,
    ) -> Self:
        """Windows on an image of shape (..., height, width); Precondition if not even one fits."""
        *_, height, width = image_shape
        height, width = pair((height, width), "the height and width of an image", 0)
        steps = pair(stride, "stride", 1), pair(padding, "padding", 0), pair(dilation, "dilation", 1)
        windows = cls(height, width, pair(kernel, "kernel", 1), *steps, ceil)
        if windows.rows < 1 or windows.columns < 1:
            raise Precondition(
                f"a kernel of {windows.kernel} does not fit an image of {height}×{width} with padding {windows.padding}"
                + (f" and dilation {windows.dilation}" if windows.dilation != (1, 1) else "")
            )
        return windows

    @property
    def rows(self) -> int:
        return self._count(self.height, 0)

    @property
    def columns(self) -> int:
        return self._count(self.width, 1)

    def _count(self, length: int, axis: int) -> int:
        reach = self.dilation[axis] * (self.kernel[axis] - 1) + 1
        stride, padding = self.stride[axis], self.padding[axis]
        room = length + 2 * padding - reach
        if not self.ceil:
            return room // stride + 1
        count = -(-room // stride) + 1
        return count - 1 if (count - 1) * stride >= length + padding else count

    @property
    def count(self) -> int:
        """J, the number of windows."""
        return self.rows * self.columns

    def tiles(self, channels: int, entries: int) -> list[tuple[int, int]]:
        """Ranges of rows of windows whose patches, of so many channels, have about `entries` entries each."""
        step = max(1, entries // (channels * self.kernel[0] * self.kernel[1] * self.columns))
        return [(first, min(first + step, self.rows)) for first in range(0, self.rows, step)]

    def padding_from(self, row: int) -> tuple[int, int]:
        """The padding that makes `row` the first row of windows: below 0, rows of the image above it are left out."""
        return self.padding[0] - row * self.stride[0], self.padding[1]

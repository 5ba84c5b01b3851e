"""Where the windows of a convolution, a pooling layer or a patch extraction lie on an image."""

from dataclasses import dataclass
from operator import index


def pair(value, name, least):
    """An int, or a pair of ints, as a pair (rows, columns), each at least `least`; else ValueError or TypeError."""
    values = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(values) != 2:
        raise ValueError(f"{name} must be an int or a pair of ints, not {value!r}")
    try:
        values = (index(values[0]), index(values[1]))
    except TypeError:
        raise TypeError(f"{name} must be an int or a pair of ints, not {value!r}") from None
    if min(values) < least:
        raise ValueError(f"{name} must be at least {least}, not {value!r}")
    return values


@dataclass(frozen=True)
class Windows:
    """Windows of size `kernel`, `stride` apart, on an image of height × width with `padding` zeros on every side."""

    height: int
    width: int
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]

    @classmethod
    def on(cls, image_shape, kernel, stride=1, padding=0):
        """Windows on an image of shape (..., height, width); ValueError if not even one fits."""
        height, width = image_shape[-2:]
        windows = cls(height, width, pair(kernel, "kernel", 1), pair(stride, "stride", 1), pair(padding, "padding", 0))
        if windows.rows < 1 or windows.columns < 1:
            raise ValueError(
                f"a kernel of {windows.kernel} does not fit an image of {height}×{width} with padding {windows.padding}"
            )
        return windows

    @property
    def rows(self):
        return (self.height + 2 * self.padding[0] - self.kernel[0]) // self.stride[0] + 1

    @property
    def columns(self):
        return (self.width + 2 * self.padding[1] - self.kernel[1]) // self.stride[1] + 1

    @property
    def count(self):
        """J, the number of windows."""
        return self.rows * self.columns

    def tiles(self, channels, entries):
        """Ranges of rows of windows whose patches, of so many channels, have about `entries` entries each."""
        step = max(1, entries // (channels * self.kernel[0] * self.kernel[1] * self.columns))
        return [(first, min(first + step, self.rows)) for first in range(0, self.rows, step)]

    def padding_from(self, row):
        """The padding that makes `row` the first row of windows: below 0, rows of the image above it are left out."""
        return self.padding[0] - row * self.stride[0], self.padding[1]

"""A first layer that is given: its activations and slopes, its way back, and which units win a pooling window."""

from dataclasses import dataclass, field
from typing import SupportsFloat

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry import loops
from theory.geometry.arrays import finite, real
from theory.geometry.margins import Frame, Padding
from theory.geometry.patches import as_image
from theory.geometry.windows import Pair, Windows, pair
from theory.laws.preconditions import positive

Maps = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FirstLayer:
    """σ(w_iᵀ D_j x + b_i) of an image (C, H, W), filters (N, C, kh, kw) and biases (N,), none for 0.

    σ is a ReLU, or with a `ceiling` min(max(y, 0), ceiling). Precondition for what does not fit together.
    """

    image: npt.ArrayLike
    filters: npt.ArrayLike
    bias: npt.ArrayLike | None = None
    stride: Pair = 1
    padding: Padding = 0
    ceiling: SupportsFloat | None = None
    pixels: Maps = field(init=False)
    matrix: Maps = field(init=False)  # the filters (N, p)
    frame: Frame = field(init=False)
    preactivations: Maps = field(init=False)  # y (N, rows, columns)
    top: float = field(init=False)

    def __post_init__(self) -> None:
        pixels, weight = as_image(self.image).astype(np.float64), finite(real(self.filters, "a filter"), "a filter")
        if weight.ndim != 4 or not len(weight) or weight.shape[1] != len(pixels):
            raise Precondition(f"filters are (N, {len(pixels)}, kh, kw) for this image, not {weight.shape}")
        offsets = np.zeros(len(weight)) if self.bias is None else finite(real(self.bias, "a bias"), "a bias")
        if offsets.shape != weight.shape[:1]:
            raise Precondition(f"biases are ({len(weight)},), one for each filter, not {offsets.shape}")
        frame = Frame.on(pixels.shape, weight.shape[2:], self.stride, self.padding)
        matrix = weight.reshape(len(weight), -1).astype(np.float64)
        y = (matrix @ frame.columns(pixels) + offsets[:, None]).reshape(-1, frame.windows.rows, frame.windows.columns)
        top = np.inf if self.ceiling is None else positive(self.ceiling, "a ceiling")
        found = dict(pixels=pixels, matrix=matrix, frame=frame, preactivations=y, top=top)
        for name, value in found.items():
            object.__setattr__(self, name, value)

    @property
    def activations(self) -> Maps:
        """A = σ(y), (N, rows, columns)."""
        return self.preactivations.clip(0, self.top)

    @property
    def slopes(self) -> Maps:
        """m, 1 where 0 < y and y < ceiling."""
        return ((self.preactivations > 0) & (self.preactivations < self.top)).astype(np.float64)

    @property
    def back_squares(self) -> Maps:
        """‖D_jᵀ w_i‖², (N, rows, columns): of a filter at the border only what lies in the image counts."""
        inside = self.frame.columns(np.ones((1, *self.pixels.shape[1:])))
        squares = (self.matrix**2).reshape(len(self.matrix), -1, len(inside)).sum(axis=1)
        found: Maps = (squares @ inside).reshape(self.preactivations.shape)
        return found

    def back(self, signal: Maps) -> Maps:
        """Σ_j D_jᵀ Σ_i w_i signal_ij, like the image."""
        return self.frame.fold(self.matrix.T, signal.reshape(len(self.matrix), -1))


def pooled(maps: Maps, pool: Pair, stride: Pair | None, tie: str) -> tuple[Maps, npt.NDArray[np.int64]]:
    """Max-pooling of maps (N, H, W): the maxima (N, rows, columns), and the flat places that they were at."""
    if tie not in ("first", "last"):
        raise Precondition(f'tie is "first" or "last", not {tie!r}')
    size = pair(pool, "pool", 1)
    step = size if stride is None else pair(stride, "a pool's stride", 1)
    windows = Windows.on(maps.shape, size, step)
    maxima = np.empty((len(maps), windows.rows, windows.columns))
    switches = np.empty(maxima.shape, np.int64)
    loops.pool_max(np.ascontiguousarray(maps), size, step, (0, 0), tie == "first", maxima, switches)
    return maxima, switches


def unpooled(values: Maps, switches: npt.NDArray[np.int64], shape: tuple[int, ...]) -> Maps:
    """The values of windows added at their switches, in maps of this shape (N, H, W): the way back of `pooled`."""
    found = np.zeros((shape[0], shape[1] * shape[2]))
    loops.unpool(np.ascontiguousarray(values.reshape(shape[0], -1)), switches.reshape(shape[0], -1), found)
    return found.reshape(shape)

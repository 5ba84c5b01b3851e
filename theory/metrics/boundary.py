"""How much of a map lies along the border of the image: TR-GBP's intensity of boundary dependence."""

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.arrays import integer
from theory.metrics.shares import Mask, plane, positive_share, printed_share

WIDTH = 16  # pixels, as printed


def boundary_share(map: npt.ArrayLike, width: int = WIDTH) -> float | None:
    """The share of a map's positive part within `width` pixels of a border (TR-GBP's Eq. 12).

    map is (H, W), or (C, H, W), which is summed over its channels. The printed "> 224 − 16" would leave out one pixel
    more at the far borders, if counted from 0: here all four are alike. None for a map without positive part.
    Precondition for a width that leaves nothing inside, or nothing at the border.
    """
    return positive_share(map, border(plane(map).shape, width))


def printed_boundary(map: npt.ArrayLike, width: int = WIDTH) -> float | None:
    """Eq. 12 as it is printed, with signs: it has no bounds. None where the sum over all is 0."""
    return printed_share(map, border(plane(map).shape, width))


def border(shape: tuple[int, ...], width: int = WIDTH) -> Mask:
    """Which pixels of a map of shape (H, W) lie within `width` of a border."""
    if not 0 < integer(width) <= (min(shape) - 1) // 2:
        raise Precondition(f"a border of {width} pixels on a map of {shape[0]}×{shape[1]} leaves nothing to compare")
    found = np.ones(shape, bool)
    found[width:-width, width:-width] = False
    return found

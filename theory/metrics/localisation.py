"""Whether a map lies where the object is: the energy-based pointing game, with a box, or in a grid of photographs."""

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.metrics.shares import Mask, plane, positive_share, printed_share

Box = tuple[int, int, int, int]  # top, left, bottom, right: rows top … bottom − 1, columns left … right − 1


def pointing_energy(map: npt.ArrayLike, box: Box) -> float | None:
    """The share of a map's positive part that lies in a box (TR-GBP's Eq. 11, from Wang et al. 2020), higher is better.

    map is (H, W), or (C, H, W), which is summed over its channels; box is (top, left, bottom, right) in pixels, the
    last two exclusive, and may reach over the map's border. None for a map without positive part: it points nowhere.
    Precondition for a box of which nothing lies in the map.
    """
    return positive_share(map, inside(box, plane(map).shape))


def printed_pointing(map: npt.ArrayLike, box: Box) -> float | None:
    """Eq. 11 as it is printed, Σ in the box over Σ of all, with signs: it has no bounds. None where Σ of all is 0."""
    return printed_share(map, inside(box, plane(map).shape))


def inside(box: Box, shape: tuple[int, ...]) -> Mask:
    """Which pixels of a map of shape (H, W) lie in a box."""
    top, left, bottom, right = box
    rows, columns = (np.arange(length) for length in shape)
    found: Mask = ((rows >= top) & (rows < bottom))[:, None] & ((columns >= left) & (columns < right))
    if not found.any():
        raise Precondition(f"a box (top, left, bottom, right) {box} holds no pixel of a map of {shape[0]}×{shape[1]}")
    return found


def mosaic(images: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Four images (4, C, H, W) in a grid, (C, 2H, 2W): the first two above, the others below."""
    if np.ndim(images) != 4 or len(images) != 4:
        raise Precondition(f"a mosaic is of four images, (4, C, H, W), not {np.shape(images)}")
    above, below = (np.concatenate(list(images[pair]), axis=-1) for pair in (slice(0, 2), slice(2, 4)))
    return np.concatenate([above, below], axis=-2)


def quadrants(height: int, width: int) -> list[Box]:
    """The boxes of a mosaic's four images of height × width, in their order (grid pointing game, Böhle et al. 2021)."""
    return [(row, column, row + height, column + width) for row in (0, height) for column in (0, width)]

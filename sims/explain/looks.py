"""How the values of a map become colours: 0 in the middle of the scale, on its own scale or on one for all."""

from dataclasses import dataclass

import matplotlib
import numpy as np

from sims.system.errors import InputError

MAPS = {  # diverging, 0 in the middle, for colour-blind people, too
    "RdBu": "RdBu_r",
    "PuOr": "PuOr_r",
    "BrBG": "BrBG_r",
    "grey": "gray",
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """How maps are shown.

    `percentile` of the absolute values is the end of the scale; `shared`, whether all maps of a picture have one scale;
    `cmap` a name in MAPS, for signed values (the sum over the colours); `colour` shows the channels as they are, grey
    is 0; `overlay` is the share of the map where it is laid on the picture in grey, None for none.
    """

    percentile: float = 99.0
    shared: bool = False
    cmap: str = "RdBu"
    colour: bool = False
    overlay: float | None = None
    bgr: bool = False

    def __post_init__(self):
        if not 50 <= self.percentile <= 100:
            raise InputError(f"--percentile lies in 50..100, not {self.percentile:g}")
        if self.cmap not in MAPS:
            raise InputError(f"--cmap is one of {', '.join(MAPS)}, which have 0 in the middle; not {self.cmap}")
        if self.overlay is not None and not 0 < self.overlay <= 1:
            raise InputError(f"--overlay lies above 0 and at most at 1, not {self.overlay:g}")

    def words(self):
        """What a reader must know to read the colours."""
        scale = "all maps on one scale" if self.shared else "each map on its own scale"
        what = "grey is 0, darker negative, brighter positive" if self.colour else self._signed()
        laid = f"; laid on the picture, {self.overlay:.0%} of the map" if self.overlay else ""
        return f"{what}; {scale}, to the {self.percentile:g}th percentile of the absolute values{laid}"

    def _signed(self):
        ends = {"RdBu": "red positive, blue negative", "PuOr": "orange positive, purple negative"}
        ends |= {"BrBG": "green negative, brown positive", "grey": "bright positive, dark negative"}
        return f"sum over colours: {ends[self.cmap]}, 0 in the middle"


def drawn(maps, look, picture):
    """Maps (C, H, W) as pictures (H, W, 3) from 0 to 1; `picture` (H, W, 3), bytes, is what the network saw."""
    values = [channels(each, look) for each in maps]
    limits = [limit(each, look.percentile) for each in values]
    if look.shared:
        limits = [max(limits)] * len(limits)
    return [laid(coloured(each, end, look), picture, look.overlay) for each, end in zip(values, limits)]


def channels(values, look):
    """The values that are shown: (H, W, 3), red first, or (H, W)."""
    if look.colour and len(values) == 3:
        return np.moveaxis(values[::-1] if look.bgr else values, 0, -1)
    return values.sum(axis=0)


def limit(values, percentile):
    """The end of a map's scale: a percentile of its absolute values, or the largest if that is 0."""
    sizes = np.abs(values)
    return float(np.percentile(sizes, percentile)) or float(sizes.max())


def coloured(values, end, look):
    """Values on a scale from −end to end, as colours."""
    scaled = np.clip(0.5 + values / (2 * end), 0, 1) if end else np.full(values.shape, 0.5)
    if scaled.ndim == 3:
        return scaled
    name = "gray" if look.colour else MAPS[look.cmap]
    return matplotlib.colormaps[name](scaled)[..., :3]


def laid(colours, picture, share):
    """Colours laid on the picture in grey."""
    if share is None:
        return colours
    grey = picture.mean(axis=2, keepdims=True) / 255
    rows, columns = (
        np.linspace(0, length - 1, n).round().astype(int) for length, n in zip(grey.shape[:2], colours.shape)
    )
    return share * colours + (1 - share) * grey[rows][:, columns]


def said(values):
    """What is said of a map that is not what one expects: nothing in it, or nothing positive."""
    total = values.sum(axis=0)
    if not values.any():
        return "zero everywhere"
    return "" if (total > 0).any() else "no positive part"

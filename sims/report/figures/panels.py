"""Pictures at whole pixels: a stored picture is shown at its own size, or enlarged by a whole factor.

A picture of noise that is scaled down loses its noise, and looks more like its input than it is.
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.image import imread

DPI = 100
GREY_IS_ZERO = "grey is 0, darker negative, brighter positive; each picture on its own scale"


def stored(folder, claim, name):
    """results/<claim>/<name>.png as (H, W) or (H, W, 3), from 0 to 1."""
    return imread(Path(folder) / "results" / claim / f"{name}.png")


def crop(picture, side, top=None, left=None):
    """A square of it, in the middle unless told."""
    top = (picture.shape[0] - side) // 2 if top is None else top
    left = (picture.shape[1] - side) // 2 if left is None else left
    return picture[top : top + side, left : left + side]


def enlarged(picture, factor):
    """Every pixel as a square of factor × factor."""
    return np.repeat(np.repeat(picture, factor, axis=0), factor, axis=1)


def row_of(pictures, titles, headline, footnote=GREY_IS_ZERO, columns=None, gap=14, above=46, letters=9):
    """A figure of pictures in rows of `columns`, each pixel one pixel of the PNG, a title above each.

    `titles` may have several lines (`above` is their height in pixels, `letters` their size). The headline is the
    figure's one statement; the footnote says how values are shown. Save it with `tight=False`: a trimmed margin would
    shift pixels.
    """
    columns = columns or len(pictures)
    rows = -(-len(pictures) // columns)
    height, width = max(p.shape[0] for p in pictures), max(p.shape[1] for p in pictures)
    line = round(1.85 * (letters - 1))  # pixels
    top, bottom = 30 + 18 * headline.count("\n"), 10 + line * (1 + footnote.count("\n")) if footnote else 6
    total = columns * (width + gap) + gap, top + rows * (height + above) + bottom
    figure = Figure((total[0] / DPI, total[1] / DPI), dpi=DPI)
    figure.text(0.5, 1 - 6 / total[1], headline, ha="center", va="top", fontsize=11.5)
    if footnote:
        figure.text(0.5, 6 / total[1], footnote, ha="center", va="bottom", fontsize=letters - 1, color="#555555")
    for n, (picture, title) in enumerate(zip(pictures, titles)):
        left = gap + (n % columns) * (width + gap)
        base = total[1] - top - (n // columns) * (height + above) - above - picture.shape[0]
        place(figure, picture, left, base, total, title, letters)
    return figure


def place(figure, picture, left, base, total, title, letters=9):
    """One picture at a place in pixels, its title above."""
    height, width = picture.shape[:2]
    axes = figure.add_axes([left / total[0], base / total[1], width / total[0], height / total[1]])
    axes.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    axes.set_axis_off()
    middle, top = (left + width / 2) / total[0], (base + height + 4) / total[1]
    figure.text(middle, top, title, ha="center", va="bottom", fontsize=letters)


def shown(picture, side):
    """Its middle, `side` pixels wide, or the whole of a small one, enlarged by a whole factor."""
    small = min(picture.shape[:2])
    return crop(picture, side) if small >= side else enlarged(crop(picture, small), max(side // small, 1))

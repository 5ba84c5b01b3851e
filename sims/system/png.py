"""PNG files of at most 256 colours, left alone where a new picture would look the same.

Every pixel is kept, in the colour of a palette that is nearest to its own. Means over blocks would take noise away
(2×2 of them halve white noise, and a picture looks twice as much like x as it is), JPEG blurs colours, and dithering
adds noise. At one byte a pixel a picture of noise takes a third of what it takes in full colour.
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.spatial import cKDTree

from sims.system import files

COLOURS = (256, 192, 128, 112, 96, 80, 64, 48, 32)  # in a palette, until the file is small enough
FLAT = 8  # one colour of so many is one of the commonest (paper, letters, lines), and kept exactly
SETTLED = 0.03  # the others move to the means of their pixels until fewer of these change colours
FEW = 1e-3  # of all pixels
ONE_LEVEL = 3.0  # one level a channel takes a pixel √3 from one colour and √3 towards another; two of grey, further


def write(path, pixels, limit=float("inf")):
    """Write bytes (H, W, 3), or (H, W) with all its levels of grey, as a PNG file.

    It takes as many colours, 32 at least, as `limit` bytes allow. A file that is there already stays if fewer than a
    thousandth of the new pixels would take another of its colours, and none would but for a difference of one level:
    another processor rounds a few of them otherwise.
    """
    pixels = np.asarray(pixels)
    if not (Path(path).is_file() and _shows(path, pixels)):
        files.write(path, _encoded(pixels, limit))


def _shows(path, pixels):
    """Whether the file at `path` is this picture, or one a level off in a few pixels, in the file's colours."""
    try:
        with Image.open(path) as picture:
            if picture.mode != "P" or picture.size != pixels.shape[1::-1]:
                return False
            chosen, palette = np.asarray(picture), np.reshape(picture.getpalette(), (-1, 3))
    except (OSError, SyntaxError):  # not a picture, or cut short
        return False
    its = np.linalg.norm(_rgb(pixels) - palette[chosen], axis=-1)
    best = _nearest(pixels, palette)[0]
    return bool((its <= best + ONE_LEVEL).all() and (its > best + 1e-6).mean() < FEW)


def _encoded(pixels, limit):
    for colours in COLOURS:
        data = _in_colours(pixels, _palette(pixels, colours))
        if len(data) <= limit:
            break
    return data


def _in_colours(pixels, palette):
    """A PNG file of the palette's colours (n, 3)."""
    picture, buffer = Image.fromarray(_nearest(pixels, palette)[1].astype(np.uint8)), io.BytesIO()
    picture.putpalette(palette.astype(np.uint8).tobytes())
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _palette(pixels, colours):
    """Up to `colours` colours (n, 3): a picture's commonest, and those of a median cut; every grey for a grey one."""
    if pixels.ndim == 2:
        return np.repeat(np.arange(256)[:, None], 3, axis=1)
    cut = Image.fromarray(pixels).quantize(
        colours - colours // FLAT, Image.Quantize.MEDIANCUT, kmeans=round(SETTLED * pixels[..., 0].size)
    )
    numbers, counts = np.unique(_numbers(pixels), return_counts=True)
    common = _colours(numbers[np.argsort(-counts, kind="stable")[: colours // FLAT]])
    return np.unique(np.vstack([common, np.reshape(cut.getpalette(), (-1, 3))]), axis=0)


def _nearest(pixels, palette):
    """The distance (H, W) of every pixel from the nearest of the palette's colours, and the number of that colour."""
    numbers, places = np.unique(_numbers(_rgb(pixels)), return_inverse=True)
    distance, nearest = cKDTree(palette).query(_colours(numbers))
    return distance[places], nearest[places]


def _rgb(pixels):
    return np.broadcast_to(np.atleast_3d(pixels), (*pixels.shape[:2], 3))


def _numbers(rgb):
    """One number for every colour (..., 3)."""
    return np.ravel_multi_index(np.moveaxis(rgb, -1, 0), (256, 256, 256))


def _colours(numbers):
    return np.stack(np.unravel_index(numbers, (256, 256, 256)), axis=-1)

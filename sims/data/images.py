"""The input pictures: a file, or a named input that isolates an assumption of the theory."""

import os
from pathlib import Path

import numpy as np
from matplotlib.cbook import get_sample_data
from PIL import Image

from sims.data import reading
from sims.random import stream
from sims.system.errors import InputError, short
from theory.errors import Precondition
from theory.geometry.patches import extract

NAMED = {
    "photograph": "the portrait of Grace Hopper that ships with matplotlib",
    "signs": "independent ±1 pixels: every patch has the same norm",
    "noise": "independent standard normal pixels",
    "constant": "every pixel 1",
}
ACCEPTED = f"accepted: a PNG or JPEG file, a .npy array, or one of {', '.join(NAMED)}"
LONGEST = 150  # bytes of a name: 255 that file systems take, less what is added to it


def load(source, size=224, kernel=1, seed=0):
    """The picture `source`, a file or a name in NAMED, as a network's input (C, size, size), float64.

    A PNG or JPEG file (grey: C = 1; colour: C = 3, transparency laid on white) or a .npy array (H, W) or (H, W, C), of
    at most 100 megapixels, is cut to its central square, resized, and less its mean, channel by channel; named inputs
    but the photograph are made at that size and used as they are. InputError says what is wrong.
    """
    if size < kernel:
        raise InputError(f"--size {size} is smaller than the kernel, {kernel}; give --size {kernel} or more")
    if source in NAMED and source != "photograph":
        return _made(source, size, seed)
    path = photograph() if source == "photograph" else Path(source)
    pixels, unit = reading.read(path, size, ACCEPTED)
    if min(pixels.shape[:2]) < kernel:
        raise InputError(
            f"{source}: a picture of {pixels.shape[1]}×{pixels.shape[0]} pixels is smaller than the "
            f"kernel, {kernel}×{kernel}; give a larger picture"
        )
    image = _resized(pixels, unit, size)
    image = image - image.mean(axis=(1, 2), keepdims=True)
    reach = max(float(pixels.max()), -float(pixels.min())) / unit
    if np.abs(image).max() <= 1e-6 * max(1.0, reach):
        raise InputError(
            f"{source}: the picture is constant, and zero once its mean is subtracted: no ReLU mask opens, "
            "every attribution is 0, and the theory has nothing to say; give a picture with contrast"
        )
    return image


def photograph():
    """The file of the photograph that ships with Matplotlib: what is shown where none is given."""
    return Path(get_sample_data("grace_hopper.jpg", asfileobj=False))


def name_of(source):
    """What a source is called in results and in the names of files: its own name, and never that of a named input."""
    name = os.path.basename(source)
    if not name.isprintable() or len(name.encode()) > LONGEST:
        raise InputError(
            f"{short(name)}: a picture's name goes into results and file names; give the file a name of at most "
            f"{LONGEST} bytes of UTF-8 that print"
        )
    return f"{name}-file" if name in NAMED and source not in NAMED else name


def _made(name, size, seed):
    rng = stream(seed, "image", name)
    shape = (3, size, size)
    makers = {
        "signs": lambda: rng.choice([-1.0, 1.0], shape),
        "noise": lambda: rng.standard_normal(shape),
        "constant": lambda: np.ones(shape),
    }
    return makers[name]()


def _resized(pixels, unit, size):
    """The central square of pixels (H, W, C), over unit, resized to (C, size, size)."""
    side = min(pixels.shape[:2])
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    square = pixels[top : top + side, left : left + side]
    channels = [
        Image.fromarray(_single(square[..., c], unit)).resize((size, size), Image.Resampling.BICUBIC)
        for c in range(square.shape[2])
    ]
    return np.stack([np.asarray(channel, np.float64) for channel in channels])


def _single(channel, unit):
    """A channel over unit in float32, rounded once from float64; whole numbers up to a unit by their table."""
    if unit == 1:
        return channel.astype(np.float64).astype(np.float32)
    return (np.arange(unit + 1) / unit).astype(np.float32)[channel]


def as_shown(picture):
    """A picture (C, H, W) as bytes to look at, (H, W, 3) or (H, W): 0 is mid-grey, the 99.5th percentile of |s| the
    end.
    """
    reach = np.percentile(np.abs(picture), 99.5) or 1.0
    shown = np.moveaxis((np.clip(0.5 + picture / (2 * reach), 0, 1) * 255).round().astype(np.uint8), 0, -1)
    return shown if shown.shape[2] == 3 else shown[..., 0]


def strongest_patch(image, kernel):
    """The patch (C, k, k) of largest norm among those side by side."""
    patches = extract(image, kernel, kernel)
    return patches[np.linalg.norm(patches, axis=1).argmax()].reshape(len(image), kernel, kernel)


def reduced(image, side):
    """The image at about `side` pixels a side, by means over square blocks; as it is if it is no larger."""
    step = max(1, image.shape[1] // side)
    height, width = (length // step * step for length in image.shape[1:])
    blocks = image[:, :height, :width].reshape(len(image), height // step, step, width // step, step)
    return np.ascontiguousarray(blocks.mean(axis=(2, 4)))


def named_inputs(image, side, seed):
    """{name: picture (C, side, side)}: the named inputs that are made, C = 3, and two corners of the image."""
    side = min(side, image.shape[1])
    made = {name: _made(name, side, seed) for name in NAMED if name != "photograph"}
    return {**made, "upper-left": image[:, :side, :side], "lower-right": image[:, -side:, -side:]}


def at_least(image, side):
    """Precondition if the image has fewer pixels a side."""
    if image.shape[1] < side:
        raise Precondition(
            f"it takes a picture of {side} pixels a side or more, not {image.shape[1]}; give --size {side}"
        )


def at_least_two_patches(image, kernel, stride):
    """Precondition if only one patch a side fits an image that a claim takes: its own picture, or a part of it."""
    side = min(image.shape[1:])
    if side < kernel + stride:
        raise Precondition(
            f"a kernel of {kernel} and a stride of {stride} leave one patch a side of {side} pixels, where it takes "
            "several; give smaller ones"
        )


def corner(image, side):
    """The image at about `side` pixels a side, cut to no more."""
    return reduced(image, side)[:, :side, :side]


def suitable(image):
    """The image, grey or of three channels, in three and a multiple of 32 pixels, at least 32 and at most 224.

    InputError for a smaller image, and for one of other channels.
    """
    at_least(image, 32)
    if len(image) not in (1, 3):
        raise InputError(f"it takes a picture of 1 or 3 channels, not {len(image)}")
    side = max(32, min(224, image.shape[1] // 32 * 32))
    return reduced(np.broadcast_to(image, (3, *image.shape[1:])), side)[:, :side, :side]

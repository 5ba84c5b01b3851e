"""What a trained network is shown of a picture: the centre, resized, less a mean, as it was trained.

Two conventions differ in order. Cut first (TensorFlow's): the central square of `crop` times the shorter side, resized
to `size`. Resized first (torchvision's): the shorter side to size/crop, then the central `size` pixels.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from sims.data import reading
from sims.system.errors import InputError

ACCEPTED = "accepted: a PNG or JPEG file, or a .npy array of bytes (uint8)"
INTERPOLATIONS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}


LEAST, MOST_BYTES = 1e-6, 1e6  # of a std and a mean: what bytes less one, over the other, keeps its digits in


@dataclass(frozen=True, kw_only=True)
class Preprocess:
    """From a picture of bytes to a network's input: (value − mean)/std of each channel, in bytes 0…255.

    size is the side of the input in pixels, crop the share of the shorter side that is seen. mean and std have a number
    for each channel in the network's order, which is blue, green, red with `bgr`. interpolation is a name in
    INTERPOLATIONS, computed by Pillow: over as many pixels as a new one covers, and rounded to bytes. InputError for a
    setting that can't be used.
    """

    size: int = 224
    crop: float = 0.875
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (255.0, 255.0, 255.0)
    bgr: bool = False
    interpolation: str = "bilinear"
    cut_first: bool = False

    def __post_init__(self):
        if self.size < 1 or not 0 < self.crop <= 1:
            raise InputError(f"a size is 1 or more and a crop above 0 and at most 1, not {self.size} and {self.crop}")
        if not (len(self.mean) == len(self.std) == 3 and np.isfinite(self.mean).all() and np.isfinite(self.std).all()):
            raise InputError(f"mean and std are three finite numbers each, not {self.mean} and {self.std}")
        if min(self.std) < LEAST:
            raise InputError(f"a std is above 0 ({LEAST:g} or more), not {min(self.std):g}")
        if max(map(abs, self.mean)) > MOST_BYTES:
            raise InputError(f"a mean is that of bytes, 0 to 255 (at most {MOST_BYTES:g}), not {self.mean}")
        if self.interpolation not in INTERPOLATIONS:
            raise InputError(f"no interpolation {self.interpolation!r}; accepted: {', '.join(INTERPOLATIONS)}")

    def __call__(self, picture):
        """The input (3, size, size), float32, of a picture of bytes: (H, W, 3), or grey (H, W) or (H, W, 1)."""
        seen = self.seen(picture).astype(np.float32)
        channels = seen[..., ::-1] if self.bgr else seen
        mean, std = np.array(self.mean, np.float32), np.array(self.std, np.float32)
        return np.ascontiguousarray(np.moveaxis((channels - mean) / std, -1, 0))

    def seen(self, picture):
        """What the network sees of it, to be shown: bytes (size, size, 3), red first."""
        picture = as_colour(picture)
        scaled = self._cut_and_resized(picture) if self.cut_first else self._resized_and_cut(picture)
        return np.asarray(scaled)

    @property
    def shorter(self):
        """The side, in pixels, of which the network sees `size`."""
        return round(self.size / self.crop)

    def window(self, height, width):
        """(top, left, bottom, right) of what the network sees of a picture of this size, in the picture's pixels."""
        if self.cut_first:
            top, left, side = self._square(height, width)
            return top, left, top + side, left + side
        rows, columns = self._scaled(height, width)
        top, left = (round((length - self.size) / 2) for length in (rows, columns))
        down, across = height / rows, width / columns
        return top * down, left * across, (top + self.size) * down, (left + self.size) * across

    def _square(self, height, width):
        """The top, the left and the side of the central square."""
        side = max(1, self.size * min(height, width) // self.shorter)
        return (height - side + 1) // 2, (width - side + 1) // 2, side

    def _scaled(self, height, width):
        """The rows and columns of a picture whose shorter side is resized."""
        return [self.shorter * length // min(height, width) for length in (height, width)]

    def _cut_and_resized(self, picture):
        top, left, side = self._square(*picture.shape[:2])
        square = picture[top : top + side, left : left + side]
        return self._resized(square, self.size, self.size)

    def _resized_and_cut(self, picture):
        height, width = picture.shape[:2]
        rows, columns = self._scaled(height, width)
        if rows * columns > reading.MOST:
            raise InputError(
                f"a picture of {width}×{height} pixels becomes one of {columns}×{rows} when its shorter side is "
                f"resized to {self.shorter}; cut it to a less elongated one"
            )
        top, left = (round((length - self.size) / 2) for length in (rows, columns))
        resized = self._resized(picture, rows, columns)
        return resized.crop((left, top, left + self.size, top + self.size))

    def _resized(self, picture, rows, columns):
        image = Image.fromarray(np.ascontiguousarray(picture))
        return image.resize((columns, rows), INTERPOLATIONS[self.interpolation])


def as_colour(picture):
    """A picture of bytes as (H, W, 3): grey ones get three equal channels; InputError for another array."""
    picture = np.asarray(picture)
    if picture.dtype != np.uint8:
        raise InputError(f"a trained network's picture is of bytes (uint8), 0 to 255, not {picture.dtype}")
    if picture.ndim == 2:
        picture = picture[..., None]
    if picture.ndim != 3 or picture.shape[2] not in (1, 3) or not picture.size:
        raise InputError(
            f"a trained network's picture is (H, W, 3), or grey (H, W), not {picture.shape}; lay transparency on a "
            "colour first"
        )
    return np.broadcast_to(picture, (*picture.shape[:2], 3))


def read(path, size=224):
    """The picture of a file as bytes (H, W, 3): PNG or JPEG, transparency laid on white, or a .npy array of bytes.

    16-bit greys are rounded to bytes; very large JPEGs may be decoded at a fraction, with 4·size pixels a side left.
    """
    pixels, unit = reading.read(Path(path), size, ACCEPTED)
    if unit == 65535:
        pixels = (np.clip(pixels, 0, unit) / 257).round().astype(np.uint8)
    return as_colour(pixels)


IMAGENET = dict(mean=(0.485 * 255, 0.456 * 255, 0.406 * 255), std=(0.229 * 255, 0.224 * 255, 0.225 * 255))
PRESETS = {
    "torchvision": Preprocess(**IMAGENET),
    "tf": Preprocess(mean=(127.5,) * 3, std=(127.5,) * 3),
    "caffe": Preprocess(mean=(103.939, 116.779, 123.68), std=(1.0,) * 3, bgr=True),
    "caffe-rgb": Preprocess(mean=(123.68, 116.779, 103.939), std=(1.0,) * 3),
    "none": Preprocess(),
}


def efficientnet_lite(size):
    """As the reference implementation evaluates EfficientNet-Lite: a central square of 0.875, bicubic."""
    return Preprocess(size=size, mean=(127.0,) * 3, std=(128.0,) * 3, interpolation="bicubic", cut_first=True)

"""The pixels of a picture file: PNG, JPEG, or an array of NumPy's; anything else is refused in one line."""

import warnings
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from sims.system import files
from sims.system.errors import InputError

MOST = 100_000_000  # pixels of a picture, or numbers of an array: 0.4 GB of each channel in float32
MANY = 25_000_000  # pixels: a larger JPEG is decoded at a half, a quarter or an eighth of its size
FINER = 4  # times as many pixels a side as are asked for are left by that, or more
REACH = 1e15  # of a pixel: squares of larger ones leave float32, in which networks run
ARRAY, ARCHIVE = b"\x93NUMPY", b"PK\x03\x04"  # how .npy and .npz files begin


def read(path, size, accepted):
    """The pixels of a file, (H, W, C) of any real type, and the number that stands for 1; `size` pixels are needed."""
    files.check_readable(path, "picture file", accepted)
    with _refused(path, accepted):
        with open(path, "rb") as file:
            start = file.read(len(ARRAY))
        if start.startswith(ARCHIVE):
            raise InputError(f"{path}: an archive of arrays (.npz); save one of them with np.save; {accepted}")
        if start == ARRAY or path.suffix.lower() == ".npy":
            return _as_picture(path, np.load(path, mmap_mode="r", allow_pickle=False), accepted), 1
        return _decode(path, size)


def check(path, accepted):
    """InputError unless a file begins as a PNG or JPEG picture of a size that can be read; no pixel is decoded."""
    files.check_readable(path, "picture file", accepted)
    with _refused(path, accepted), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            _check_size(path, picture)


@contextmanager
def _refused(path, accepted):
    """What a decoder raises, in one line."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise InputError(f"{path}: not a PNG or JPEG picture, or empty; {accepted}") from None
    except Image.DecompressionBombError:
        raise InputError(_too_large(path)) from None
    except Exception as problem:  # whatever a decoder meets in bytes that anybody may have written
        said = (str(problem).splitlines() or [type(problem).__name__])[0]
        raise InputError(f"{path}: unreadable or cut short ({said}); {accepted}") from None


def _check_size(path, picture):
    if picture.width * picture.height > MOST:
        raise InputError(_too_large(path))


def _too_large(path):
    return f"{path}: a picture of more than {MOST // 10**6} megapixels; give one of fewer"


def _decode(path, size):
    """A PNG or JPEG file, grey or colour, transparency laid on white."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's advice, on large or odd files, is for programmers
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            _check_size(path, picture)
            if picture.width * picture.height > MANY:
                picture.draft(None, (FINER * size, FINER * size))
            picture = ImageOps.exif_transpose(picture)
            if picture.mode.startswith("I"):
                return np.atleast_3d(np.asarray(picture)), 65535
            grey = picture.mode in ("1", "L", "LA", "La")
            if picture.has_transparency_data:
                picture = picture.convert("RGBA")
                picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
            return np.atleast_3d(np.asarray(picture.convert("L" if grey else "RGB"))), 255


def _as_picture(path, array, accepted):
    """An array as a picture (H, W, C), not copied."""
    if array.dtype.kind not in "fiu":
        raise InputError(f"{path}: an array of {array.dtype}; a picture's is numeric, of real numbers; {accepted}")
    if array.ndim not in (2, 3) or not array.size:
        raise InputError(f"{path}: an array of shape {array.shape}; a picture's is (H, W), (H, W, 1) or (H, W, 3)")
    if array.size > MOST:
        raise InputError(f"{path}: an array of shape {array.shape}, of more than {MOST // 10**6} million numbers")
    _check_channels(path, array.shape)
    least, most = float(array.min()), float(array.max())
    if not (np.isfinite(least) and np.isfinite(most)):
        raise InputError(f"{path}: the picture has NaN or infinite pixels; every pixel must be finite")
    if max(-least, most) > REACH:
        raise InputError(f"{path}: pixels from {least:.3g} to {most:.3g}; at most {REACH:g} is accepted: divide them")
    return np.atleast_3d(array)


def _check_channels(path, shape):
    """InputError for an array whose channels may not come last, or that may hold transparency."""
    if len(shape) == 2:
        return
    if shape[0] <= 4 or shape[2] >= min(shape[:2]):
        raise InputError(
            f"{path}: an array of shape {shape}, whose channels may come first; give it as (H, W, C), "
            "with np.moveaxis(array, 0, -1) if they do"
        )
    if shape[2] in (2, 4):
        raise InputError(
            f"{path}: an array of {shape[2]} channels, of which one may be transparency; give its colours alone, "
            f"array[..., :{shape[2] - 1}]"
        )

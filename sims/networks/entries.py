"""What entries a tensor of a file may have, and what a file is refused for."""

import ml_dtypes
import numpy as np

HALF = np.float16, ml_dtypes.bfloat16


class Refused(ValueError):
    """A file that can't be used; the words that follow its name."""


def widened(array):
    """Half precision (float16, bfloat16) as float32, which holds it exactly; another array as it is."""
    return array.astype(np.float32) if array.dtype in HALF else array


def checked(name, array):
    """The array, if its entries are finite."""
    if not np.isfinite(array).all():
        raise Refused(f"{name} has NaN or infinite entries; every entry must be finite")
    return array

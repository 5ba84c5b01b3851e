"""What a number or an array must be before anything is computed with it."""

from operator import index
from typing import Any, SupportsIndex, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition

Entry = TypeVar("Entry", bound=np.generic)  # what an array holds: a function that keeps it says so
Floats: TypeAlias = npt.NDArray[np.floating[Any]]  # float64 unless the caller passes float32

REAL = "biuf"  # kinds of dtypes: bool, int, unsigned, float


def integer(value: SupportsIndex) -> int:
    """An integer, Python's own; TypeError for anything else, and for one that is masked."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError("a masked array is no integer")
    return index(value)


def real(array: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """`array` as a plain array of real numbers, its dtype kept.

    TypeError for complex numbers, for what is no number, and for a masked array: its mask would be lost.
    """
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array, whose mask would be lost; fill it first")
    plain = np.asarray(array)
    if plain.dtype.kind not in REAL:
        raise TypeError(f"{name} must hold real numbers, not {plain.dtype}")
    return plain


def finite(array: npt.NDArray[Entry], name: str, entry: str = "number") -> npt.NDArray[Entry]:
    """`array` as it is; Precondition if NaN or infinity is in it."""
    if not np.isfinite(array).all():
        raise Precondition(f"{name} has NaN or infinite {entry}s; every {entry} must be finite")
    return array

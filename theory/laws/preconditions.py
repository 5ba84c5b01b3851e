"""What the laws ask of their numbers and arrays; each raises Precondition, or TypeError for what is of another kind.

A number comes back as Python's own: NumPy's small integers would overflow, and its float32 lose digits.
"""

from collections.abc import Iterable
from numbers import Real
from typing import Any, SupportsFloat, SupportsIndex, TypeAlias

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.arrays import finite, integer, real

Counts: TypeAlias = SupportsIndex | npt.NDArray[np.integer[Any]]  # an int, or an array of ints
Values: TypeAlias = np.float64 | npt.NDArray[np.float64]  # one for a number, an array for an array


def count(value: SupportsIndex, name: str = "filters", least: int = 1) -> int:
    """A count, such as the number of filters N: an integer of at least `least`."""
    try:
        found = integer(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer of at least {least}, not {value!r}") from None
    if found < least:
        raise Precondition(f"{name} must be at least {least}, not {found}")
    return found


def counts(filters: Counts) -> int | npt.NDArray[np.integer[Any]]:
    """The same for one number of filters or an array of them."""
    if not isinstance(filters, np.ndarray):
        return count(filters)
    found = real(filters, "filters")
    if found.dtype.kind not in "iu":
        raise TypeError(f"numbers of filters are integers, not {found.dtype}")
    count(found.min(initial=1))
    return found


def widths_of(layers: int, widths: Iterable[SupportsIndex]) -> list[int]:
    """The widths that so many ReLU layers lie between, one more than they are."""
    found = [count(width, "a width") for width in widths]
    if len(found) != layers + 1:
        raise Precondition(f"{layers} layers have {layers + 1} positive widths, not {found}")
    return found


def number(value: SupportsFloat, name: str) -> float:
    """A finite number."""
    found = _number(value, name)
    if not np.isfinite(found):
        raise Precondition(f"{name} is finite, not {value}")
    return found


def positive(value: SupportsFloat, name: str = "a scale") -> float:
    """A number above 0, not infinite: a standard deviation c, unless named."""
    found = _number(value, name)
    if not 0 < found < np.inf:
        raise Precondition(f"{name} is positive and finite, not {value}")
    return found


def overall(filters: SupportsIndex, filter_scale: SupportsFloat, readout_scale: SupportsFloat) -> float:
    """N c_w c_v: what a mean at unit scales is multiplied by."""
    return count(filters) * positive(filter_scale) * positive(readout_scale)


def floats(array: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """Finite real numbers in float64, of any shape."""
    return finite(np.asarray(real(array, name), np.float64), name)


def angles(between: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Angles between two directions, in [0, π]."""
    found = floats(between, "an angle")
    outside = found[(found < 0) | (found > np.pi)]
    if outside.size:
        raise Precondition(f"an angle between two directions lies in [0, π], not at {outside[0]}")
    return found


def _number(value: SupportsFloat, name: str) -> float:
    """One real number, which may be NaN or infinite."""
    if isinstance(value, Real):
        return float(value)
    found = real(np.asanyarray(value), name)
    if found.ndim:
        raise TypeError(f"{name} must be one number, not an array of shape {found.shape}")
    return float(found)

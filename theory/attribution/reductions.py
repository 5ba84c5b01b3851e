"""How a map in colours becomes one of a single channel: a step with a name, so that results can say which."""

from collections.abc import Callable

import numpy as np

from theory.rules import Array


def summed(maps: Array) -> Array:
    """The sum over the channels, signs kept."""
    total: Array = maps.sum(axis=-3, keepdims=True)
    return total


def summed_absolute(maps: Array) -> Array:
    """The sum of the absolute values."""
    return summed(np.abs(maps))


def largest_absolute(maps: Array) -> Array:
    """The largest absolute value (Simonyan et al. 2014)."""
    largest: Array = np.abs(maps).max(axis=-3, keepdims=True)
    return largest


REDUCTIONS: dict[str, Callable[[Array], Array]] = {
    "sum": summed,
    "sum-absolute": summed_absolute,
    "max-absolute": largest_absolute,
}


def reduced(maps: Array, name: str) -> Array:
    """Maps (..., C, H, W) as (..., 1, H, W) by the reduction of this name; ValueError for another name."""
    if name not in REDUCTIONS:
        raise ValueError(f"a reduction is one of {', '.join(REDUCTIONS)}, not {name!r}")
    return REDUCTIONS[name](maps)

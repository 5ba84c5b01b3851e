"""Where a pass starts: the inputs on the way forward, a one-hot signal on the way back."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from theory.rules import Array

Places = npt.NDArray[np.integer]
Target = int | tuple[int, ...] | list[int] | npt.NDArray[np.integer]


def as_batch(inputs: npt.ArrayLike, dtype: type[np.floating[Any]] | None = None) -> Array:
    """inputs as a float array with a batch in front, of this dtype; without one, float64 unless float32.

    ValueError for complex numbers and masked arrays, whose imaginary part and mask would be lost, and for NaN and
    infinity, which a ReLU or a maximum would turn into an ordinary picture.
    """
    if isinstance(inputs, np.ma.MaskedArray):
        raise ValueError("inputs are a masked array, whose mask no layer knows; pass .filled(value)")
    array = np.asarray(inputs)
    if array.ndim < 2 or not array.size:
        raise ValueError(f"inputs come as a batch, (B, C, H, W) or (B, features); not {array.shape}")
    if array.dtype.kind not in "fiub":
        raise ValueError(f"inputs are real numbers, not {array.dtype}")
    kind = dtype or (np.float32 if array.dtype == np.float32 else np.float64)
    with np.errstate(over="ignore"):
        array = array.astype(kind, copy=False)
    if not np.isfinite(array).all():
        raise ValueError("the inputs have NaN or infinite entries; every entry must be finite")
    return array


def chosen(target: Target | None, targets: Sequence[Target] | None) -> Sequence[Target]:
    """The targets that are meant: one, or several; else ValueError."""
    if targets is None and target is not None:
        return [target]
    if targets is None or target is not None:
        raise ValueError("give a target, an int or one int for each of the inputs; or several as targets=[…]")
    if not len(targets):
        raise ValueError("targets is empty; give at least one")
    return targets


def one_hot(target: Target, outputs: Array) -> Array:
    """1 at each input's target, 0 elsewhere; like outputs.

    Of logits (B, K) target is an int, or one int per input. Of maps (B, C, H, W) it is a place, (channel, row, column),
    or a channel, an int or (channel,): at its maximum, that of each input, the first of several. An array (B, 3) or
    (B, 1) holds one of these per input.
    """
    places = _one_logit(target, outputs) if outputs.ndim == 2 else _places(target, outputs)
    start = np.zeros_like(outputs)
    start[(np.arange(len(outputs)), *places.T)] = 1
    return start


def _places(target: Target, maps: Array) -> Places:
    """Where the target is in each input's maps, (B, 3)."""
    place, shape = np.atleast_1d(np.asarray(target)), maps.shape[1:]
    if (
        place.dtype.kind not in "iu"
        or place.shape[-1] not in (1, len(shape))
        or place.shape[:-1] not in ((), maps.shape[:1])
    ):
        told = ", ".join(map(str, shape))
        raise ValueError(f"a target in outputs (B, {told}) is a channel, or {len(shape)} ints; not {target!r}")
    if (place < 0).any() or (place >= shape[: place.shape[-1]]).any():
        raise IndexError(f"target must lie within {shape}, not {target!r}")
    place = np.broadcast_to(place, (len(maps), place.shape[-1]))
    if place.shape[1] == len(shape):
        return place
    flat = maps[np.arange(len(maps)), place[:, 0]].reshape(len(maps), -1).argmax(axis=1)
    return np.column_stack([place, *np.unravel_index(flat, shape[1:])])


def _one_logit(target: Target, logits: Array) -> Places:
    """Which logit is each input's, (B, 1)."""
    batch, classes = logits.shape
    place = np.asarray(target)
    if place.dtype.kind not in "iu" or place.shape not in ((), (batch,)):
        raise ValueError(f"target is an int, or one int for each of the {batch} inputs; not {target!r}")
    if place.min() < 0 or place.max() >= classes:
        raise IndexError(f"target must lie in 0..{classes - 1}, not {target!r}")
    return np.broadcast_to(place, (batch,))[:, None]

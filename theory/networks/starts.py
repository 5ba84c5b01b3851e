"""Where a pass starts: the inputs on the way forward, a one-hot signal on the way back."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from theory.rules import Array

Target = int | tuple[int, ...] | list[int] | npt.NDArray[np.integer]


def as_batch(inputs: npt.ArrayLike) -> Array:
    """inputs as a float array with a batch in front, float64 unless float32.

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
    array = array if array.dtype == np.float32 else array.astype(np.float64)
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

    Of logits (B, K) target is an int, or one int per input; of maps (B, C, H, W) a tuple (channel, row, column).
    """
    if outputs.ndim == 2:
        return _one_logit(target, outputs)
    place, shape = np.asarray(target), outputs.shape[1:]
    if place.dtype.kind not in "iu" or place.shape != (len(shape),):
        raise ValueError(f"a target in outputs (B, {', '.join(map(str, shape))}) is {len(shape)} ints; not {target!r}")
    if (place < 0).any() or (place >= shape).any():
        raise IndexError(f"target must lie within {shape}, not {target!r}")
    start = np.zeros_like(outputs)
    start[(slice(None), *place)] = 1
    return start


def _one_logit(target: Target, logits: Array) -> Array:
    batch, classes = logits.shape
    place = np.asarray(target)
    if place.dtype.kind not in "iu" or place.shape not in ((), (batch,)):
        raise ValueError(f"target is an int, or one int for each of the {batch} inputs; not {target!r}")
    if place.min() < 0 or place.max() >= classes:
        raise IndexError(f"target must lie in 0..{classes - 1}, not {target!r}")
    start = np.zeros_like(logits)
    start[np.arange(batch), place] = 1
    return start

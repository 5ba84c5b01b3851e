"""What a method is asked: images, and one target or several for each of them; and gradients of a few at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.networks.graph import Network
from theory.networks.starts import Target, as_batch, one_hot
from theory.rules import Array

CHUNK = 8  # inputs of a pass: many more are no faster an input, and the memory is theirs

Images = Sequence[int]  # which image of the batch each input of a pass is made of


def as_images(inputs: npt.ArrayLike) -> Array:
    """inputs as a float batch of images (B, C, H, W); Precondition for other shapes."""
    given = as_batch(inputs)
    if given.ndim != 4:
        raise Precondition(f"this method takes images (B, C, H, W), not {given.shape}")
    return given


def rows_of(targets: Target) -> list[Target]:
    """The targets as a list, each for all images: (K, B) are K of them, anything else is one."""
    return list(targets) if np.ndim(targets) == 2 else [targets]  # type: ignore[arg-type]


def as_asked(maps: Array, targets: Target, dtype: np.dtype[np.floating]) -> Array:
    """Maps (K, B, ...) as the caller asked for them: without K for a single row of targets, in the caller's type."""
    return (maps if np.ndim(targets) == 2 else maps[0]).astype(dtype, copy=False)


def start_of(target: Target, images: Images, batch: int, outputs: Array) -> Array:
    """The one-hot signal at `outputs` (n, ...) of inputs made of these images of a batch of so many."""
    if outputs.ndim != 2 or np.ndim(target) == 0:
        return one_hot(target, outputs)
    places = np.asarray(target)
    if places.shape != (batch,):
        raise ValueError(f"target is an int, or one int for each of the {batch} inputs; not {target!r}")
    return one_hot(places[list(images)], outputs)


def chunks(variants: Iterable[tuple[int, Array]], size: int = CHUNK) -> Iterator[tuple[Images, Array]]:
    """Inputs (C, H, W), each with the number of its image, a few at a time: (images, inputs (n, C, H, W))."""
    left = iter(variants)
    while some := list(islice(left, size)):
        yield [image for image, _ in some], np.stack([each for _, each in some])


def mean_gradients(network: Network, given: Array, targets: Target, variants: Iterable[tuple[int, Array]]) -> Array:
    """The gradients of each target's logit, (K, B, C, H, W), meant over the variants of each image; float64.

    The variants of all images come in any order, as many of each; no more than CHUNK of them are there at a time.
    """
    rows, total, count = rows_of(targets), None, 0
    for images, inputs in chunks(variants):
        passed = network.forward(inputs)
        starts = [start_of(row, images, len(given), passed.output) for row in rows]
        found = passed.pictures(starts, "saliency")
        total = np.zeros((len(rows), *given.shape)) if total is None else total
        for place, image in enumerate(images):
            total[:, image] += found[:, place]
        count += len(images)
    assert total is not None
    total *= len(given) / count
    return total

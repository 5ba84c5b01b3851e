"""Guided integrated gradients: a way to the image that first changes what hardly matters (Kapishnikov et al. 2021)."""

import numpy as np
import numpy.typing as npt

from theory.attribution.asked import CHUNK, as_asked, as_images, rows_of, start_of
from theory.attribution.integrated import positive, start_of_path
from theory.attribution.method import Method
from theory.networks.graph import Network
from theory.networks.starts import Target
from theory.rules import Array

Point = npt.NDArray[np.float64]
STEPS, FRACTION, DISTANCE = 200, 0.25, 0.02
CLOSE = 1e-9  # relative: a way left that is so near to what it should be is there


class Path:
    """The way of one image (C, H, W) to be explained by one target, from its baseline, in float64.

    `place` is where it is; `attribution` what it gathered: every move times the gradient where it began.
    """

    def __init__(self, image: Array, baseline: Array, steps: int, fraction: float, distance: float) -> None:
        self.image, self.baseline = image.astype(np.float64), baseline.astype(np.float64)
        self.steps, self.fraction, self.distance, self.done = steps, fraction, distance, 0
        self.place, self.attribution = self.baseline.copy(), np.zeros(image.shape)
        self._length = np.abs(self.image - self.baseline).sum()

    def step(self, gradient: Array) -> None:
        """Shorten the way left, in l1, by 1/steps of the whole: by the entries of the smallest gradients, in turn.

        An entry may be `distance` behind the straight way, or before it; those behind are brought up, whatever their
        gradient. Of the others the `fraction` with the smallest |gradient| moves at a time, until the way is covered.
        """
        self.done += 1
        share = self.done / self.steps
        least, most = (self._at(np.clip(share + side * self.distance, 0, 1)) for side in (-1, 1))
        before = self.place.copy()
        self._bring_up(least)
        goal = self._length * (1 - share)
        size = np.abs(gradient).astype(np.float64)
        while (left := np.abs(self.image - self.place).sum()) - goal > CLOSE * max(left, goal, 1):
            size[self.place == most] = np.inf
            if not np.isfinite(size).any():
                break
            self._move(size <= np.quantile(size.ravel(), self.fraction, method="lower"), size, most, left - goal)
        self.attribution += (self.place - before) * gradient

    def _at(self, share: float) -> Point:
        """So far along the straight way."""
        point: Point = self.baseline + share * (self.image - self.baseline)
        return point

    def _bring_up(self, least: Point) -> None:
        """No entry stays behind `least`."""
        behind = np.abs(self.place - self.baseline) < np.abs(least - self.baseline)
        self.place = np.where(behind, least, self.place)

    def _move(self, chosen: npt.NDArray[np.bool_], size: Point, most: Point, wanted: float) -> None:
        """Move the chosen entries towards `most`, by one share of what they may, so that `wanted` is covered."""
        chosen = chosen & np.isfinite(size)
        room = np.abs(most - self.place)[chosen].sum()
        share = min(1.0, wanted / room) if room > 0 else 1.0
        moved = most if share == 1 else self.place + share * (most - self.place)
        self.place = np.where(chosen, moved, self.place)


def guided_ig(
    network: Network,
    inputs: npt.ArrayLike,
    targets: Target,
    *,
    steps: int = STEPS,
    fraction: float = FRACTION,
    distance: float = DISTANCE,
    baseline: npt.ArrayLike = 0.0,
) -> Array:
    """Gradients along a way of its own for each image and target, from `baseline` to the image, like the inputs.

    Each of `steps` covers as much of the l1 distance, with the `fraction` of entries of the smallest gradients first,
    none further from the straight way than `distance`, a share of it. A step uses the gradient at its beginning.
    """
    given, rows = as_images(inputs), rows_of(targets)
    if not (0 < fraction <= 1 and 0 <= distance <= 1):
        raise ValueError(f"fraction lies in 0..1, above 0, and distance in 0..1; not {fraction!r} and {distance!r}")
    start, count = start_of_path(given, baseline), positive(steps, "steps")
    maps = np.zeros((len(rows), *given.shape))
    asked = [(k, n) for n in range(len(given)) for k in range(len(rows))]
    for first in range(0, len(asked), CHUNK):
        some = asked[first : first + CHUNK]
        paths = [Path(given[n], start[n], count, fraction, distance) for _, n in some]
        for _ in range(count):
            places = np.stack([path.place for path in paths]).astype(given.dtype)
            for path, gradient in zip(paths, _gradients(network, places, rows, some, len(given))):
                path.step(gradient)
        for each, path in zip(some, paths):
            maps[each] = path.attribution
    return as_asked(maps, targets, given.dtype)


def _gradients(network: Network, places: Array, rows: list[Target], asked: list[tuple[int, int]], batch: int) -> Array:
    """The gradient at each place (n, C, H, W) of the logit of its own row and image."""
    passed = network.forward(places)
    output = passed.output
    starts = [start_of(rows[k], [n], batch, output[i : i + 1]) for i, (k, n) in enumerate(asked)]
    return passed.backward(np.concatenate(starts), "saliency")


METHODS = {"guided-ig": Method(guided_ig, "the same on a way that begins with what hardly matters", times_input=True)}

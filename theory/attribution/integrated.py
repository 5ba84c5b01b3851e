"""Integrated gradients: the gradient along the straight way from a baseline (Sundararajan, Taly & Yan 2017)."""

from collections.abc import Iterator
from operator import index

import numpy as np
import numpy.typing as npt

from theory.attribution.asked import as_asked, as_images, mean_gradients
from theory.attribution.method import Method
from theory.networks.graph import Network
from theory.networks.starts import Target
from theory.rules import Array

STEPS = 50


def integrated_gradients(
    network: Network, inputs: npt.ArrayLike, targets: Target, *, steps: int = STEPS, baseline: npt.ArrayLike = 0.0
) -> Array:
    """(x − x') ∫₀¹ ∂f/∂x at x' + α(x − x') dα, like the inputs; x' is the `baseline`, to be broadcast to them.

    By the midpoint rule, α = (i + ½)/steps. Its sum differs from f(x) − f(x') by V/(2 steps) at most, V being the total
    variation of ⟨x − x', ∂f/∂x⟩ along the way.
    """
    given = as_images(inputs)
    start = start_of_path(given, baseline)
    count = positive(steps, "steps")
    means = mean_gradients(network, given, targets, _points(given, start, count))
    return as_asked((given - start) * means, targets, given.dtype)


def _points(given: Array, start: Array, steps: int) -> Iterator[tuple[int, Array]]:
    """The middles of the steps of each image's way, each with the image's number."""
    for step in range(steps):
        share = given.dtype.type((step + 0.5) / steps)
        for image, (near, far) in enumerate(zip(start, given)):
            yield image, near + share * (far - near)


def start_of_path(given: Array, baseline: npt.ArrayLike) -> Array:
    """The baseline as images like those that are given; ValueError if it does not fit them, or is not finite."""
    values = np.asarray(baseline)
    if values.dtype.kind not in "fiub" or not np.isfinite(values).all():
        raise ValueError("a baseline is of finite real numbers")
    return np.broadcast_to(values.astype(given.dtype), given.shape)


def positive(count: int, name: str) -> int:
    """A number of steps or draws; ValueError below 1."""
    if index(count) < 1:
        raise ValueError(f"{name} must be at least 1, not {count!r}")
    return index(count)


METHODS = {
    "integrated-gradients": Method(
        integrated_gradients, "the input times the mean gradient on the way from 0 to it", times_input=True
    )
}

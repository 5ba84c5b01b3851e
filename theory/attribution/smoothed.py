"""SmoothGrad: the mean gradient around an image (Smilkov et al. 2017). The one file of theory/ that takes a seed."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from theory.attribution.asked import as_asked, as_images, mean_gradients
from theory.attribution.integrated import positive
from theory.attribution.method import Method
from theory.networks.graph import Network
from theory.networks.starts import Target
from theory.rules import Array

DRAWS, LEVEL = 25, 0.15


def smoothgrad(
    network: Network, inputs: npt.ArrayLike, targets: Target, *, draws: int = DRAWS, level: float = LEVEL, seed: int = 0
) -> Array:
    """The mean over `draws` of ∂f/∂x at x + ε, like the inputs; ε is normal, its deviation `level` of x's range.

    The range of an image is its largest entry less its smallest. The normals are those of the seed, the same for every
    image of a batch, whatever its other images, and for both float types.
    """
    given = as_images(inputs)
    if not (np.isfinite(level) and level >= 0):
        raise ValueError(f"level is a share of the image's range, at least 0; not {level!r}")
    count = positive(draws, "draws")
    means = mean_gradients(network, given, targets, _noisy(given, count, level, seed))
    return as_asked(means, targets, given.dtype)


def _noisy(given: Array, draws: int, level: float, seed: int) -> Iterator[tuple[int, Array]]:
    """Every image with every draw's noise, each with the image's number."""
    rng = np.random.default_rng(seed)
    deviations = [level * float(np.ptp(image)) for image in given]
    for _ in range(draws):
        normals = rng.standard_normal(given.shape[1:])
        for number, (image, deviation) in enumerate(zip(given, deviations)):
            yield number, (image + deviation * normals).astype(given.dtype)


METHODS = {"smoothgrad": Method(smoothgrad, "the mean gradient of noisy copies of the input")}

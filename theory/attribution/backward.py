"""The methods that are one backward pass under a rule."""

from functools import partial

import numpy as np
import numpy.typing as npt

from theory.attribution.asked import CHUNK, as_asked, rows_of, start_of
from theory.attribution.method import Method
from theory.networks.graph import Network
from theory.networks.starts import Target, as_batch
from theory.rules import RULES, Array


def by_rule(rule: str, network: Network, inputs: npt.ArrayLike, targets: Target, at: str | None = None) -> Array:
    """The signal of each input's target passed back to the inputs under a rule; shape and dtype like inputs.

    targets of shape (K, B) give (K, B, ...), of one forward pass. With `at`, the name of a node, targets are hidden
    units of its outputs, as in `Network.attribute`.
    """
    if at is not None:
        return network.attribute(inputs, targets, rule, at=at)
    given, rows, found = as_batch(inputs), rows_of(targets), []
    for first in range(0, len(given), CHUNK):
        images = range(first, min(first + CHUNK, len(given)))
        passed = network.forward(given[first : first + CHUNK])
        starts = [start_of(row, images, len(given), passed.output) for row in rows]
        found.append(passed.pictures(starts, rule))
    return as_asked(np.concatenate(found, axis=1), targets, given.dtype)


def gradient_x_input(network: Network, inputs: npt.ArrayLike, targets: Target, at: str | None = None) -> Array:
    """x·∂f/∂x, entry by entry (Shrikumar et al. 2016): what each adds to the logit of a network without biases."""
    given = as_batch(inputs)
    return given * by_rule("saliency", network, given, targets, at)


ABOUT = {
    "saliency": "the gradient",
    "deconvnet": "the signal, rectified at each activation",
    "guided": "the gradient, rectified at each activation",
}
METHODS = {name: Method(partial(by_rule, name), ABOUT[name], rule=name) for name in RULES}
METHODS["gradient-x-input"] = Method(gradient_x_input, "the gradient times the input", times_input=True)

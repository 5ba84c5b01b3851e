"""The methods that are one backward pass under a rule."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from theory.networks.graph import Network
from theory.networks.starts import Target, as_batch
from theory.rules import RULES, Array


@dataclass(frozen=True)
class Method:
    """An attribution method: method(network, inputs, targets, **settings) -> maps.

    `rule` is the name of the backward rule that it passes signals by: where a network has activations that no rule
    covers, only saliency's means what the papers mean. `times_input`: of a linear network its maps are not the
    gradient, but the input times the gradient.
    """

    run: Callable[..., Array]
    rule: str = "saliency"
    times_input: bool = False

    def __call__(self, network: Network, inputs: npt.ArrayLike, targets: Target, **settings: object) -> Array:
        return self.run(network, inputs, targets, **settings)


def by_rule(rule: str, network: Network, inputs: npt.ArrayLike, targets: Target, at: str | None = None) -> Array:
    """The signal of each input's target passed back to the inputs under a rule; shape and dtype like inputs.

    targets of shape (K, B) give (K, B, ...), of one forward pass. With `at`, the name of a node, targets are hidden
    units of its outputs, as in `Network.attribute`.
    """
    if at is None and np.ndim(targets) == 2:
        return network.attribute(inputs, rule=rule, targets=targets)  # type: ignore[arg-type]
    return network.attribute(inputs, targets, rule, at=at)


def gradient_x_input(network: Network, inputs: npt.ArrayLike, targets: Target, at: str | None = None) -> Array:
    """x·∂f/∂x, entry by entry (Shrikumar et al. 2016): what each adds to the logit of a network without biases."""
    given = as_batch(inputs)
    return given * by_rule("saliency", network, given, targets, at)


METHODS = {name: Method(partial(by_rule, name), rule=name) for name in RULES}
METHODS["gradient-x-input"] = Method(gradient_x_input, times_input=True)

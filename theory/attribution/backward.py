"""The methods that are one backward pass under a rule."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy.typing as npt

from theory.networks.graph import Network
from theory.networks.starts import Target, as_batch
from theory.rules import RULES, Array, Rule, UserRule

Method = Callable[..., Array]


def by_rule(rule: str | Rule | UserRule, network: Network, inputs: npt.ArrayLike, targets: Target) -> Array:
    """The signal of each input's target passed back to the inputs under a rule; shape and dtype like inputs."""
    return network.attribute(inputs, targets, rule)


def gradient_x_input(network: Network, inputs: npt.ArrayLike, targets: Target) -> Array:
    """x·∂f/∂x, entry by entry (Shrikumar et al. 2016): what each adds to the logit of a network without biases."""
    given = as_batch(inputs)
    return given * network.attribute(given, targets, "saliency")


METHODS: dict[str, Any] = {name: partial(by_rule, rule) for name, rule in RULES.items()}
METHODS["gradient-x-input"] = gradient_x_input

"""What an attribution method is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy.typing as npt

from theory.networks.graph import Network
from theory.networks.starts import Target
from theory.rules import Array


@dataclass(frozen=True)
class Method:
    """An attribution method: method(network, inputs, targets, **settings) -> maps.

    `rule` is the name of the backward rule that it passes signals by: where a network has activations that no rule
    covers, only saliency's means what the papers mean. Of a linear network its maps are the gradient under the settings
    `plain`, the input times the gradient if it is one that `times_input`; None where no settings make them so.
    `layered`: it weighs the maps of a node, the setting `layer`. `about` says in a few words what the maps are.
    """

    run: Callable[..., Array]
    about: str
    rule: str = "saliency"
    times_input: bool = False
    plain: tuple[tuple[str, object], ...] | None = ()
    layered: bool = False

    def __call__(self, network: Network, inputs: npt.ArrayLike, targets: Target, **settings: object) -> Array:
        return self.run(network, inputs, targets, **settings)

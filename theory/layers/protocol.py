"""What a layer is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from theory.rules import AnyRule, Array


@dataclass(frozen=True, eq=False, repr=False)
class Layer:
    """A stateless layer. A subclass is a dataclass of its parameters and settings, and has `forward` and `backward`.

    Arrays come batch first: (B, C, H, W), or (B, …) of any rank. `saved` is what a layer's own forward pass left for
    the way back; it is read, never written.
    """

    def forward(self, *inputs: Any, **_: Any) -> tuple[Array, Any]:  # a subclass takes as many arrays as it likes
        """(outputs, saved) of one array of inputs, or of several."""
        raise NotImplementedError

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array | tuple[Array, ...]:
        """The signal at the outputs passed back to the inputs, one array for each array of inputs.

        signal has a row for every input of the pass; or any number of rows if the pass was of one input, and then what
        was saved holds for them all. Only activations look at the rule.
        """
        raise NotImplementedError

    def constant(self, saved: Any) -> Array | None:
        """What the layer adds that is not linear in its inputs, forward(x) − J x, to be broadcast to its outputs.

        J is the slope at what was saved; None stands for 0.
        """
        return None

    def settings(self) -> dict[str, Any]:
        """What the layer was made of, {name: value}."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.init}

    def parameters(self) -> dict[str, Array]:
        """Its arrays, {"weight": …}; not copies."""
        return {name: value for name, value in self.settings().items() if isinstance(value, np.ndarray)}

    def with_parameters(self, **new: npt.ArrayLike) -> Self:
        """Another layer, with these arrays in place of its own; ValueError for other names or shapes."""
        own = self.parameters()
        for name, array in new.items():
            if name not in own:
                raise ValueError(f"{type(self).__name__} has {known(own)}, not {name}")
            if np.shape(array) != own[name].shape:
                raise ValueError(f"{name} has shape {own[name].shape}, not {np.shape(array)}")
        return replace(self, **new)

    def __repr__(self) -> str:
        told = (f"{name} {getattr(value, 'shape', value)}" for name, value in self.settings().items())
        return f"{type(self).__name__}({', '.join(told)})"


def known(names: Mapping[str, Any]) -> str:
    """The names that there are, in words."""
    return f"the parameters {', '.join(names)}" if names else "no parameters"


def check_rows(signal: Array, batch: int) -> None:
    """ValueError unless a signal has as many rows as the pass has inputs, or the pass has one."""
    if batch not in (1, len(signal)):
        raise ValueError(
            f"{len(signal)} signals come back to a pass of {batch} inputs; give as many, or pass one input"
        )

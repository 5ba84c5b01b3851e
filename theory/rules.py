"""The three backward rules: T = h(R)·∂g(y)/∂y at every activation (Nie et al. 2018, Eqs. 1 and 2).

R is the signal that comes back to an activation, y its preactivation. A rule is a choice of two switches, σ being the
activation, whose slope is its own affair (theory.layers.activations):

    rule        h     g
    saliency    id    σ
    DeconvNet   σ     id
    guided      σ     σ

h = σ is max(R, 0) whatever the activation: what comes back is rectified, not what goes forward.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
Slope = npt.NDArray[np.floating[Any] | np.bool_]


class UserRule(Protocol):
    """What is taken as a rule beside those of the table; `combine`, which the table's rules have, is taken first."""

    def backward(self, grad: Array, preactivation: Array) -> Array:
        """The signal `grad` passed back through an activation at `preactivation`, of the same shape."""


@dataclass(frozen=True)
class Switch:
    """One entry of the table, max(t, leak·t): the identity at leak 1, σ at leak 0; a leak between is between."""

    leak: float

    def value(self, t: Array) -> Array:
        """h(t)."""
        return t if self.leak == 1 else np.maximum(t, self.leak * t if self.leak else 0)

    def slope(self, slope: Slope, dtype: npt.DTypeLike) -> Slope | int:
        """∂g, where σ has `slope`: that at leak 0, 1 at leak 1."""
        if self.leak == 1:
            return 1  # everywhere: no array that a picture of VGG-16 would have to wait for
        if not self.leak:
            return slope
        own = slope.astype(dtype)
        return own + self.leak * (1 - own)


IDENTITY = Switch(leak=1)
RELU = Switch(leak=0)


@dataclass(frozen=True)
class Rule:
    """A backward rule T = h(R)·∂g(y)/∂y."""

    name: str
    h: Switch
    g: Switch

    def combine(self, signal: Array, slope: Slope) -> Array:
        """Pass `signal` (R) back through an activation of this `slope` at its preactivation, an array that fits it."""
        return self.h.value(signal) * self.g.slope(slope, signal.dtype)

    def backward(self, grad: Array, preactivation: Array) -> Array:
        """Pass `grad` (R) back through a ReLU whose input was `preactivation` (y); σ'(0) = 0."""
        return self.combine(grad, preactivation > 0)


SALIENCY = Rule("saliency", h=IDENTITY, g=RELU)
DECONVNET = Rule("deconvnet", h=RELU, g=IDENTITY)
GUIDED = Rule("guided", h=RELU, g=RELU)

RULES = {rule.name: rule for rule in (SALIENCY, DECONVNET, GUIDED)}


AnyRule = Rule | UserRule | None  # None where no activation will look at it


def as_rule(rule: str | Rule | UserRule) -> Rule | UserRule:
    """A rule from its name; any object with backward(grad, preactivation) passes as it is."""
    if isinstance(rule, str):
        if rule in RULES:
            return RULES[rule]
    elif callable(getattr(rule, "combine", None)) or callable(getattr(rule, "backward", None)):
        return rule
    raise ValueError(f"a rule is one of {', '.join(RULES)}, or has backward(grad, preactivation); not {rule!r}")


def tabled(rule: str | Rule) -> Rule:
    """A rule of the table, with its h and g, from itself or its name: the laws know these three alone."""
    found = as_rule(rule)
    if not isinstance(found, Rule) or found not in RULES.values():
        raise ValueError(f"the laws know the rules {', '.join(RULES)}, not {rule!r}")
    return found

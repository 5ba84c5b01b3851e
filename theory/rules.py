"""The three backward rules: T = h(R)·∂g(y)/∂y at every ReLU (Nie et al. 2018, Eqs. 1 and 2).

R is the signal that comes back to a ReLU, y its preactivation. A rule is a choice of two switches:

    rule        h     g
    saliency    id    σ
    DeconvNet   σ     id
    guided      σ     σ
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Switch:
    """One entry of the table, max(t, leak·t): the identity at leak 1, σ at leak 0; its slope at 0 is the leak, σ'(0) =
    0.
    """

    leak: float

    def value(self, t):
        return t if self.leak == 1 else np.maximum(t, self.leak * t if self.leak else 0)

    def slope(self, t):
        if self.leak == 1:
            return 1  # everywhere: no array that a picture of VGG-16 would have to wait for
        return np.where(t > 0, 1, self.leak).astype(t.dtype) if self.leak else t > 0


IDENTITY = Switch(leak=1)
RELU = Switch(leak=0)


@dataclass(frozen=True)
class Rule:
    """A backward rule T = h(R)·∂g(y)/∂y."""

    name: str
    h: Switch
    g: Switch

    def backward(self, grad, preactivation):
        """Pass `grad` (R) back through a ReLU whose input was `preactivation` (y), an array of the same shape."""
        return self.h.value(grad) * self.g.slope(preactivation)


SALIENCY = Rule("saliency", h=IDENTITY, g=RELU)
DECONVNET = Rule("deconvnet", h=RELU, g=IDENTITY)
GUIDED = Rule("guided", h=RELU, g=RELU)

RULES = {rule.name: rule for rule in (SALIENCY, DECONVNET, GUIDED)}


def as_rule(rule):
    """A rule from its name; any object with backward(grad, preactivation) passes as it is."""
    if isinstance(rule, str) and rule in RULES:
        return RULES[rule]
    if callable(getattr(rule, "backward", None)):
        return rule
    raise ValueError(f"a rule is one of {', '.join(RULES)}, or has backward(grad, preactivation); not {rule!r}")


def tabled(rule):
    """A rule of the table, with its h and g, from itself or its name: the laws know these three alone."""
    if as_rule(rule) not in RULES.values():
        raise ValueError(f"the laws know the rules {', '.join(RULES)}, not {rule!r}")
    return as_rule(rule)

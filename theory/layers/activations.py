"""Activations: elementwise, each with a slope of its own, and the only layers at which a rule acts."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.layers.protocol import Layer, check_rows
from theory.rules import AnyRule, Array, Rule, Slope


@dataclass(frozen=True, eq=False, repr=False)
class Activation(Layer):
    """A layer σ that acts on each entry y. A subclass has `value` and `slope`; every rule then knows it."""

    def value(self, y: Array) -> Array:
        """σ(y)."""
        raise NotImplementedError

    def slope(self, y: Array) -> Slope:
        """σ'(y), an array of y's shape, boolean where it is 0 or 1; at a kink the slope on its flatter side."""
        raise NotImplementedError

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        return self.value(inputs), inputs

    def backward(self, signal: Array, saved: Array, rule: AnyRule) -> Array:
        check_rows(signal, len(saved))
        if signal.shape[1:] != saved.shape[1:]:
            raise ValueError(f"a signal of {signal.shape} comes back to an activation of {saved.shape}")
        if isinstance(rule, Rule):
            return rule.combine(signal, self.slope(saved))
        by_slope = getattr(rule, "combine", None)
        if callable(by_slope):
            return checked(rule, by_slope(signal, self.slope(saved)), signal)
        assert rule is not None
        return checked(rule, rule.backward(signal, np.broadcast_to(saved, signal.shape)), signal)

    def constant(self, saved: Array) -> Array | None:
        return self.value(saved) - saved * self.slope(saved)


def checked(rule: Any, answer: Any, signal: Array) -> Array:
    """What a user's rule answered, of the signal's type; ValueError if it is no signal."""
    name = type(rule).__name__
    if answer is None:
        raise ValueError(f"the rule {name} returned None; a rule returns the signal behind the activation")
    answer = np.asarray(answer)
    if answer.shape != signal.shape or answer.dtype.kind not in "fiub":
        raise ValueError(f"the rule {name} returned {answer.dtype} {answer.shape} for a signal of {signal.shape}")
    if not np.isfinite(answer).all():
        raise ValueError(f"the rule {name} returned NaN or infinite entries")
    found: Array = answer.astype(signal.dtype, copy=False)
    return found


@dataclass(frozen=True, eq=False, repr=False)
class ReLU(Activation):
    """σ(y) = max(y, 0); σ'(0) = 0."""

    def value(self, y: Array) -> Array:
        return np.maximum(y, 0)

    def slope(self, y: Array) -> Slope:
        return y > 0

    def constant(self, saved: Any) -> Array | None:
        return None


@dataclass(frozen=True, eq=False, repr=False)
class ReLU6(Activation):
    """σ(y) = min(max(y, 0), 6), as mobile networks use it; its slope is 0 at 0 and at 6."""

    def value(self, y: Array) -> Array:
        return np.clip(y, 0, 6)

    def slope(self, y: Array) -> Slope:
        return (y > 0) & (y < 6)


@dataclass(frozen=True, eq=False, repr=False)
class LeakyReLU(Activation):
    """σ(y) = y above 0, leak·y below."""

    leak: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.leak <= 1:
            raise ValueError(f"a leak lies in 0..1, not {self.leak}")

    def value(self, y: Array) -> Array:
        return np.maximum(y, y.dtype.type(self.leak) * y)

    def slope(self, y: Array) -> Slope:
        return np.where(y > 0, y.dtype.type(1), y.dtype.type(self.leak))

    def constant(self, saved: Any) -> Array | None:
        return None

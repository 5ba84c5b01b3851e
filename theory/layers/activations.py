"""Layers that act entry by entry: activations, at which alone a rule acts, and smooth ones that no rule covers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from theory.layers.protocol import Layer, check_rows
from theory.rules import AnyRule, Array, Rule, Slope


@dataclass(frozen=True, eq=False, repr=False)
class Elementwise(Layer):
    """A layer σ that acts on each entry y. A subclass has `value` and `slope`."""

    def value(self, y: Array) -> Array:
        """σ(y)."""
        raise NotImplementedError

    def slope(self, y: Array) -> Slope:
        """σ'(y), an array of y's shape, boolean where it is 0 or 1; at a kink the slope on its flatter side."""
        raise NotImplementedError

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        return self.value(inputs), inputs

    def constant(self, saved: Array) -> Array | None:
        return self.value(saved) - saved * self.slope(saved)

    @staticmethod
    def _check(signal: Array, saved: Array) -> None:
        check_rows(signal, len(saved))
        if signal.shape[1:] != saved.shape[1:]:
            raise ValueError(f"a signal of {signal.shape} comes back to an activation of {saved.shape}")


@dataclass(frozen=True, eq=False, repr=False)
class Activation(Elementwise):
    """An elementwise layer at which the signal passes back by the rule; every rule knows it by its slope."""

    def backward(self, signal: Array, saved: Array, rule: AnyRule) -> Array:
        self._check(signal, saved)
        if isinstance(rule, Rule):
            return rule.combine(signal, self.slope(saved))
        by_slope = getattr(rule, "combine", None)
        if callable(by_slope):
            return checked(rule, by_slope(signal, self.slope(saved)), signal)
        assert rule is not None
        return checked(rule, rule.backward(signal, np.broadcast_to(saved, signal.shape)), signal)


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
class Clip(Activation):
    """σ(y) = min(max(y, low), high); its slope is 0 at both."""

    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"low must be below high, not {self.low} and {self.high}")
        for name in ("low", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))  # of no precision of its own

    def value(self, y: Array) -> Array:
        return np.clip(y, self.low, self.high)

    def slope(self, y: Array) -> Slope:
        return (y > self.low) & (y < self.high)


@dataclass(frozen=True, eq=False, repr=False)
class ReLU6(Clip):
    """σ(y) = min(max(y, 0), 6), as mobile networks use it; its slope is 0 at 0 and at 6."""

    low: float = 0
    high: float = 6


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


@dataclass(frozen=True, eq=False, repr=False)
class Smooth(Elementwise):
    """An elementwise layer that no rule covers: its slope is no switch, and it passes its derivative under every rule.

    The papers define DeconvNet and guided backpropagation at ReLUs; what they would be at a gate, nobody says.
    """

    def backward(self, signal: Array, saved: Array, rule: AnyRule) -> Array:
        self._check(signal, saved)
        return signal * self.slope(saved)


@dataclass(frozen=True, eq=False, repr=False)
class Sigmoid(Smooth):
    """σ(y) = 1/(1 + e⁻ʸ)."""

    def value(self, y: Array) -> Array:
        found: Array = expit(y)
        return found

    def slope(self, y: Array) -> Slope:
        found: Array = expit(y) * expit(-y)  # 1 − σ(y) = σ(−y), without cancellation
        return found


@dataclass(frozen=True, eq=False, repr=False)
class SiLU(Smooth):
    """σ(y) = y/(1 + e⁻ʸ), also called swish (Ramachandran et al. 2017)."""

    def value(self, y: Array) -> Array:
        found: Array = y * expit(y)
        return found

    def slope(self, y: Array) -> Slope:
        found: Array = expit(y) * (1 + y * expit(-y))
        return found


@dataclass(frozen=True, eq=False, repr=False)
class HardSigmoid(Smooth):
    """σ(y) = min(max(y + 3, 0), 6)/6 (Howard et al. 2019); its slope is 0 at −3 and at 3."""

    def value(self, y: Array) -> Array:
        return np.clip(y + 3, 0, 6) / y.dtype.type(6)

    def slope(self, y: Array) -> Slope:
        return _between(y) / y.dtype.type(6)


@dataclass(frozen=True, eq=False, repr=False)
class HardSwish(Smooth):
    """σ(y) = y·min(max(y + 3, 0), 6)/6 (Howard et al. 2019); its slope is 0 at −3 and 1 at 3."""

    def value(self, y: Array) -> Array:
        return y * np.clip(y + 3, 0, 6) / y.dtype.type(6)

    def slope(self, y: Array) -> Slope:
        return np.where(_between(y), (2 * y + 3) / y.dtype.type(6), y >= 3).astype(y.dtype)


def _between(y: Array) -> Slope:
    """Where a hard gate is neither shut nor open."""
    return (y > -3) & (y < 3)

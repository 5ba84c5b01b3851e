"""Layers that only give their inputs another shape, or none."""

from dataclasses import dataclass
from typing import Any

from theory.layers.protocol import Layer
from theory.rules import AnyRule, Array


@dataclass(frozen=True, eq=False, repr=False)
class Flatten(Layer):
    """(B, ...) to (B, features), in C order: feature (i − 1)J + j of a map of J places, as q_ij in the papers."""

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        return inputs.reshape(len(inputs), -1), inputs.shape

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        return signal.reshape(len(signal), *saved[1:])


@dataclass(frozen=True, eq=False, repr=False)
class Dropout(Layer):
    """The identity: what dropout is once a network is trained. p is the probability that it had in training."""

    p: float = 0.5

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        return inputs, None

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        return signal

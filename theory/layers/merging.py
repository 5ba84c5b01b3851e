"""Layers with several inputs."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.layers.protocol import Layer
from theory.rules import AnyRule, Array


@dataclass(frozen=True, eq=False, repr=False)
class Sum(Layer):
    """The sum of arrays of one shape: where a skip path ends. Each input gets the whole signal back."""

    def forward(self, *inputs: Array) -> tuple[Array, Any]:
        first, *others = inputs
        for other in others:
            if other.shape != first.shape:
                raise ValueError(f"{first.shape} and {other.shape} meet: no sum")
            first = first + other
        return first, len(inputs)

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> tuple[Array, ...]:
        return (signal,) * int(saved)


@dataclass(frozen=True, eq=False, repr=False)
class Concatenate(Layer):
    """Arrays side by side along the channels, the axis behind the batch. Each input gets its own part back."""

    def forward(self, *inputs: Array) -> tuple[Array, Any]:
        rests = {(len(each), *each.shape[2:]) for each in inputs}
        if len(rests) > 1:
            raise ValueError(f"{' and '.join(str(each.shape) for each in inputs)} do not fit side by side")
        return np.concatenate(inputs, axis=1), np.cumsum([each.shape[1] for each in inputs])[:-1]

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> tuple[Array, ...]:
        return tuple(np.split(signal, saved, axis=1))

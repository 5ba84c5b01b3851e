"""Layers with several inputs."""

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from theory.layers.protocol import Layer, check_rows
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
        return np.concatenate(inputs, axis=1), np.cumsum([each.shape[1] for each in inputs])

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> tuple[Array, ...]:
        *ends, channels = saved
        if signal.shape[1] != channels:
            raise ValueError(f"a signal of {signal.shape} comes back to {channels} channels side by side")
        return tuple(np.split(signal, ends, axis=1))


@dataclass(frozen=True, eq=False, repr=False)
class Product(Layer):
    """The product entry by entry, where a gate meets what it gates; an axis of length 1 is stretched, behind the batch.

    Each input gets the signal times all the others back: the product rule, under every rule of the table.
    """

    def forward(self, *inputs: Array) -> tuple[Array, Any]:
        first, *others = inputs
        if any(len(each) != len(first) or each.ndim != first.ndim or not _fits(each, first) for each in others):
            raise ValueError(f"{' and '.join(str(each.shape) for each in inputs)} meet: no product")
        return _product(inputs), inputs

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> tuple[Array, ...]:
        check_rows(signal, len(saved[0]))
        expected = np.broadcast_shapes(*(each.shape[1:] for each in saved))
        if signal.shape[1:] != expected:
            raise ValueError(f"a signal of {signal.shape} comes back to a product (rows, {expected})")
        return tuple(
            _summed(signal * _product(saved[:n] + saved[n + 1 :]) if len(saved) > 1 else signal, each.shape)
            for n, each in enumerate(saved)
        )

    def constant(self, saved: Any) -> Array:
        return (1 - len(saved)) * _product(saved)


def _fits(one: Array, other: Array) -> bool:
    """Whether one of two shapes is that of both, but for axes of length 1 that are stretched."""
    return all(a == b or 1 in (a, b) for a, b in zip(one.shape, other.shape))


def _product(factors: tuple[Array, ...]) -> Array:
    return reduce(np.multiply, factors)


def _summed(signal: Array, shape: tuple[int, ...]) -> Array:
    """The signal of each entry of `shape`, summed over what it was stretched to."""
    stretched = tuple(n for n in range(1, signal.ndim) if shape[n] < signal.shape[n])
    return signal.sum(axis=stretched, keepdims=True) if stretched else signal

"""Batch normalisation in inference, and local response normalisation."""

from dataclasses import dataclass, field
from operator import index
from typing import Any

import numpy as np

from theory.layers.linear import as_bias, as_parameter
from theory.layers.protocol import Layer, check_rows
from theory.rules import AnyRule, Array


@dataclass(frozen=True, eq=False, repr=False)
class BatchNorm2d(Layer):
    """Batch normalisation in inference: weight·(x − mean)/√(var + eps) + bias, channel by channel, all four (C,)."""

    weight: Array
    bias: Array
    running_mean: Array
    running_var: Array
    eps: float = 1e-5
    scale: Array = field(init=False)
    shift: Array = field(init=False)

    def __post_init__(self) -> None:
        weight = as_parameter(self.weight, "weight", 1)
        bias, mean, var = (as_bias(each, len(weight)) for each in (self.bias, self.running_mean, self.running_var))
        if not (var + self.eps > 0).all():
            raise ValueError("the running variance must be above −eps")
        exact = weight / np.sqrt(var.astype(np.float64) + self.eps)
        scale, shift = (each.astype(weight.dtype)[:, None, None] for each in (exact, bias - mean * exact))
        found = dict(weight=weight, bias=bias, running_mean=mean, running_var=var, scale=scale, shift=shift)
        for name, value in found.items():
            object.__setattr__(self, name, value)

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if inputs.ndim != 4 or inputs.shape[1] != len(self.scale):
            raise ValueError(f"this batch normalisation takes (B, {len(self.scale)}, H, W), not {inputs.shape}")
        outputs = inputs * self.scale
        outputs += self.shift
        return outputs, None

    def backward(self, signal: Array, saved: Any, rule: AnyRule) -> Array:
        return signal * self.scale

    def constant(self, saved: Any) -> Array:
        return self.shift


@dataclass(frozen=True, eq=False, repr=False)
class LocalResponseNorm(Layer):
    """x_c / d_cᵝ with d_c = k + α/n Σ x²_c', over the n = `size` channels c' from c − ⌊n/2⌋ (Krizhevsky et al. 2012).

    PyTorch's definition: channels that are not there are 0, and α is divided by n all the same; the paper has α for
    α/n. Under every rule the signal passes back by its derivative, to the neighbours, too.
    """

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", int(index(self.size)))
        if self.size < 1:
            raise ValueError(f"size must be at least 1, not {self.size}")
        if not (self.alpha >= 0 and self.k > 0):
            raise ValueError(f"alpha must be at least 0 and k above 0, not {self.alpha} and {self.k}")
        for name in ("alpha", "beta", "k"):
            object.__setattr__(self, name, float(getattr(self, name)))  # of no precision of its own

    def forward(self, inputs: Array) -> tuple[Array, Any]:
        if inputs.ndim < 3:
            raise ValueError(f"local response normalisation takes (B, C, H, W), not {inputs.shape}")
        outputs: Array = inputs * self._divisor(inputs) ** -self.beta
        return outputs, inputs

    def backward(self, signal: Array, saved: Array, rule: AnyRule) -> Array:
        """x_j lies in d_c for every c whose window holds j: ∂y_c/∂x_j = δ_cj d_c⁻ᵝ − 2αβ/n x_c x_j d_c⁻ᵝ⁻¹."""
        check_rows(signal, len(saved))
        divisor = self._divisor(saved)
        shared = self._windowed(signal * saved * divisor ** (-self.beta - 1), (self.size - 1) // 2)
        back: Array = signal * divisor**-self.beta - 2 * self.alpha * self.beta / self.size * saved * shared
        return back

    def constant(self, saved: Array) -> Array:
        """x_c d_c⁻ᵝ − J x = 2β x_c (d_c − k) d_c⁻ᵝ⁻¹."""
        divisor = self._divisor(saved)
        constant: Array = 2 * self.beta * saved * (divisor - self.k) * divisor ** (-self.beta - 1)
        return constant

    def _divisor(self, inputs: Array) -> Array:
        return self.k + self.alpha / self.size * self._windowed(inputs**2, self.size // 2)

    def _windowed(self, maps: Array, before: int) -> Array:
        """The sum of so many channels before each, itself, and those behind it, `size` in all."""
        channels = maps.shape[1]
        summed = np.zeros_like(maps)
        for shift in range(-before, self.size - before):
            first, last = max(0, -shift), min(channels, channels - shift)
            if first < last:
                summed[:, first:last] += maps[:, first + shift : last + shift]
        return summed

"""Batch normalisation in inference."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from theory.layers.linear import as_bias, as_parameter
from theory.layers.protocol import Layer
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

"""Batch normalisation in inference."""

import numpy as np

from theory.layers.linear import as_bias, as_parameter


class BatchNorm2d:
    """Batch normalisation in inference: weight·(x − mean)/√(var + eps) + bias, channel by channel, all four (C,)."""

    def __init__(self, weight, bias, running_mean, running_var, eps=1e-5):
        weight = as_parameter(weight, "weight", 1)
        bias, mean, var = (as_bias(each, len(weight)) for each in (bias, running_mean, running_var))
        if not (var + eps > 0).all():
            raise ValueError("the running variance must be above −eps")
        scale = weight / np.sqrt(var.astype(np.float64) + eps)
        self.scale = scale.astype(weight.dtype)[:, None, None]
        self.shift = (bias - mean * scale).astype(weight.dtype)[:, None, None]

    def forward(self, inputs):
        if inputs.ndim != 4 or inputs.shape[1] != len(self.scale):
            raise ValueError(f"this batch normalisation takes (B, {len(self.scale)}, H, W), not {inputs.shape}")
        outputs = inputs * self.scale
        outputs += self.shift
        return outputs, None

    def backward(self, grad, saved, rule):
        return grad * self.scale

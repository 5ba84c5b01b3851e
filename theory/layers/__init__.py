"""Layers with a hand-written forward pass, and a backward pass under a rule.

A layer is stateless: forward(inputs) -> (outputs, saved), and backward(grad, saved, rule) -> grad at the inputs, where
`saved` is what its own forward pass left. Only ReLU looks at the rule. Batches come first: NCHW, or (B, features).
"""

from theory.layers.activations import ReLU
from theory.layers.linear import Conv2d, Linear
from theory.layers.normalisation import BatchNorm2d
from theory.layers.pooling import AveragePool2d, MaxPool2d
from theory.layers.shaping import Flatten

__all__ = ["AveragePool2d", "BatchNorm2d", "Conv2d", "Flatten", "Linear", "MaxPool2d", "ReLU"]

"""Layers with a hand-written forward pass, and a backward pass under a rule; `protocol` says what a layer is."""

from theory.layers.activations import (
    Activation,
    Clip,
    HardSigmoid,
    HardSwish,
    LeakyReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Smooth,
)
from theory.layers.linear import Conv2d, Linear
from theory.layers.merging import Concatenate, Product, Sum
from theory.layers.normalisation import BatchNorm2d, LocalResponseNorm
from theory.layers.padding import Pad2d, SamePad2d
from theory.layers.pooling import AdaptiveAveragePool2d, AveragePool2d, MaxPool2d
from theory.layers.protocol import Layer
from theory.layers.shaping import Dropout, Flatten

__all__ = [
    "Activation",
    "AdaptiveAveragePool2d",
    "AveragePool2d",
    "BatchNorm2d",
    "Clip",
    "Concatenate",
    "Conv2d",
    "Dropout",
    "Flatten",
    "HardSigmoid",
    "HardSwish",
    "Layer",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "MaxPool2d",
    "Pad2d",
    "Product",
    "ReLU",
    "ReLU6",
    "SamePad2d",
    "SiLU",
    "Sigmoid",
    "Smooth",
    "Sum",
]

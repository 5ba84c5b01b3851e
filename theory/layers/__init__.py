"""Layers with a hand-written forward pass, and a backward pass under a rule; `protocol` says what a layer is."""

from theory.layers.activations import Activation, LeakyReLU, ReLU, ReLU6
from theory.layers.linear import Conv2d, Linear
from theory.layers.merging import Concatenate, Sum
from theory.layers.normalisation import BatchNorm2d
from theory.layers.padding import SamePad2d
from theory.layers.pooling import AveragePool2d, MaxPool2d
from theory.layers.protocol import Layer
from theory.layers.shaping import Flatten

__all__ = [
    "Activation",
    "AveragePool2d",
    "BatchNorm2d",
    "Concatenate",
    "Conv2d",
    "Flatten",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "ReLU",
    "ReLU6",
    "SamePad2d",
    "Sum",
]

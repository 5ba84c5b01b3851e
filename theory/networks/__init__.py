"""The papers' networks: three layers, plain stacks of any depth and width, VGG-16, ResNet-50 and EfficientNet-Lite."""

from theory.networks.chains import Residual, Sequential
from theory.networks.efficientnet_lite import (
    Stage,
    efficientnet_lite,
    efficientnet_lite_shapes,
    mobile_network,
    mobile_shapes,
)
from theory.networks.folding import folded
from theory.networks.graph import INPUT, Network, Node, Pass
from theory.networks.resnet import residual_network, residual_shapes, resnet50, resnet50_shapes
from theory.networks.stacks import cnn, fcn
from theory.networks.starts import one_hot
from theory.networks.three_layer import three_layer_cnn, three_layer_fcn
from theory.networks.vgg import vgg16, vgg16_shapes

__all__ = [
    "INPUT",
    "Network",
    "Node",
    "Pass",
    "Residual",
    "Sequential",
    "Stage",
    "cnn",
    "efficientnet_lite",
    "efficientnet_lite_shapes",
    "fcn",
    "folded",
    "mobile_network",
    "mobile_shapes",
    "one_hot",
    "residual_network",
    "residual_shapes",
    "resnet50",
    "resnet50_shapes",
    "three_layer_cnn",
    "three_layer_fcn",
    "vgg16",
    "vgg16_shapes",
]

"""The papers' networks: three layers, plain stacks of any depth and width, VGG-16; `residual` holds ResNet-50."""

import numpy as np

from theory.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, as_parameter
from theory.residual import resnet50, resnet50_shapes
from theory.sequential import Residual, Sequential, one_hot
from theory.state import checked

__all__ = [
    "Residual",
    "Sequential",
    "cnn",
    "fcn",
    "one_hot",
    "resnet50",
    "resnet50_shapes",
    "three_layer_cnn",
    "three_layer_fcn",
    "vgg16",
    "vgg16_shapes",
]

# The widths of VGG-16's convolutions, stage by stage: a 2×2 max-pooling ends each stage (Simonyan & Zisserman 2015,
# Table 1, column D). Torchvision counts every convolution, ReLU and pooling as one of its `features`.
VGG16_STAGES = (64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512)
VGG16_DENSE = {"classifier.0": (4096, 25088), "classifier.3": (4096, 4096), "classifier.6": (1000, 4096)}


def three_layer_cnn(filters, readout, stride=1, padding=0, pool=None, bias=None, order="relu-pool"):
    """The papers' network f_k = Σ_i Σ_j V_ij,k σ(w_iᵀ D_j x) (Nie et al. 2018, Eq. 3; TR-GBP Eq. 5).

    filters (N, C, kh, kw); readout (K, N, ...) with one entry per place of the feature map, flat or in two dimensions;
    pool, an int, a pair or a MaxPool2d, adds max-pooling after the ReLU, or before it with order "pool-relu", and the
    readout then has one entry per window; bias (N,) adds b_i (TR-GBP Eq. 8).
    """
    readout = np.asarray(readout)
    if readout.ndim < 2:
        raise ValueError(f"readout has shape (K, N, J), not {readout.shape}")
    if order not in ("relu-pool", "pool-relu"):
        raise ValueError(f'order is "relu-pool" or "pool-relu", not {order!r}')
    hidden = [ReLU()]
    if pool is not None:
        hidden.insert(order == "relu-pool", _pool(pool))
    convolution = Conv2d(filters, bias, stride=stride, padding=padding)
    return Sequential([convolution, *hidden, Flatten(), Linear(readout.reshape(len(readout), -1))])


def three_layer_fcn(weights, readout):
    """The fully-connected f_k = Σ_i V_i,k σ(w_iᵀ x): weights (N_h, d), readout (K, N_h); inputs (B, d) or (B, C, H,
    W).
    """
    return Sequential([Flatten(), Linear(as_parameter(weights, "weights", 2)), ReLU(), Linear(readout)])


def fcn(weights, biases=None):
    """A fully-connected stack: weights, a list of (out, in), with a ReLU between; inputs (B, d) or (B, C, H, W).

    biases, if any, is a list of (out,) or None, one per weight.
    """
    return Sequential([Flatten(), *_dense(weights, _one_each(biases, len(weights), "biases"))])


def cnn(filters, readout, biases=None, strides=1, paddings=0, pools=None, input_shape=None):
    """A convolutional stack: filters, a list of (out, in, kh, kw), a ReLU after each; then fully-connected layers.

    readout (K, ...), or a list of such with a ReLU between, reads the last feature map, flattened in C order.
    biases, if any, is a list of (out,) or None, first for the convolutions, then for the matrices. strides, paddings
    and pools (max-pooling after the ReLU; None for none) hold for every convolution, or are a list with one entry each.
    """
    depth = len(filters)
    matrices = [np.reshape(each, (len(each), -1)) for each in (readout if isinstance(readout, list) else [readout])]
    biases = _one_each(biases, depth + len(matrices), "biases")
    settings = dict(strides=strides, paddings=paddings, pools=pools)
    settings = [_one_each(value, depth, name) for name, value in settings.items()]
    layers = []
    for weight, bias, stride, padding, pool in zip(filters, biases, *settings):
        layers += [Conv2d(weight, bias, stride, padding), ReLU()]
        if pool is not None:
            layers.append(_pool(pool))
    return Sequential([*layers, Flatten(), *_dense(matrices, biases[depth:])], input_shape)


def _pool(pool):
    """Max-pooling over windows side by side, of a size; or a layer as it is."""
    return pool if isinstance(pool, MaxPool2d) else MaxPool2d(pool)


def _dense(weights, biases):
    """Fully-connected layers with a ReLU between."""
    layers = [layer for each in zip(weights, biases) for layer in (Linear(*each), ReLU())]
    return layers[:-1]


def _one_each(value, count, name):
    """A list of `count` entries: value itself if it is a list, else `count` times value."""
    values = value if isinstance(value, list) else [value] * count
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} entries for {count} weights")
    return values


def vgg16_shapes(biases=True, size=224):
    """VGG-16's tensors, {name: shape} with torchvision's names: 138,357,544 parameters in 32 tensors at 224×224.

    For inputs of another size, a multiple of 32, the first dense layer takes what the last pooling leaves.
    """
    if size < 32 or size % 32:
        raise ValueError(f"VGG-16 takes sizes that are multiples of 32, not {size}")
    dense = VGG16_DENSE | {"classifier.0": (4096, 512 * (size // 32) ** 2)}
    weights = {name: (*shape, 3, 3) for name, shape in _vgg16_convolutions()} | dense
    shapes = {}
    for name, shape in weights.items():
        shapes[f"{name}.weight"] = shape
        if biases:
            shapes[f"{name}.bias"] = shape[:1]
    return shapes


def _vgg16_convolutions():
    """The name of each convolution and its (out, in)."""
    place, inputs = 0, 3
    for stage in VGG16_STAGES:
        for outputs in stage:
            yield f"features.{place}", (outputs, inputs)
            place, inputs = place + 2, outputs
        place += 1


def vgg16(weights, size=224):
    """VGG-16 (Simonyan & Zisserman 2015, column D) for inputs (B, 3, size, size), 1000 logits.

    weights maps the names of `vgg16_shapes` to arrays; all biases may be left out, together. ValueError names a tensor
    that is missing, unexpected, or of another shape. The arrays are not copied if they are float32 or float64; pass
    inputs of the same type. Dropout is the identity, and so, at 224×224, is torchvision's adaptive pooling to 7×7;
    other sizes have a first dense layer of their own. In float32 the weights take 528 MiB, a pass of one input 200 MiB
    more.
    """
    biased = any(name.endswith(".bias") for name in weights)
    weights = checked(weights, vgg16_shapes(biased, size))
    names = [name for name, _ in _vgg16_convolutions()]
    return cnn(
        [weights[f"{name}.weight"] for name in names],
        [weights[f"{name}.weight"] for name in VGG16_DENSE],
        biases=[weights.get(f"{name}.bias") for name in (*names, *VGG16_DENSE)],
        paddings=1,
        pools=[2 if last else None for stage in VGG16_STAGES for last in [False] * (len(stage) - 1) + [True]],
        input_shape=(3, size, size),
    )

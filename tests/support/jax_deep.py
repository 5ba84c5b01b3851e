"""VGG-16, residual networks and EfficientNet-Lite in JAX, by the tensors' names: it knows no layer of this project."""

import jax
import jax.numpy as jnp
from jax import lax

from support.jax_networks import relu, relu6

VGG16 = (64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512, "pool")


def convolve(x, weight, stride=1, padding=0):
    return lax.conv_general_dilated(
        x, weight, (stride, stride), [(padding, padding)] * 2, dimension_numbers=("NCHW", "OIHW", "NCHW")
    )


def pool(x, size, stride, padding=0):
    margins = [(0, 0), (0, 0), (padding, padding), (padding, padding)]
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, size, size), (1, 1, stride, stride), margins)


def vgg16(weights, rule, x):
    """Logits; features.n counts convolutions, ReLUs and poolings, classifier.n linear layers, ReLUs and dropouts."""
    place = 0
    for width in VGG16:
        if width == "pool":
            x, place = pool(x, 2, 2), place + 1
            continue
        x = convolve(x, weights[f"features.{place}.weight"], padding=1)
        if f"features.{place}.bias" in weights:
            x = x + weights[f"features.{place}.bias"][:, None, None]
        x, place = relu(rule, x), place + 2
    x = x.reshape(len(x), -1)
    for place in (0, 3, 6):
        x = x @ weights[f"classifier.{place}.weight"].T
        if f"classifier.{place}.bias" in weights:
            x = x + weights[f"classifier.{place}.bias"]
        x = relu(rule, x) if place < 6 else x
    return x


def normalise(weights, name, x, eps=1e-5):
    """Batch normalisation in inference, by its definition."""
    weight, bias, mean, var = (
        weights[f"{name}.{each}"][:, None, None] for each in ("weight", "bias", "running_mean", "running_var")
    )
    return (x - mean) / jnp.sqrt(var + eps) * weight + bias


def bottleneck(weights, name, rule, x, stride):
    y = relu(rule, normalise(weights, f"{name}.bn1", convolve(x, weights[f"{name}.conv1.weight"])))
    y = convolve(y, weights[f"{name}.conv2.weight"], stride, padding=1)
    y = relu(rule, normalise(weights, f"{name}.bn2", y))
    y = normalise(weights, f"{name}.bn3", convolve(y, weights[f"{name}.conv3.weight"]))
    if f"{name}.downsample.0.weight" in weights:
        x = normalise(weights, f"{name}.downsample.1", convolve(x, weights[f"{name}.downsample.0.weight"], stride))
    return relu(rule, x + y)


def residual_network(weights, rule, x, blocks):
    x = relu(rule, normalise(weights, "bn1", convolve(x, weights["conv1.weight"], 2, padding=3)))
    x = pool(x, 3, 2, padding=1)
    for stage, count in enumerate(blocks, 1):
        for block in range(count):
            x = bottleneck(weights, f"layer{stage}.{block}", rule, x, stride=2 if stage > 1 and block == 0 else 1)
    return x.mean(axis=(2, 3)) @ weights["fc.weight"].T + weights["fc.bias"]


def same(x, weight, stride=1):
    """With TensorFlow's padding, by JAX's own word."""
    groups = x.shape[1] // weight.shape[1]
    numbers = ("NCHW", "OIHW", "NCHW")
    return lax.conv_general_dilated(
        x, weight, (stride, stride), "SAME", dimension_numbers=numbers, feature_group_count=groups
    )


def mobile_block(weights, name, rule, x, stride):
    """The windows are as large as the tensors say."""
    norm = lambda place, y: normalise(weights, f"{name}._bn{place}", y, eps=1e-3)
    y = x
    if f"{name}._expand_conv.weight" in weights:
        y = relu6(rule, norm(0, same(y, weights[f"{name}._expand_conv.weight"])))
    y = relu6(rule, norm(1, same(y, weights[f"{name}._depthwise_conv.weight"], stride)))
    y = norm(2, same(y, weights[f"{name}._project_conv.weight"]))
    return x + y if stride == 1 and x.shape == y.shape else y


def mobile_network(weights, rule, x, strides):
    """Logits; `strides` has one of each block."""
    x = relu6(rule, normalise(weights, "_bn0", same(x, weights["_conv_stem.weight"], 2), eps=1e-3))
    for number, stride in enumerate(strides):
        x = mobile_block(weights, f"_blocks.{number}", rule, x, stride)
    x = relu6(rule, normalise(weights, "_bn1", same(x, weights["_conv_head.weight"]), eps=1e-3))
    return x.mean(axis=(2, 3)) @ weights["_fc.weight"].T + weights["_fc.bias"]


def attribute(network, inputs, target):
    """Logits, and the derivative of the logit `target`; network(inputs) gives logits."""
    logits, backward = jax.vjp(network, inputs)
    return logits, backward(jnp.zeros_like(logits).at[:, target].set(1))[0]

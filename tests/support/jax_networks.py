"""The same networks in JAX, whose autodiff knows nothing of this project; a ReLU carries its rule as a custom VJP."""

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from support.oracles import starts
from theory.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU

jax.config.update("jax_enable_x64", True)

BACKWARD = {
    "saliency": lambda signal, y: jnp.where(y > 0, signal, 0),
    "deconvnet": lambda signal, y: jnp.where(signal > 0, signal, 0),
    "guided": lambda signal, y: jnp.where((signal > 0) & (y > 0), signal, 0),
}


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def relu(rule, y):
    return jnp.maximum(y, 0)


relu.defvjp(lambda rule, y: (jnp.maximum(y, 0), y), lambda rule, y, signal: (BACKWARD[rule](signal, y),))


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def relu6(rule, y):
    return jnp.clip(y, 0, 6)


def relu6_backward(rule, y, signal):
    """A ReLU's, where y is below 6; DeconvNet's rule asks nothing of y."""
    return (jnp.where((y < 6) | (rule == "deconvnet"), BACKWARD[rule](signal, y), 0),)


relu6.defvjp(lambda rule, y: (jnp.clip(y, 0, 6), y), relu6_backward)


def margins(padding):
    return [(side, side) for side in padding]


def convolve(layer, x):
    z = lax.conv_general_dilated(
        x,
        layer.weight,
        layer.stride,
        margins(layer.padding),
        rhs_dilation=layer.dilation,
        dimension_numbers=("NCHW", "OIHW", "NCHW"),
        feature_group_count=layer.groups,
    )
    return z if layer.bias is None else z + layer.bias[:, None, None]


def pool(layer, x):
    """JAX's derivative of a maximum takes the first of equals in reading order: tie="first"."""
    assert layer.tie == "first"
    return windowed(x, layer, -jnp.inf, lax.max)


def windowed(x, layer, start, combine):
    """A pooling's windows, combined; behind the image as much of `start` as its last window needs."""
    sides = zip(x.shape[2:], layer.size, layer.stride, layer.padding)
    ends = [starts(*side, layer.ceil_mode)[-1] + side[1] - side[0] for side in sides]
    around = [(0, 0), (0, 0), *((before, max(after, 0)) for before, after in zip(layer.padding, ends))]
    return lax.reduce_window(x, start, combine, (1, 1, *layer.size), (1, 1, *layer.stride), around)


def linear(layer, x):
    z = x @ layer.weight.T
    return z if layer.bias is None else z + layer.bias


def apply(layers, rule, x):
    """Logits (B, K) of the project's layers, computed by JAX."""
    steps = {
        Conv2d: convolve,
        MaxPool2d: pool,
        Linear: linear,
        ReLU: lambda layer, y: relu(rule, y),
        Flatten: lambda layer, y: y.reshape(len(y), -1),
    }
    for layer in layers:
        x = steps[type(layer)](layer, x)
    return x


def attribute(layers, inputs, targets, rule):
    """Logits, and the derivative of each input's target logit where every ReLU passes its signal by the rule."""
    logits, backward = jax.vjp(lambda x: apply(layers, rule, x), inputs)
    signal = jax.nn.one_hot(jnp.asarray(targets), logits.shape[1], dtype=logits.dtype)
    return logits, backward(signal)[0]

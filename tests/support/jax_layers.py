"""Every kind of layer in JAX, whose autodiff knows nothing of this project."""

from functools import reduce

import jax
import jax.numpy as jnp
from jax import lax

from support.jax_networks import convolve, linear, pool, windowed
from theory import layers

jax.config.update("jax_enable_x64", True)


def normalise(layer, x):
    columns = (each[:, None, None] for each in (layer.weight, layer.bias, layer.running_mean, layer.running_var))
    weight, bias, mean, var = columns
    return weight * (x - mean) / jnp.sqrt(var + layer.eps) + bias


def same_padded(layer, x):
    rows, columns = lax.padtype_to_pads(x.shape[2:], layer.size, layer.stride, "SAME")
    return jnp.pad(x, [(0, 0), (0, 0), rows, columns])


def average(layer, x):
    if layer.size is None:
        return x.mean(axis=(2, 3), keepdims=True)
    summed, counted, form = windowed(x, layer, 0.0, lax.add), jnp.ones_like(x), layer
    if layer.count_include_pad:  # ones in the padding, too; a window that begins behind the image is left out
        around = [(0, 0), (0, 0), *((side, side) for side in layer.padding)]
        counted = jnp.pad(counted, around, constant_values=1)
        form = layers.AveragePool2d(layer.size, layer.stride, 0, layer.ceil_mode)
    return summed / windowed(counted, form, 0.0, lax.add)[..., : summed.shape[2], : summed.shape[3]]


def adaptive(layer, x):
    for axis, count in zip((2, 3), layer.size):
        length = x.shape[axis]
        means = [
            lax.slice_in_dim(x, i * length // count, -(-(i + 1) * length // count), axis=axis).mean(axis=axis)
            for i in range(count)
        ]
        x = jnp.stack(means, axis=axis)
    return x


def local_response(layer, x):
    before, after = layer.size // 2, (layer.size - 1) // 2
    padded = jnp.pad(x**2, ((0, 0), (before, after), *[(0, 0)] * (x.ndim - 2)))
    summed = sum(padded[:, n : n + x.shape[1]] for n in range(layer.size))
    return x / (layer.k + layer.alpha * summed / layer.size) ** layer.beta


def clip(layer, y):
    """Its derivative at a kink is 0: jnp.clip has one half there."""
    return jnp.where(y > layer.low, jnp.where(y < layer.high, y, layer.high), layer.low)


def hard_gate(y):
    return jnp.where(y > -3, jnp.where(y < 3, y / 6 + 0.5, 1.0), 0.0)


IN_JAX = {  # a kind of layer: the function (layer, *inputs) -> outputs
    layers.Conv2d: convolve,
    layers.Linear: linear,
    layers.MaxPool2d: pool,
    layers.AveragePool2d: average,
    layers.AdaptiveAveragePool2d: adaptive,
    layers.LocalResponseNorm: local_response,
    layers.Pad2d: lambda layer, x: jnp.pad(x, ((0, 0), (0, 0), layer.rows, layer.columns)),
    layers.Dropout: lambda layer, x: x,
    layers.Product: lambda layer, *xs: reduce(jnp.multiply, xs),
    layers.Clip: clip,
    layers.Sigmoid: lambda layer, y: 0.5 + jnp.tanh(y / 2) / 2,
    layers.SiLU: lambda layer, y: y * (0.5 + jnp.tanh(y / 2) / 2),
    layers.HardSigmoid: lambda layer, y: hard_gate(y),
    layers.HardSwish: lambda layer, y: y * hard_gate(y),
    layers.BatchNorm2d: normalise,
    layers.Flatten: lambda layer, x: x.reshape(len(x), -1),
    layers.SamePad2d: same_padded,
    layers.Sum: lambda layer, *xs: sum(xs[1:], xs[0]),
    layers.Concatenate: lambda layer, *xs: jnp.concatenate(xs, axis=1),
    layers.ReLU: lambda layer, y: jnp.where(y > 0, y, 0),
    layers.ReLU6: lambda layer, y: jnp.where(y > 0, jnp.where(y < 6, y, 6), 0),
    layers.LeakyReLU: lambda layer, y: jnp.where(y > 0, y, layer.leak * y),
}


def pulled_back(layer, inputs, signal):
    """Outputs, and the derivative of ⟨signal, outputs⟩ by each of the inputs."""
    outputs, backward = jax.vjp(lambda *xs: IN_JAX[type(layer)](layer, *xs), *inputs)
    return outputs, backward(jnp.asarray(signal))


def pushed_forward(layer, inputs, step):
    """The derivative of the outputs along `step`."""
    return jax.jvp(lambda *xs: IN_JAX[type(layer)](layer, *xs), tuple(inputs), tuple(step))[1]

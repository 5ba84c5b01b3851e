"""Every kind of layer in JAX, whose autodiff knows nothing of this project."""

import jax
import jax.numpy as jnp
from jax import lax

from support.jax_networks import convolve, linear, pool
from theory import layers

jax.config.update("jax_enable_x64", True)


def normalise(layer, x):
    columns = (each[:, None, None] for each in (layer.weight, layer.bias, layer.running_mean, layer.running_var))
    weight, bias, mean, var = columns
    return weight * (x - mean) / jnp.sqrt(var + layer.eps) + bias


def same_padded(layer, x):
    rows, columns = lax.padtype_to_pads(x.shape[2:], layer.size, layer.stride, "SAME")
    return jnp.pad(x, [(0, 0), (0, 0), rows, columns])


IN_JAX = {  # a kind of layer: the function (layer, *inputs) -> outputs
    layers.Conv2d: convolve,
    layers.Linear: linear,
    layers.MaxPool2d: pool,
    layers.AveragePool2d: lambda layer, x: x.mean(axis=(2, 3), keepdims=True),
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

"""Random weights of deep networks, tensor by tensor, for the shapes that theory.networks.vgg16_shapes and such give."""

from functools import partial
from math import prod

import numpy as np

from sims.ensembles import gaussian, truncated

TRUNCATED_SCALE = 0.1


def fans(shape):
    """(fan_in, fan_out) of a weight (out, in, ...): how many products make an output, and how many an input enters."""
    return prod(shape[1:]), shape[0] * prod(shape[2:])


def he(rng, shape, dtype=np.float32, threads=1, out=None):
    """N(0, 2/fan_in) (He et al. 2015): a ReLU layer keeps the mean square of its inputs."""
    return gaussian(rng, shape, np.sqrt(2 / fans(shape)[0]), dtype, threads, out)


def glorot(rng, shape, dtype=np.float32, threads=1, out=None):
    """N(0, 2/(fan_in + fan_out)) (Glorot & Bengio 2010)."""
    return gaussian(rng, shape, np.sqrt(2 / sum(fans(shape))), dtype, threads, out)


def glorot_uniform(rng, shape, dtype=np.float32):
    """Uniform on ±√(6/(fan_in + fan_out)), of the same variance."""
    drawn = rng.random(shape, dtype)
    drawn -= dtype(0.5)
    drawn *= dtype(2 * np.sqrt(6 / sum(fans(shape))))
    return drawn


def truncated_normal(rng, shape, dtype=np.float32):
    """N(0, 0.1²) cut off at ±0.2: the papers' initialisation; its standard deviation is 0.088."""
    return truncated(rng, shape, TRUNCATED_SCALE, dtype)


SHARED = {"he": he, "glorot": glorot}  # between threads
LAWS = {**SHARED, "glorot-uniform": glorot_uniform, "truncated": truncated_normal}


def draw(shapes, law="he", *, rng, bias=0.0, dtype=np.float32, threads=1, room=None):
    """Random tensors {name: array} of `shapes`, {name: shape} in torchvision's naming, in the order of `shapes`.

    Weights follow `law`, a name in LAWS or a function (rng, shape, dtype). Biases are N(0, bias²), so 0 unless told.
    Batch normalisation (weight 1-D) starts as the identity: weight 1, bias 0, mean 0, variance 1. Gaussian weights in
    float32 are drawn on so many threads, the same numbers for any. They overwrite the tensors of an earlier draw if it
    is given as `room`: new memory costs as much as the numbers.
    """
    if isinstance(law, str) and law not in LAWS:
        raise ValueError(f"a law is one of {', '.join(LAWS)}, or a function (rng, shape, dtype); not {law!r}")
    room = room or {}
    laws = {
        name: partial(SHARED[law], threads=threads, out=room.get(name)) if law in SHARED else LAWS.get(law, law)
        for name in shapes
    }
    return {name: _tensor(name, shape, shapes, laws[name], rng, bias, dtype) for name, shape in shapes.items()}


def _tensor(name, shape, shapes, law, rng, bias, dtype):
    layer, _, role = name.rpartition(".")
    if len(shape) > 1:
        return law(rng, shape, dtype)
    if role in ("weight", "running_var"):
        return np.ones(shape, dtype)
    if role == "bias" and bias and len(shapes[f"{layer}.weight"]) > 1:
        return gaussian(rng, shape, bias, dtype)
    return np.zeros(shape, dtype)

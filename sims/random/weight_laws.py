"""The laws that weights are drawn from: each a function (rng, shape, ...) of a Generator.

`scale` is the papers' c; He's and Glorot's laws take theirs from the shape.
"""

from math import prod

import numpy as np

from sims.random.counter_based import normals


def gaussian(rng, shape, scale=1.0, dtype=np.float64, threads=1, out=None):
    """Independent N(0, scale²) entries; float32 ones have addresses, and cost a tenth (`normals`: threads, out)."""
    if dtype == np.float32:
        return normals(rng, shape, scale, threads, out)
    drawn = rng.standard_normal(shape, dtype)
    drawn *= scale
    return drawn


def truncated(rng, shape, scale=1.0, dtype=np.float64):
    """Normal entries drawn again beyond two scales: the papers' initialisation; their standard deviation is 0.88
    scale.
    """
    drawn = gaussian(rng, shape, dtype=dtype)
    while (outside := np.abs(drawn) > 2).any():
        drawn[outside] = gaussian(rng, outside.sum(), dtype=dtype)
    drawn *= scale
    return drawn


def rademacher(rng, shape, scale=1.0, dtype=np.float64):
    """Independent ±scale entries."""
    return ((2 * rng.integers(0, 2, shape, np.int8) - 1) * dtype(scale)).astype(dtype)


def uniform(rng, shape, scale=1.0, dtype=np.float64):
    """Independent uniform entries of standard deviation `scale`."""
    return ((2 * rng.random(shape, dtype) - 1) * np.sqrt(3) * scale).astype(dtype)


def laplace(rng, shape, scale=1.0, dtype=np.float64):
    """Independent two-sided exponential entries of standard deviation `scale`."""
    return rng.laplace(0.0, scale / np.sqrt(2), shape).astype(dtype)


def student(rng, shape, scale=1.0, dtype=np.float64):
    """Independent Student-t entries of 5 degrees of freedom and standard deviation `scale`."""
    return (rng.standard_t(5, shape) * scale * np.sqrt(3 / 5)).astype(dtype)


def spherical(rng, shape, scale=1.0, dtype=np.float64):
    """Along the first axis, vectors uniform on the sphere of radius scale·√p, p the entries of each."""
    flat = rng.standard_normal((shape[0], int(np.prod(shape[1:]))))
    flat *= scale * np.sqrt(flat.shape[1]) / np.linalg.norm(flat, axis=1, keepdims=True)
    return flat.reshape(shape).astype(dtype)


def correlated(rng, shape, scale=1.0, dtype=np.float64):
    """Gaussian filters (N, C, kh, kw) whose neighbours in a row correlate at ½: no direction is like another."""
    fresh = rng.standard_normal(shape)
    for column in range(1, shape[-1]):
        fresh[..., column] = fresh[..., column - 1] / 2 + np.sqrt(3 / 4) * fresh[..., column]
    return (scale * fresh).astype(dtype)


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

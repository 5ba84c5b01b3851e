"""Simultaneous confidence intervals for means: the simulated checks of these tests share an error of 1e-6.

Each name in ASSERTIONS is one check, wrong with probability 1e-6/len(ASSERTIONS), divided again over its coordinates.
The quantile is the normal one: samples come in tens of thousands.
"""

import numpy as np
from scipy.stats import norm

SEED = 1  # any would do: every check draws from (SEED, its place in the list)

ASSERTIONS = (
    "rectified moments",
    "arc-cosine moments",
    "orthant",
    "truncated mean",
    "truncated mean of a pooling window",
    "second moment",
    "cnn mean",
    "cnn trace",
    "cnn with zero patches mean",
    "cnn with zero patches trace",
    "strided rgb cnn mean",
    "strided rgb cnn trace",
    "fcn mean",
    "fcn trace",
    "saliency mean",
    "deconvnet mean",
)


def generator(name):
    return np.random.default_rng([SEED, ASSERTIONS.index(name)])


def interval(samples, name):
    """Both ends, like one sample, for the mean of samples (n, ...)."""
    samples = np.asarray(samples).reshape(len(samples), -1)
    quantile = norm.isf(1e-6 / len(ASSERTIONS) / samples.shape[1] / 2)
    assert name in ASSERTIONS
    half = quantile * samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
    return samples.mean(axis=0) - half, samples.mean(axis=0) + half


def covers(ends, exact):
    return bool(((ends[0] <= np.ravel(exact)) & (np.ravel(exact) <= ends[1])).all())

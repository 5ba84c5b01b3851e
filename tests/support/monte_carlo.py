"""Simultaneous confidence intervals for means: the simulated checks of these tests share an error of 1e-6.

Each name in ASSERTIONS is one check, wrong with probability 1e-6/SLOTS, divided again over its coordinates, and draws
from a generator of its own, by its name: another check changes neither. The quantile is the normal one: samples come
in tens of thousands.
"""

import hashlib

import numpy as np
from scipy.stats import norm

from theory.layers import Conv2d, Flatten, Linear
from theory.networks import Sequential

SEED = 1  # any would do
SLOTS = 128  # that the error is divided over; there is room for more checks

RULES, ORDERS = ("saliency", "deconvnet", "guided"), ("relu-pool", "pool-relu")

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
    *(f"pooled {rule} {order} {tie}" for rule in RULES for order in ORDERS for tie in ("first", "last")),
    *(f"{rule} covariance" for rule in RULES),
    *(f"similar {rule}" for rule in RULES),
    *(f"pooled energies {rule}" for rule in RULES),
    *(f"overlapping windows {order}" for order in ORDERS),
    "cone of four",
    "top logits",
    "saliency of two inputs",
    *(f"{law} bias {of}" for law in ("fixed", "gaussian") for of in ("image", "ones")),
    "padded bias ones",
    "padded negative bias ones",
    "triple moment",
    *(f"{rule} kurtosis" for rule in RULES[:2]),
    *(f"{rule} distance" for rule in RULES[:2]),
    *(f"kurtosis of {layers} convolutions" for layers in (1, 2)),
    "guided kurtosis",
    "guided below one layer",
    *(f"mean cosine of {filters} filters" for filters in (128, 512)),
    "gaussian bias ones energy",
    *(f"{rule} and the gradient" for rule in RULES[1:]),
    *(f"{rule} and a filter" for rule in RULES),
    *(f"{rule} under random layers" for rule in RULES[1:]),
    *(f"{rule} given the filters {order}" for rule in RULES for order in ORDERS),
    *(f"{part} of {rule} given the filters" for rule in RULES for part in ("mean", "trace")),
)


assert len(set(ASSERTIONS)) == len(ASSERTIONS) <= SLOTS


def generator(name):
    """The generator of a check: of its name, and not of its place in the list."""
    assert name in ASSERTIONS
    return np.random.default_rng([SEED, *hashlib.sha256(name.encode()).digest()])


def interval(samples, name):
    """Both ends, like one sample, for the mean of samples (n, ...)."""
    samples = np.asarray(samples).reshape(len(samples), -1)
    quantile = norm.isf(1e-6 / SLOTS / samples.shape[1] / 2)
    assert name in ASSERTIONS
    half = quantile * samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
    return samples.mean(axis=0) - half, samples.mean(axis=0) + half


def covers(ends, exact):
    return bool(((ends[0] <= np.ravel(exact)) & (np.ravel(exact) <= ends[1])).all())


def pictures(name, trials, image, filters, where, middle=(), places=1, logits=1, rules=("guided",)):
    """Each trial's own three-layer network, seen under every rule: {rule: (trials, logits, C, H, W)}.

    `filters` is the shape (N, C, kh, kw), `where` stride and padding, `middle` the layers between the convolution and
    the readout, `places` the size of the map that they leave. Weights are standard normal.
    """
    rng = generator(name)
    seen = {rule: np.empty((trials, logits, *image.shape)) for rule in rules}
    for n in range(trials):
        weight, readout = rng.standard_normal(filters), rng.standard_normal((logits, filters[0] * places))
        net = Sequential([Conv2d(weight, **where), *middle, Flatten(), Linear(readout)])
        passed = net.forward(image[None])
        for rule in rules:
            for k, one in enumerate(np.eye(logits)):
                seen[rule][n, k] = passed.backward(one[None], rule)[0]
    return seen

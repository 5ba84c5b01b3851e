"""What one random network takes, in bytes and in products, from its sizes alone; right to a factor of two or so."""

from math import prod

from sims.system.needs import Needs

FLOAT, DOUBLE = 4, 8  # bytes
DRAW = 10  # products that a random number costs
BATCH = 2**22  # bytes of the trials that are simulated together, at least


def three_layer(shape, kernel, stride=1, filters=1, pictures=1, logits=1, stored=False):
    """A trial of a ThreeLayer; `stored` where the feature map is, as behind pooling or where the plain layers run."""
    windows, entries = places(shape, kernel, stride)
    units = filters * windows
    held = FLOAT * (3 * filters * entries + windows * entries) + 2 * DOUBLE * pictures * prod(shape)
    if stored:
        held += FLOAT * units * (2 * logits + 5)
    return Needs(max(BATCH, held), units * (entries * (1 + pictures) + DRAW * logits))


def places(shape, kernel, stride):
    """J and p, the windows on an image of this shape (C, H, W), at least one, and the entries of each."""
    kernels, strides = (each if isinstance(each, tuple) else (each, each) for each in (kernel, stride))
    counts = [max(0, length - k) // s + 1 for length, k, s in zip(shape[1:], kernels, strides)]
    return prod(counts), shape[0] * prod(kernels)


def connected(inputs, neurons, pictures=1):
    """A fully-connected network of one hidden layer."""
    return Needs(FLOAT * neurons + DOUBLE * pictures * inputs, neurons * inputs * (DRAW + 1 + pictures))


def stack(inputs, width, layers, signals=1, logits=1, pixels=None):
    """A Stack, and so many signals through it; over so many `pixels` where it is one of 3×3 convolutions."""
    window, places = (9, pixels) if pixels else (1, 1)
    weights = window * (inputs * width + (layers - 1) * width**2) + places * width * logits
    held = places * (inputs + layers * width)
    return Needs(
        FLOAT * weights + 2 * DOUBLE * (1 + signals) * held, weights * DRAW + window * held * width * (1 + signals)
    )


def reduced(shape, side):
    """The shape of sims.data.images.reduced."""
    step = max(1, shape[-1] // side)
    return shape[0], shape[1] // step, shape[2] // step


def corner(shape, side):
    """The shape of sims.data.images.corner."""
    return shape[0], min(side, shape[1]), min(side, shape[2])

"""VGG-16 with random weights, and the pictures that come back through it."""

import numpy as np

from sims.compiled.layers import accelerate
from sims.ensembles import initialise
from sims.ensembles import needs as takes
from sims.system.needs import Needs
from theory.geometry.patches import unit
from theory.networks import one_hot, vgg16, vgg16_shapes
from theory.rules import RULES


def network(rng, image):
    """VGG-16 with He's weights and no biases; its size is that of the image."""
    size = image.shape[1]
    return accelerate(vgg16(initialise.draw(vgg16_shapes(biases=False, size=size), "he", rng=rng), size=size))


def of_unit_length(picture):
    """A picture in float64, of length 1, as the papers normalise theirs (A:115, A:124); 0 stays 0."""
    return unit(picture.astype(np.float64).ravel()).reshape(picture.shape)


def normalised(draw, rng, trials):
    """What draw(rng, trials) yields, every picture of unit length."""
    for pictures in draw(rng, trials):
        yield [of_unit_length(picture) for picture in pictures]


def seen_back(passed, rules=tuple(RULES), target=0):
    """One picture per rule of a forward pass at one input, each of unit length."""
    start = one_hot(target, passed.output)
    return [of_unit_length(passed.backward(start, rule)[0]) for rule in rules]


def partly(passed, name, above, below):
    """A picture, of unit length, under the rule `above` down to a node, and under another from there."""
    start = one_hot(0, passed.output)
    signal = next(signal for node, signal, _ in passed.signals(start, above) if node == name)
    return of_unit_length(passed.backward(signal, below, at=name)[0])


def of_logits(image, logits, rng, trials):
    """`trials` times the pictures of the first logits of a new network by rule, (logits, C, H, W)."""
    for _ in range(trials):
        found = initialise.pictures(network(rng, image), image, range(logits))
        yield {rule: np.array(pictures) for rule, pictures in found.items()}


def pictures(image, rules, rng, trials):
    """`trials` times one picture per rule, each time of a new network."""
    for _ in range(trials):
        yield seen_back(network(rng, image).forward(image[None].astype(np.float32)), rules)


def needs(networks, shape, passes):
    """What so many networks take, with so many passes, forward and back, through each."""
    side = takes.corner(shape, 224)[-1]
    return Needs(2**30, networks * (2e9 + 1.5e10 * passes * (side / 224) ** 2))

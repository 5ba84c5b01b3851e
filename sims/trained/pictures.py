"""Pictures of a photograph in networks whose weights are published in part."""

import numpy as np

from sims.ensembles.random_vgg import of_unit_length
from theory.metrics.similarity import cosine
from theory.networks import one_hot
from theory.rules import RULES


def largest(network, image):
    """The pass of an image (C, H, W), and its largest logit."""
    passed = network.forward(image[None])
    return passed, int(passed.output[0].argmax())


def of_logit(passed, target, rules=tuple(RULES)):
    """{rule: picture (C, H, W)}, of norm 1 and in float64."""
    start = one_hot(target, passed.output)
    return {rule: of_unit_length(passed.backward(start, rule)[0]) for rule in rules}


def of_largest(network, image, rules=tuple(RULES)):
    """The same of an image's largest logit."""
    return of_logit(*largest(network, image), rules)


def drawn_at(network, level, image, rng):
    """The cosine with x of a guided picture whose signals at the outputs of a ReLU are a random readout's."""
    passed = network.forward(image[None], until=network.activations()[level - 1])
    signal = rng.standard_normal(passed.output.shape, dtype=np.float32)
    return cosine(of_unit_length(passed.backward(signal, "guided")[0]), image)

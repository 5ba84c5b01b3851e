"""Pictures of random networks before and after a perturbation of the image."""

import numpy as np

from sims.ensembles import random_vgg
from sims.ensembles.random_vgg import seen_back
from sims.ensembles.three_layer import draw_pictures
from theory.rules import RULES


def fgsm(image, saliency, epsilon):
    """The image after a step of `epsilon` times its range by the signs of its gradient (Goodfellow et al. 2015)."""
    return image + epsilon * np.ptp(image) * np.sign(saliency)


def of_vgg(image, epsilon, rng, trials):
    """`trials` times the pictures of a new VGG-16 by rule, before and after FGSM."""
    for _ in range(trials):
        network = random_vgg.network(rng, image)
        of = lambda image: seen_back(network.forward(image[None].astype(np.float32)))
        before = dict(zip(RULES, of(image)))
        yield dict(zip(RULES, zip(before.values(), of(fgsm(image, before["saliency"], epsilon)))))


def pictures(network, moved, epsilon, rng, trials):
    """`trials` times the pictures before and after, by "random-<rule>", of an image that is `moved` and does not know
    the weights, and by "fgsm-<rule>".
    """
    of = lambda drawn, image: draw_pictures(drawn, image[None].astype(np.float32), RULES)
    for _ in range(trials):
        drawn = network.draw(rng)
        before = dict(zip(RULES, of(drawn, network.image)))
        changed = {"random": moved, "fgsm": fgsm(network.image, before["saliency"], epsilon)}
        after = {kind: dict(zip(RULES, of(drawn, image))) for kind, image in changed.items()}
        yield {f"{kind}-{rule}": (before[rule], after[kind][rule]) for kind in changed for rule in RULES}

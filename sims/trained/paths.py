"""Active paths of guided backpropagation through VGG-16: where signals pass, and what of a picture it explains."""

import numpy as np

from sims.compiled.layers import accelerate
from sims.evidence.estimates import Sums
from sims.evidence.recovered import blocks, recovered
from sims.explain.untrained import untrained
from sims.trained import partly, sources
from sims.trained.pictures import largest, of_largest, of_logit
from theory.layers import MaxPool2d
from theory.metrics.quality import rank_correlation
from theory.networks import one_hot

MODIFIED = "guided", "deconvnet"
NETWORKS = {"trained": range(partly.LAYERS), "random": ()}  # and which of their layers are published
MAPS = {"conv1_1": 0, "conv1_2": 1, "conv2_2": 3, "conv3_3": 6, "conv4_3": 9, "conv5_3": 12, "fc1": 13, "fc2": 14}


def measured(tensors, prepare, lite, rng, photograph):
    """Of one photograph: what is preserved by network and rule, and the active paths of guided backpropagation."""
    image, random = sources.shown(photograph, prepare), partly.drawn(rng, prepare.size)
    found = Sums(count=1, **of_lite(lite, photograph, rng))
    for name, trained in NETWORKS.items():
        network = partly.mixed(tensors, random, prepare.size, trained)
        passed, target = largest(network, image)
        pictures = of_logit(passed, target, MODIFIED)
        found |= {f"{name}-{rule}": recovered(picture, image) for rule, picture in pictures.items()}
        found |= {f"{name}-{key}": value for key, value in active(network, passed, target).items()}
        found[f"{name}-top"] |= explained(found[f"{name}-top"].pop("energies"), pictures["guided"], image)
    return found


def of_lite(lite, photograph, rng):
    """What is preserved in a network that is trained as a whole, and in one of its form that is not."""
    image, found = sources.shown(photograph, lite.preprocess), {}
    for name, network in (("trained", lite.network), ("random", untrained(lite.network, rng))):
        pictures = of_largest(accelerate(network), image, MODIFIED)
        found |= {f"lite-{name}-{rule}": recovered(picture, image) for rule, picture in pictures.items()}
    return found


def active(network, passed, target):
    """Where guided signals pass: shares by map, and the energies of the places of the last map."""
    below = {network.node(network.activations()[n]).inputs[0]: name for name, n in MAPS.items()}
    units, dead = {}, {}
    last = [node.name for node in network.nodes if isinstance(node.layer, MaxPool2d)][-1]
    for name, signal, _ in passed.signals(one_hot(target, passed.output), "guided"):
        if name in below:
            units[below[name]] = float((signal != 0).mean())
            dead[below[name]] = float(1 - (signal != 0).any(axis=1).mean())
        if name == last:
            energies = (signal[0].astype(np.float64) ** 2).sum(axis=0)
    return {"units": units, "dead": dead, "top": {"energies": energies}}


def explained(energies, picture, image):
    """How the places of the last map, one above each block, are combined, and what of the picture they explain."""
    found, own = blocks(picture, image)
    flat = energies.ravel()
    if flat.size != own.size:
        return {"combined": 1.0, "explains-energy": 0.0, "explains-kept": 0.0}
    return {
        "combined": float(flat.sum() ** 2 / ((flat**2).sum() or 1.0)),
        "explains-energy": rank_correlation(flat, own),
        "explains-kept": rank_correlation(flat, found),
    }

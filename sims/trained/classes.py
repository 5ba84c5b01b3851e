"""How far apart the pictures of two logits are: the largest and another, by network and rule."""

import numpy as np

from sims.compiled.layers import accelerate
from sims.evidence.estimates import Sums
from sims.evidence.pair_sums import all_pairs
from sims.evidence.signal_sums import flat
from sims.explain.untrained import untrained
from sims.trained import partly, sources
from sims.trained.pictures import largest, of_logit
from theory.rules import RULES

NETWORKS = {"trained": range(partly.LAYERS), "random": ()}


def of_vgg16(tensors, prepare, rng, photograph):
    """Sums of one photograph, "<network>-<rule>", of VGG-16 with published and with random convolutions."""
    image, random = sources.shown(photograph, prepare), partly.drawn(rng, prepare.size)
    networks = {name: partly.mixed(tensors, random, prepare.size, layers) for name, layers in NETWORKS.items()}
    return Sums(count=1, **pairs(networks, image, rng))


def of_whole(published, rng, photograph):
    """The same of a network that is trained as a whole, and of one of its form that is not; the runner-up beside."""
    image = sources.shown(photograph, published.preprocess)
    networks = {"whole": accelerate(published.network), "untrained": accelerate(untrained(published.network, rng))}
    found = Sums(count=1, **pairs(networks, image, rng))
    passed, best = largest(networks["whole"], image)
    second = int(np.argsort(-passed.output[0], kind="stable")[1])
    both = [of_logit(passed, target) for target in (best, second)]
    found.update({f"runner-up-{rule}": apart(*(each[rule] for each in both)) for rule in RULES})
    return found


def pairs(networks, image, rng):
    """{"<network>-<rule>": Sums} of the largest logit's picture and another's, drawn at random."""
    found = {}
    for name, network in networks.items():
        passed, best = largest(network, image)
        other = int(rng.integers(passed.output.shape[1] - 1))
        both = [of_logit(passed, target) for target in (best, other + (other >= best))]
        found |= {f"{name}-{rule}": apart(*(each[rule] for each in both)) for rule in RULES}
    return found


def apart(one, two):
    return all_pairs(flat(np.array([one, two])))

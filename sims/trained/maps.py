"""Maps of attribution methods in a network that is trained as a whole, and in such with redrawn weights."""

import numpy as np

from sims.compiled.layers import accelerate
from sims.evaluate import grid
from sims.evaluate.evaluator import Evaluator
from sims.evaluate.redrawing import redrawn, weighted, with_normalisation
from sims.evaluate.settings import Asked, Settings
from sims.study.claim import Setting
from sims.trained import sources
from theory.attribution.tr_gbp import layer_maps
from theory.errors import Precondition
from theory.geometry.resize import bilinear
from theory.metrics.boundary import border
from theory.metrics.shares import plane

CONFIDENCE = Setting("confidence", 0.5, "how sure the network is of a photograph in a mosaic", least=1e-3, most=1.0)
NAME = "efficientnet-lite0"
OURS = "tr-gbp"
ABLATED = {  # TR-GBP with one of its refinements
    "biases alone": Asked(OURS, {"subtract_mean": False}),
    "mean alone": Asked(OURS, {"biases": False}),
}


def evaluator(study, methods):
    """The Evaluator of a study's network and of methods by name; ABLATED ones are known."""
    asked = {name: ABLATED.get(name) or Asked(name) for name in methods}
    sure = {"confidence": study.settings["confidence"]} if "confidence" in study.settings else {}
    return Evaluator(sources.network(study, NAME), asked, Settings(seed=study.result.seed, **sure))


def mosaics(study, own, photographs):
    """The mosaics (sims.evaluate.grid) of a study's photographs; Precondition if there is none."""
    predictions = {each.name: own.prediction(each) for each in photographs}
    found = grid.mosaics(photographs, predictions, own.settings)
    if not found:
        raise Precondition("it takes four photographs of four classes of which the network is sure")
    return found


def by_method(own, seen, target):
    """{method: plane (H, W)} of one class's maps."""
    return {name: plane(seen.map(asked, int(target))) for name, asked in own.methods.items()}


def partly_redrawn(network, rng, share):
    """The network with its upper layers of weights drawn anew from their own laws: so large a share, at least the top
    one. Normalisation stays as it is.
    """
    names = weighted(network)
    chosen = names[: max(1, round(share * len(names)))]
    drawn = redrawn(network, int(rng.integers(2**31)), "redrawn")
    return accelerate(network.replace(with_normalisation(network, chosen, drawn)))


def of_layers(network, inputs, target, **settings):
    """[(node, map (h, w))] of TR-GBP's R_k^l from the bottom up, the input's first."""
    maps = layer_maps(network, inputs, target, **settings)
    order = {node.name: place for place, node in enumerate(network.nodes)}
    return sorted(
        ((name, each[0, 0].astype(np.float64)) for name, each in maps.items()), key=lambda e: order.get(e[0], -1)
    )


def of_ones(network, inputs, target):
    """The sum of the layers' maps of ones at the input's size, (H, W), before anything is subtracted (Eq. 9)."""
    maps = layer_maps(network, inputs, target, subtract_mean=False)
    size = inputs.shape[2:]
    return sum(bilinear(each, size)[0, 0].astype(np.float64) for name, each in maps.items() if name != "input")


def ring(map):
    """The mean of |map| within 16 pixels of the border, over it and that inside: ½ where they are alike."""
    inside = ~border(map.shape)
    outer, inner = np.abs(map[~inside]).mean(), np.abs(map[inside]).mean()
    return float(outer / ((outer + inner) or 1.0)) if outer + inner else 0.5


def flatness(map):
    """The cosine of a map with a constant."""
    return float(map.mean() / (np.sqrt((map**2).mean()) or 1.0))

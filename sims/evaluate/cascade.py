"""Cascading randomisation (Adebayo et al. 2018): how like the trained network's map a map stays as weights are redrawn.

From the top layer down, and each layer alone ("top_down" and "independent", as Quantus calls them).
"""

import numpy as np

from sims.compiled.layers import accelerate
from sims.evaluate.redrawing import redrawn, weighted, with_normalisation
from theory.metrics.quality import rank_correlation, ssim
from theory.metrics.shares import plane
from theory.metrics.similarity import cosine

TOP_DOWN, INDEPENDENT = "top_down", "independent"
ALIKE = "cosine", "rank correlation", "SSIM"


def stages(network, count):
    """Names of up to `count` layers of weights, from the top down, evenly spaced; the top and the lowest among them."""
    names = weighted(network)
    places = np.linspace(0, len(names) - 1, min(count, len(names))).round().astype(int)
    return [names[place] for place in dict.fromkeys(places.tolist())]


class Cascade:
    """The networks of a cascade: `draws` independent ones for each stage and order, made of what each draw has drawn.

    A draw is kept once, whatever the number of stages: as many times the network's memory as there are draws.
    """

    def __init__(self, network, settings):
        self.network, self._settings = network, settings
        self._names, self.stages = weighted(network), stages(network, settings.stages)
        self._draws = {}

    def networks(self, order, stage):
        """The networks with the weights from the top down to a stage, or of the stage alone, redrawn; one a draw."""
        place = self._names.index(stage)
        names = self._names[: place + 1] if order == TOP_DOWN else [stage]
        for draw in range(self._settings.draws):
            yield self.network.replace(with_normalisation(self.network, names, self._draw(draw)))

    def _draw(self, number):
        if number not in self._draws:
            given, address = self._settings, ("evaluate", "cascade", number)
            layers = redrawn(self.network, given.seed, *address, law=given.law, normalisation=given.normalisation)
            whole = accelerate(self.network.replace(layers))
            self._draws[number] = {name: whole.node(name).layer for name in layers}
        return self._draws[number]


def alike(map, other, window):
    """{name in ALIKE: how alike two maps are}, of their planes (H, W); None where one is 0 everywhere.

    SSIM is of maps over their largest absolute values, in windows of `window` pixels a side, with a data range of 2:
    0 stays where it is, and signs are kept.
    """
    one, two = plane(map), plane(other)
    if not (one.any() and two.any()):
        return dict.fromkeys(ALIKE)
    scaled = one / np.abs(one).max(), two / np.abs(two).max()
    return dict(zip(ALIKE, (cosine(one, two), rank_correlation(one, two), ssim(*scaled, window, 2.0))))


def similarities(cascade, method, inputs, target, window):
    """{"cosine, top_down, layer": mean over draws}, and so on, of a method's maps of a target, for every stage.

    `method(network, inputs, target) -> maps (1, C, H, W)`. None where the map of every draw is 0.
    """
    trained = method(cascade.network, inputs, target)[0]
    found = {}
    for order in (TOP_DOWN, INDEPENDENT):
        for stage in cascade.stages:
            drawn = [alike(trained, method(each, inputs, target)[0], window) for each in cascade.networks(order, stage)]
            for name in ALIKE:
                there = [each[name] for each in drawn if each[name] is not None]
                found[f"{name}, {order}, {stage}"] = float(np.mean(there)) if there else None
    return found

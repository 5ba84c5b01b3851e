"""What random layers above a network's first layer would draw, by law, and how far a map is from that.

`random_above` is the cosine of a map with E, the mean picture of theory.laws.random_above: the network's own first
layer, and random layers and a readout above it. `random_above_distance` is the angle between the map and E over the
standard deviation of that angle, the root of its mean square over DRAWS networks of the same architecture with the
first layer as it is and everything above drawn at random: at 1 the map is as far from E as they are.
"""

from dataclasses import dataclass, replace

import numpy as np

from sims.compiled.layers import accelerate
from sims.explain.untrained import untrained
from sims.random import stream
from theory.attribution import METHODS
from theory.geometry.margins import Margins
from theory.laws import random_above
from theory.layers import Conv2d, ReLU, ReLU6
from theory.layers.padding import Padding
from theory.metrics.similarity import cosine
from theory.networks.folding import folded
from theory.networks.graph import INPUT
from theory.networks.starts import one_hot

RULES = "guided", "deconvnet"
DRAWS = 2  # a fifth of the time that a picture takes; an angle is a number of a whole picture
ABOVE = dict(above=64, above_kernel=3, above_padding=1, layers=2)  # of the law; its direction hangs little on them
NAMES = "random_above", "random_above_distance"


@dataclass(frozen=True)
class First:
    """A first convolution, batch normalisation folded in: what the law asks for, and the node of its activations."""

    name: str
    settings: dict

    @classmethod
    def of(cls, network, shape):
        """That of a network for inputs (C, H, W); None where it does not begin with a convolution and a ReLU."""
        nodes, place = folded(network), INPUT
        margins: Margins = ((0, 0), (0, 0))
        convolution = None
        while len(nodes.consumers(place)) == 1:
            [place] = nodes.consumers(place)
            layer = nodes.node(place).layer
            if isinstance(layer, Padding) and convolution is None:
                more = layer.margins((1, *shape))
                margins = added(margins, more)
                shape = (shape[0], *(length + sum(sides) for length, sides in zip(shape[1:], more)))
            elif isinstance(layer, Conv2d) and convolution is None and (layer.groups, layer.dilation) == (1, (1, 1)):
                convolution = layer
            elif type(layer) in (ReLU, ReLU6) and convolution is not None:
                return cls(place, settings(convolution, margins, layer))
            else:
                return None
        return None


def added(margins, others):
    return tuple(tuple(map(sum, zip(*each))) for each in zip(margins, others))


def settings(convolution, margins, activation):
    """The arguments of the law."""
    own = tuple((side, side) for side in convolution.padding)
    top = 6.0 if isinstance(activation, ReLU6) else None
    where = dict(stride=convolution.stride, padding=added(margins, own), ceiling=top)
    return dict(filters=convolution.weight, bias=convolution.bias, **where)


class RandomAbove:
    """The law and the draws for one network, before it is accelerated; `draws` networks share its first layer."""

    def __init__(self, network, shape, draws, seed):
        self._first = First.of(network, shape)
        names = [node.name for node in network.nodes]
        if self._first is None or self._first.name == names[-1]:
            self._first, draws = None, 0
        above = names[names.index(self._first.name) + 1] if self._first else None
        streams = (stream(seed, "explain", "above", n) for n in range(min(DRAWS, draws)))
        self._draws = [accelerate(untrained(network, rng, above)) for rng in streams]

    def beside(self, inputs, maps):
        """Attributions with these numbers, where their method is one of the RULES; inputs are those of one picture."""
        asked = {METHODS[each.method].rule for each in maps if each.method in RULES and each.target.at is None}
        means = {rule: self._mean(inputs, rule) for rule in asked}
        spreads = self._spreads(inputs, means)
        return [self._with_numbers(each, means, spreads) for each in maps]

    def _mean(self, inputs, rule):
        return random_above.mean(inputs[0], rule=rule, **self._first.settings, **ABOVE) if self._first else None

    def _spreads(self, inputs, means):
        """The root mean square of the angle of the draws, by rule."""
        found = {rule: [] for rule in means}
        for network in self._draws if means else ():
            passed = network.forward(inputs)
            start = one_hot(0, passed.output)
            for rule, mean in means.items():
                found[rule].append(angle(alike(passed.backward(start, rule)[0], mean)))
        return {rule: deviation(values) for rule, values in found.items()}

    def _with_numbers(self, each, means, spreads):
        if each.method not in RULES:
            return each
        mean = means.get(each.method) if each.target.at is None else None
        found = alike(each.map, mean)
        spread = spreads.get(each.method)
        distance = angle(found) / spread if found is not None and spread else None
        return replace(each, numbers={**each.numbers, **dict(zip(NAMES, (found, distance)))})


def alike(picture, mean):
    """The cosine; None where there is no mean, or one of them is 0."""
    there = mean is not None and picture.any() and mean.any()
    return cosine(picture.astype(np.float64), mean) if there else None


def angle(cos):
    """In radians, of a cosine; None of None."""
    return None if cos is None else float(np.arccos(np.clip(cos, -1, 1)))


def deviation(values):
    """The root mean square of those that are there; None if there is none, or it is 0."""
    there = [value for value in values if value is not None]
    return float(np.sqrt(np.mean(np.square(there)))) or None if there else None

"""How much of a picture is the input redrawn: its cosines with x, with what the first layer alone gives, and with the
picture of another class; and the same of untrained networks.
"""

from dataclasses import dataclass

import numpy as np

from theory.attribution import METHODS
from theory.metrics.similarity import cosine


@dataclass(frozen=True)
class Attribution:
    """A method's map (C, H, W) of one target, and its `numbers`, {a name in words.LONG: value}; None for a map of 0."""

    method: str
    target: object
    map: np.ndarray
    numbers: dict


def attributions(network, inputs, targets, methods, before=None):
    """An Attribution for each target and method, of one input (1, C, H, W).

    Where `network` is partly redrawn, `before` is what it was: its pictures are compared with, too.
    """
    layer = first_layer(network, inputs)
    own = {method: maps(network, inputs, targets, method) for method in methods}
    trained = {} if before is None else {method: maps(before, inputs, targets, method) for method in methods}
    for target in targets:
        for method in methods:
            picture, other = (own[method][target.at, place] for place in (target.place, target.rival))
            compared = {"input": inputs[0], "first_layer": layer, "other_class": other}
            if trained:
                compared["trained"] = trained[method][target.at, target.place]
            yield Attribution(method, target, picture, {name: alike(picture, each) for name, each in compared.items()})


def maps(network, inputs, targets, method):
    """{(node, place): map (C, H, W)} of every target and its rival; those of classes by one forward pass."""
    wanted = dict.fromkeys((each.at, place) for each in targets for place in (each.place, each.rival))
    classes = [place for at, place in wanted if at is None]
    found = dict(zip(((None, k) for k in classes), of_classes(network, inputs, classes, METHODS[method])))
    for at, place in wanted:
        if at is not None:
            found[at, place] = METHODS[method](network.until(at), inputs, place)[0]
    return found


def of_classes(network, inputs, classes, method):
    return method(network, inputs, [[k] for k in classes])[:, 0] if classes else []


def first_layer(network, inputs):
    """The activations of the first layer put back through its filters, Wᵀσ(Wx), (C, H, W)."""
    name = network.activations()[0]
    passed = network.forward(inputs, until=name)
    return passed.backward(passed.output, "guided")[0]


def alike(picture, other):
    """The cosine of two maps; None if one is 0. Where a method has no colour the sum over the other's is taken."""
    if picture.shape != other.shape:
        picture, other = (each.sum(axis=0) for each in (picture, other))
    a, b = (each.astype(np.float64) for each in (picture, other))
    return cosine(a, b) if a.any() and b.any() else None


def baseline(networks, inputs, targets, methods):
    """{(method, target's name): {name in NUMBERS: mean over the networks}}: what is there before any training."""
    found = {}
    for network in networks:
        for each in attributions(network, inputs, targets, methods):
            found.setdefault((each.method, each.target.name), []).append(each.numbers)
    return {key: {name: mean([own[name] for own in each]) for name in each[0]} for key, each in found.items()}


def mean(values):
    """Of those that are there; None if there is none."""
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None

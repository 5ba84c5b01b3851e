"""How much of a picture is the input redrawn: its cosines with x, with what the first layer alone gives, and with the
picture of another class; and the same of untrained networks.
"""

from dataclasses import dataclass

import numpy as np

from sims.system.errors import InputError
from theory.attribution import METHODS
from theory.attribution.cam import layer_of
from theory.errors import Precondition
from theory.metrics.similarity import cosine


@dataclass(frozen=True)
class Attribution:
    """A method's map (C, H, W) of one target, and its `numbers`, {a name in words.LONG: value}; None for a map of 0.

    `layer` is the node whose maps were weighed, None for a method that weighs none.
    """

    method: str
    target: object
    map: np.ndarray
    numbers: dict
    layer: str | None = None


def attributions(network, inputs, targets, methods, before=None, layer=None):
    """An Attribution for each target and method, of one input (1, C, H, W).

    Where `network` is partly redrawn, `before` is what it was: its pictures are compared with, too.
    """
    redrawn = first_layer(network, inputs)
    weighed = {at: layers(network, inputs, at, methods, layer) for at in {each.at for each in targets}}
    own = {method: maps(network, inputs, targets, method, weighed) for method in methods}
    trained = {} if before is None else {method: maps(before, inputs, targets, method, weighed) for method in methods}
    for target in targets:
        for method in methods:
            picture, other = (own[method][target.at, place] for place in (target.place, target.rival))
            compared = {"input": inputs[0], "first_layer": redrawn, "other_class": other}
            if trained:
                compared["trained"] = trained[method][target.at, target.place]
            numbers = {name: alike(picture, each) for name, each in compared.items()}
            yield Attribution(method, target, picture, numbers, weighed[target.at].get(method))


def layers(network, inputs, at, methods, layer):
    """{method: the node whose maps it weighs} of those that weigh any, for targets at the node `at`, or logits."""
    asked = [method for method in methods if METHODS[method].layered]
    try:
        name = layer_of(network if at is None else network.until(at), inputs, layer) if asked else None
    except ValueError as problem:
        told = f"--layer {layer}: " if layer else ""
        raise InputError(f"{told}{problem}" + (f" (the target is in {at})" if at else "")) from None
    return dict.fromkeys(asked, name)


def maps(network, inputs, targets, method, weighed):
    """{(node, place): map (C, H, W)} of every target and its rival; those of classes by one forward pass.

    weighed[at] are the `layers` of targets there.
    """
    settings = lambda at: {"layer": weighed[at][method]} if method in weighed[at] else {}
    wanted = dict.fromkeys((each.at, place) for each in targets for place in (each.place, each.rival))
    try:
        return _maps(network, inputs, wanted, METHODS[method], settings)
    except Precondition as problem:
        raise InputError(f"--method {method}: {problem}") from None


def _maps(network, inputs, wanted, method, settings):
    classes = [place for at, place in wanted if at is None]
    found = dict(zip(((None, k) for k in classes), of_classes(network, inputs, classes, method, settings)))
    for at, place in wanted:
        if at is not None:
            found[at, place] = method(network.until(at), inputs, place, **settings(at))[0]
    return found


def of_classes(network, inputs, classes, method, settings):
    return method(network, inputs, [[k] for k in classes], **settings(None))[:, 0] if classes else []


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


def baseline(networks, inputs, targets, methods, layer=None):
    """{(method, target's name): {name in NUMBERS: mean over the networks}}: what is there before any training."""
    found = {}
    for network in networks:
        for each in attributions(network, inputs, targets, methods, layer=layer):
            found.setdefault((each.method, each.target.name), []).append(each.numbers)
    return {key: {name: mean([own[name] for own in each]) for name in each[0]} for key, each in found.items()}


def mean(values):
    """Of those that are there; None if there is none."""
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None

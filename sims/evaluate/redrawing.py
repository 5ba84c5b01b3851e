"""Trained networks with the weights of some layers drawn anew, each from its own law."""

import numpy as np

from sims.random import stream

LAWS = "normal", "permutation"
NORMALISATIONS = "kept", "redrawn"


def weighted(network):
    """The names of the layers of weights, convolutions and fully-connected ones, from the top down."""
    return [node.name for node in reversed(network.nodes) if _is_weighted(node)]


def _is_weighted(node):
    return getattr(node.layer.parameters().get("weight"), "ndim", 1) > 1


def redrawn(network, seed, *address, law="normal", normalisation="kept"):
    """{name: layer} of every layer that has weights, with its arrays drawn anew.

    Each array is drawn from its own law: "normal", independent entries with its own mean and standard deviation, or
    "permutation", its own entries in random order. Every layer has a stream of its own, at `address` and its name: it
    is the same however many others are put beside it. Batch normalisation is in inference: its running mean and
    variance stay. With normalisation "kept" so do its scale and shift, with "redrawn" they are drawn as well, for the
    normalisation that takes a layer's outputs (`with_normalisation`).
    """
    if law not in LAWS or normalisation not in NORMALISATIONS:
        raise ValueError(f"laws are {', '.join(LAWS)}, normalisations {', '.join(NORMALISATIONS)}")
    chosen = [node for node in network.nodes if _is_weighted(node) or _is_redrawn(node, normalisation)]
    found = {}
    for node in chosen:
        rng = stream(seed, *address, law, node.name)
        own = {name: array for name, array in node.layer.parameters().items() if not name.startswith("running_")}
        found[node.name] = node.layer.with_parameters(**{name: _drawn(array, law, rng) for name, array in own.items()})
    return found


def _is_redrawn(node, normalisation):
    return normalisation == "redrawn" and "running_var" in node.layer.parameters()


def _drawn(array, law, rng):
    if law == "permutation":
        return rng.permutation(array.ravel()).reshape(array.shape)
    drawn = rng.standard_normal(array.shape, np.float32)
    return (array.mean(dtype=np.float64) + array.std(dtype=np.float64) * drawn).astype(array.dtype)


def with_normalisation(network, names, drawn):
    """{name: layer} out of `drawn` for the layers `names`, and for the normalisations that take their outputs."""
    behind = [other for name in names for other in network.consumers(name) if other in drawn]
    return {name: drawn[name] for name in (*names, *behind) if name in names or not _is_weighted(network.node(name))}

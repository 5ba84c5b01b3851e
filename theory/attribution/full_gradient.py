"""FullGrad: the gradients of the input and of every bias (Srinivas & Fleuret 2019)."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from theory.attribution.asked import CHUNK, as_asked, as_images, rows_of, start_of
from theory.attribution.method import Method
from theory.geometry.resize import bilinear
from theory.networks.graph import INPUT, Network
from theory.networks.starts import Target, as_batch
from theory.rules import Array


def decomposition(network: Network, inputs: npt.ArrayLike, targets: Target) -> dict[str, Array]:
    """What adds up to the logit, {"input": x·∂f/∂x, node: c·∂f/∂(the node's outputs)}, shaped like these outputs.

    c is what a layer adds that is not linear in its inputs: a bias, a normalisation's shift, 6 where a ReLU6 is
    saturated. The sum over all entries is the logit, but for rounding, whatever the network: f is linear where it is,
    f(x) = ⟨x, ∇f⟩ + Σ ⟨c, ∂f/∂outputs⟩. For targets (K, B) each is (K, B, ...).
    """
    given = as_batch(inputs)
    found = [dict(_terms(network, given, row, range(len(given)))) for row in rows_of(targets)]
    return {name: as_asked(np.stack([each[name] for each in found]), targets, given.dtype) for name in found[0]}


def _terms(network: Network, given: Array, target: Target, images: range) -> Iterator[tuple[str, Array]]:
    """(node, its term) of the decomposition, top down, of some of the images."""
    passed = network.forward(given[images.start : images.stop], keep=[INPUT])
    layers = {node.name: node.layer for node in passed.nodes}
    start = start_of(target, images, len(given), passed.output)
    for name, signal, saved in passed.signals(start, "saliency"):
        added = passed.outputs[INPUT] if name == INPUT else layers[name].constant(saved)
        if added is not None:
            yield name, signal * added


def fullgrad(network: Network, inputs: npt.ArrayLike, targets: Target) -> Array:
    """S = ψ(x·∂f/∂x) + Σ ψ(the terms of layers with maps), ψ: absolute, rescaled, enlarged; summed over channels.

    The published map (their section 4; not negative): the absolute values of a layer are rescaled to 0 … 1, all its
    channels together, and enlarged bilinearly. As in the authors' code biases of dense layers, which have no place,
    are left out. (B, 1, H, W); a constant term is 0.
    """
    given, rows = as_images(inputs), rows_of(targets)
    maps = np.zeros((len(rows), len(given), 1, *given.shape[2:]), given.dtype)
    for first in range(0, len(given), CHUNK):
        images = range(first, min(first + CHUNK, len(given)))
        for own, row in zip(maps, rows):
            for _, term in _terms(network, given, row, images):
                if term.ndim == 4:
                    own[images.start : images.stop] += bilinear(_rescaled(term), given.shape[2:])
    return as_asked(maps, targets, given.dtype)


def _rescaled(term: Array) -> Array:
    """Absolute values (B, C, h, w), each image's from 0 to 1, summed over the channels: (B, 1, h, w)."""
    sizes = np.abs(term)
    least, most = (bound(axis=(1, 2, 3), keepdims=True) for bound in (sizes.min, sizes.max))
    span = np.where(most > least, most - least, 1).astype(sizes.dtype)
    found: Array = ((sizes - least) / span).sum(axis=1, keepdims=True)
    return found


METHODS = {
    "fullgrad": Method(fullgrad, "input and biases times their gradients, absolute, all layers added up", plain=None)
}

"""Grad-CAM: a layer's maps, weighted by their mean gradients (Selvaraju et al. 2017); alone, and times guided's map."""

import numpy as np
import numpy.typing as npt

from theory.attribution.asked import CHUNK, Images, as_asked, as_images, rows_of, start_of
from theory.attribution.backward import by_rule
from theory.attribution.method import Method
from theory.errors import Precondition
from theory.geometry.resize import bilinear
from theory.networks.graph import INPUT, Network
from theory.networks.starts import Target
from theory.rules import Array


def last_maps(network: Network, inputs: npt.ArrayLike) -> str:
    """The name of the last node before the outputs whose maps have more than one place: that before global pooling.

    Precondition where there is none.
    """
    shapes = network.forward(as_images(inputs)[:1]).shapes
    for node in reversed(network.nodes[:-1]):
        shape = shapes[node.name]
        if len(shape) == 4 and shape[2] * shape[3] > 1:
            return node.name
    raise Precondition("no node of this network before its outputs has maps; name one that has, or the input, as layer")


def layer_of(network: Network, inputs: npt.ArrayLike, layer: str | None = None) -> str:
    """The name of the node whose maps are weighed: `last_maps`, or `layer`; Precondition if that one has no maps."""
    if layer is None:
        return last_maps(network, inputs)
    _check(layer, network.forward(as_images(inputs)[:1], until=layer).shapes[network.node(layer).name])
    return network.node(layer).name


def _check(layer: str, shape: tuple[int, ...]) -> None:
    if len(shape) != 4:
        raise Precondition(f"{layer} has outputs (B, {', '.join(map(str, shape[1:]))}), which are no maps")


def grad_cam(
    network: Network, inputs: npt.ArrayLike, targets: Target, *, layer: str | None = None, relu: bool = True
) -> Array:
    """max(Σ_c α_c A_c, 0), enlarged bilinearly to the images, (B, 1, H, W); α_c is the mean of ∂f/∂A_c over its places.

    A are the outputs (C, h, w) of the node `layer`, by default `last_maps`. Without `relu` the negative part stays.
    """
    given, rows = as_images(inputs), rows_of(targets)
    name = last_maps(network, given) if layer is None else layer
    maps = np.zeros((len(rows), len(given), 1, *given.shape[2:]), given.dtype)
    for first in range(0, len(given), CHUNK):
        images = range(first, min(first + CHUNK, len(given)))
        outputs, gradients = at_layer(network, given[first : first + CHUNK], rows, images, len(given), name)
        weighed = (outputs * gradients.mean(axis=(3, 4), keepdims=True)).sum(axis=2, keepdims=True)
        maps[:, images.start : images.stop] = bilinear(np.maximum(weighed, 0) if relu else weighed, given.shape[2:])
    return as_asked(maps, targets, given.dtype)


def guided_grad_cam(network: Network, inputs: npt.ArrayLike, targets: Target, *, layer: str | None = None) -> Array:
    """The guided picture times Grad-CAM's map, pixel by pixel, like the inputs (Selvaraju et al. 2017, section 3.2)."""
    return by_rule("guided", network, inputs, targets) * grad_cam(network, inputs, targets, layer=layer)


def at_layer(
    network: Network, inputs: Array, rows: list[Target], images: Images, batch: int, layer: str
) -> tuple[Array, Array]:
    """A node's maps (n, C, h, w), and the gradients of each row's targets by them, (K, n, C, h, w).

    inputs (n, ...) are made of these images of a batch of so many. Precondition where the node has no maps.
    """
    name = layer if layer == INPUT else network.node(layer).name
    passed = network.forward(inputs, keep=[name], above=name)
    maps = passed.outputs[name]
    _check(name, maps.shape)
    starts = (start_of(row, images, batch, passed.output) for row in rows)
    found = [
        next((signal for node, signal, _ in passed.signals(start, "saliency") if node == name), None)
        for start in starts
    ]
    return maps, np.stack([np.zeros_like(maps) if each is None else each for each in found])


METHODS = {
    "grad-cam": Method(
        grad_cam, "maps of a layer, each times its mean gradient, positive part", plain=None, layered=True
    ),
    "guided-grad-cam": Method(guided_grad_cam, "guided times grad-cam", rule="guided", plain=None, layered=True),
}

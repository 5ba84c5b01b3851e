"""CAMERAS: a layer's maps and gradients, gathered over several sizes of the image (Jalwana et al. 2021)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from theory.attribution.asked import as_asked, as_images, rows_of
from theory.attribution.cam import at_layer, last_maps
from theory.attribution.method import Method
from theory.errors import Precondition
from theory.geometry.resize import bilinear
from theory.layers import AdaptiveAveragePool2d, Flatten
from theory.networks.graph import Network, Node
from theory.networks.starts import Target
from theory.rules import Array

SCALES = tuple((224 + 100 * step) / 224 for step in range(8))  # the authors': 224, 324, … 924 pixels
CHANNELS = 16  # enlarged at a time: all of them would take some gigabytes


def cameras(
    network: Network,
    inputs: npt.ArrayLike,
    targets: Target,
    *,
    layer: str | None = None,
    scales: Sequence[float] = SCALES,
) -> Array:
    """max(Σ_c Ā_c·Ḡ_c, 0), (B, 1, H, W): Ā the maps of a layer, Ḡ the gradients by them, means over the scales.

    The images are resized bilinearly by each of the `scales`, and maps and gradients to the images' size before the
    mean is taken. `layer` is that of Grad-CAM. The authors' rescaling of the map to 0 … 1 is left to who shows it. A
    network that takes one size alone is asked as `of_any_size` makes it.
    """
    given, rows = as_images(inputs), rows_of(targets)
    height, width = given.shape[2:]
    sizes = [(max(1, round(height * scale)), max(1, round(width * scale))) for scale in scales]
    if not sizes:
        raise ValueError("scales are empty; give at least one")
    if any(isinstance(row, tuple) and len(row) != len(given) for row in rows):
        raise Precondition("a place in a layer's maps is another one at every size of the image: ask for logits")
    name = last_maps(network, given) if layer is None else layer
    wide = of_any_size(network, given)
    maps = [_of_image(wide, given, n, rows, name, sizes) for n in range(len(given))]
    return as_asked(np.stack(maps, axis=1), targets, given.dtype)


def _of_image(
    network: Network, given: Array, number: int, rows: list[Target], layer: str, sizes: Sequence[tuple[int, int]]
) -> Array:
    """The maps (K, 1, H, W) of one image; a pass of one size at a time, and a few channels enlarged at a time."""
    own = given.shape[2:]
    images = (bilinear(given[number : number + 1], size) for size in sizes)
    passes = [at_layer(network, image, rows, [number], len(given), layer) for image in images]
    total = np.zeros((len(rows), 1, *own), given.dtype)
    for first in range(0, passes[0][0].shape[1], CHANNELS):
        some = slice(first, first + CHANNELS)
        maps = np.sum([bilinear(maps[:, some], own) for maps, _ in passes], axis=0)
        for row, found in enumerate(total):
            gradients = np.sum([bilinear(each[row, :, some], own) for _, each in passes], axis=0)
            found += np.einsum("bchw,bchw->bhw", maps, gradients)
    return np.maximum(total / len(sizes) ** 2, 0)


def of_any_size(network: Network, inputs: Array) -> Network:
    """The network for images of other sizes, the same at the size of these: maps are averaged to its readout's size.

    Before each Flatten of maps (C, h, w), adaptive average-pooling to h×w, as torchvision's VGG has it; nothing is
    added where global pooling leaves one place.
    """
    shapes = network.forward(inputs[:1]).shapes
    nodes: list[Node] = []
    for node in network.nodes:
        shape = shapes[node.inputs[0]]
        if isinstance(node.layer, Flatten) and len(shape) == 4 and shape[2:] != (1, 1):
            nodes.append(Node(f"{node.name}.sized", AdaptiveAveragePool2d(shape[2:]), node.inputs))
            node = Node(node.name, node.layer, (nodes[-1].name,))
        nodes.append(node)
    return Network(nodes)


METHODS = {
    "cameras": Method(
        cameras, "maps of a layer times their gradients, over eight sizes of the input", plain=None, layered=True
    )
}

"""How far the fast layers may be from the plain ones in float64: what they are tested by.

A convolution by tiles rounds the values of the inputs and of the filters at the points, sums products over channels,
and combines the sums. Every output is off by at most as many roundings as lie on its way, times the sum of the sizes
of all that is added up: `sizes` computes it from the absolute values of everything.
"""

import numpy as np

from sims.compiled import layers as compiled
from sims.compiled import winograd
from theory.layers import Conv2d

UNIT = 2.0**-24  # the rounding of one float32 operation
CHAIN = 50  # roundings beside the channels: two transforms of taps, inputs and sums each, their factors, a bias


def normals(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


def double(layer):
    """The same layer in float64, of the plain kind."""
    kind = next(kind for kind in type(layer).__mro__ if kind.__module__.startswith("theory."))
    plain = kind(**layer.settings())
    return plain.with_parameters(**{name: array.astype(np.float64) for name, array in plain.parameters().items()})


def sizes(m, weight, image, padding):
    """The sizes of what is summed up in the outputs (K, rows, columns) of an image (C, H, W), by tiles of m × m."""
    points = winograd.POINTS[m]
    filters, inputs, outputs = (
        np.abs(matrix(points)) for matrix in (winograd.filter_matrix, winograd.input_matrix, winograd.output_matrix)
    )
    rows, columns = (length + 2 * side - 2 for length, side in zip(image.shape[1:], padding))
    down, across = -(-rows // m), -(-columns // m)
    tiles = np.zeros((len(image), m * down + 2, m * across + 2))
    put(np.abs(image), tiles, padding)
    tiles = np.lib.stride_tricks.sliding_window_view(tiles, (m + 2, m + 2), axis=(1, 2))[:, ::m, ::m]
    values = np.einsum("ia,cyxab,jb->ijcyx", inputs, tiles, inputs, optimize=True)
    taps = np.einsum("ia,kcab,jb->ijkc", filters, np.abs(weight.astype(np.float64)), filters, optimize=True)
    products = np.einsum("ijkc,ijcyx->ijkyx", taps, values, optimize=True)
    found = np.einsum("ai,ijkyx,bj->kyaxb", outputs, products, outputs, optimize=True)
    return found.reshape(len(weight), m * down, m * across)[:, :rows, :columns]


def put(image, place, padding):
    """Copy an image into a larger or smaller place, behind its padding; below 0 it leaves some out."""
    (top, left), (height, width) = padding, place.shape[1:]
    cut = image[:, max(0, -top) :, max(0, -left) :][:, : height - max(0, top), : width - max(0, left)]
    place[:, max(0, top) :, max(0, left) :][:, : cut.shape[1], : cut.shape[2]] = cut


def forward_error(layer, inputs):
    """A bound on the error of every output of a fast convolution."""
    m = compiled.tile(*layer.forward(inputs)[0].shape[2:])
    bias = 0 if layer.bias is None else np.abs(layer.bias)[:, None, None]
    if not m:
        size = Conv2d(np.abs(layer.weight.astype(np.float64)), None, 1, layer.padding)
        return (layer.weight[0].size + 1) * UNIT * (size.forward(np.abs(inputs).astype(np.float64))[0] + bias)
    chain = CHAIN + layer.weight.shape[1]
    return np.array([chain * UNIT * (sizes(m, layer.weight, image, layer.padding) + bias) for image in inputs])


def backward_error(layer, grad, shape):
    """The same for the signal at its inputs: a convolution of the mirrored signal."""
    m, padding, transposed = (
        compiled.tile(*shape[2:]),
        [2 - side for side in layer.padding],
        layer.weight.swapaxes(0, 1),
    )
    if not m:
        size = Conv2d(np.abs(layer.weight.astype(np.float64)), None, 1, layer.padding)
        return layer.weight[:, 0].size * UNIT * size.backward(np.abs(grad).astype(np.float64), shape, None)
    mirrored = [sizes(m, transposed, signal[:, ::-1, ::-1], padding) for signal in grad]
    return (CHAIN + len(layer.weight)) * UNIT * np.array(mirrored)[..., ::-1, ::-1]


def linear_error(layer, inputs):
    bias = 0 if layer.bias is None else np.abs(layer.bias)
    return (inputs.shape[1] + 1) * UNIT * (np.abs(inputs) @ np.abs(layer.weight.T.astype(np.float64)) + bias)


def linear_back_error(layer, grad):
    return len(layer.weight) * UNIT * (np.abs(grad) @ np.abs(layer.weight.astype(np.float64)))


def sum_error(layer, inputs):
    """A bound on the error of every output of a convolution that adds its products up, in any order."""
    return (layer.weight[0].size + 1) * UNIT * double(in_size(layer)).forward(np.abs(inputs).astype(np.float64))[0]


def sum_back_error(layer, signal, shape):
    """The same for the signal at its inputs."""
    terms = layer.weight[:, 0].size // layer.groups + 1
    return terms * UNIT * double(in_size(layer)).backward(np.abs(signal).astype(np.float64), shape, None)


def in_size(layer):
    """The layer with the sizes of its parameters."""
    return layer.with_parameters(**{name: np.abs(array) for name, array in layer.parameters().items()})

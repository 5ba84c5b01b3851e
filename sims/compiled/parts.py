"""How arrays are cut into parts, for threads to share."""

import numpy as np

PART = 2**18  # numbers of a part of a vector or matrix


def parts(*arrays):
    """Contiguous arrays of the same size, as vectors in parts: a tuple of each part."""
    return list(zip(*([array.reshape(-1)[first:last] for first, last in ranges(array.size, PART)] for array in arrays)))


def ranges(count, step):
    """0 … count − 1 in parts: (first, last + 1)."""
    return [(first, min(first + step, count)) for first in range(0, count, step)]


def shares(count, size):
    """0 … count − 1 in equal parts of about PART numbers, each of the `count` having `size`."""
    number = max(1, min(count, round(count * size / PART)))
    edges = [count * each // number for each in range(number + 1)]
    return list(zip(edges, edges[1:]))


def single(layer):
    """Whether all the numbers of a layer are float32."""
    return all(array.dtype == np.float32 for array in layer.parameters().values())

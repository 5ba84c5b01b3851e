"""Small images, each with the kernel, stride and padding of its patches."""

import numpy as np


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def with_a_hole(seed, *shape):
    """An image with a block of zeros that holds whole patches: their masks never open."""
    image = normal(seed, *shape)
    image[:, 1:5, 2:6] = 0
    return image


CASES = {
    "3×3": (normal(1, 1, 6, 5), 3, 1, 0),
    "RGB, padding": (normal(2, 3, 4, 4), 3, 1, 1),
    "stride": (normal(3, 1, 8, 8), 3, 2, 1),
    "stride over the kernel": (normal(4, 2, 6, 6), 2, 3, 0),
    "pairs": (normal(5, 2, 6, 7), (3, 2), (1, 2), (0, 1)),
    "1-D": (normal(6, 1, 1, 14), (1, 4), 1, 0),
    "1-D, stride, padding": (normal(7, 2, 1, 12), (1, 5), 2, (0, 2)),
    "zero patches": (with_a_hole(8, 1, 7, 8), 3, 1, 0),
    "zero patches in the padding": (normal(9, 1, 3, 3), 2, 1, 2),
    "patches that coincide": (np.ones((1, 5, 5)), 3, 1, 1),
    "patches that oppose": (np.array([1.0, -1] * 7).reshape(1, 1, 14), (1, 3), 1, 0),
    "a pixel": (normal(10, 3, 3, 3), 1, 1, 0),
    "fully connected": (normal(11, 2, 3, 4), (3, 4), 1, 0),
}

"""Random tensors of a deep network, and when two passes through it are equal."""

import math

import numpy as np

TERMS = 60 * 4608  # layers × the longest sum


def tensors(shapes, seed=0, dtype=np.float64):
    """Random tensors: He's scale for weights; a 1-D one is far from both 0 and 1, positive if it must be."""
    rng = np.random.default_rng(seed)

    def draw(name, shape):
        if len(shape) == 1:
            return rng.uniform(0.5, 1.5, shape).astype(dtype) - (0 if name.endswith(("weight", "var")) else dtype(1))
        drawn = rng.standard_normal(shape, dtype)
        drawn *= dtype(np.sqrt(2 / math.prod(shape[1:])))
        return drawn

    return {name: draw(name, shape) for name, shape in shapes.items()}


def assert_close(actual, expected, share):
    """Within a share of the norm, and of the same type and shape."""
    expected = np.asarray(expected)
    assert actual.dtype == expected.dtype and actual.shape == expected.shape
    norm = np.linalg.norm(expected)
    assert norm > 0 and np.linalg.norm(actual - expected) <= share * norm

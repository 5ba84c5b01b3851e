"""Random weights of deep networks, tensor by tensor, for the shapes that theory.networks.vgg16_shapes and such give."""

from functools import partial

import numpy as np

from sims.random.weight_laws import gaussian, glorot, glorot_uniform, he, truncated_normal
from theory.networks import one_hot
from theory.rules import RULES

SHARED = {"he": he, "glorot": glorot}  # between threads


LAWS = {**SHARED, "glorot-uniform": glorot_uniform, "truncated": truncated_normal}


def draw(shapes, law="he", *, rng, bias=0.0, dtype=np.float32, threads=1, room=None):
    """Random tensors {name: array} of `shapes`, {name: shape} in torchvision's naming, in the order of `shapes`.

    Weights follow `law`, a name in LAWS or a function (rng, shape, dtype). Biases are N(0, bias²), so 0 unless told.
    Batch normalisation (weight 1-D) starts as the identity: weight 1, bias 0, mean 0, variance 1. Gaussian weights in
    float32 are drawn on so many threads, the same numbers for any. They overwrite the tensors of an earlier draw if it
    is given as `room`: new memory costs as much as the numbers.
    """
    if isinstance(law, str) and law not in LAWS:
        raise ValueError(f"a law is one of {', '.join(LAWS)}, or a function (rng, shape, dtype); not {law!r}")
    room = room or {}
    laws = {
        name: partial(SHARED[law], threads=threads, out=room.get(name)) if law in SHARED else LAWS.get(law, law)
        for name in shapes
    }
    return {name: _tensor(name, shape, shapes, laws[name], rng, bias, dtype) for name, shape in shapes.items()}


def _tensor(name, shape, shapes, law, rng, bias, dtype):
    layer, _, role = name.rpartition(".")
    if len(shape) > 1:
        return law(rng, shape, dtype)
    if role in ("weight", "running_var"):
        return np.ones(shape, dtype)
    if role == "bias" and bias and len(shapes[f"{layer}.weight"]) > 1:
        return gaussian(rng, shape, bias, dtype)
    return np.zeros(shape, dtype)


def pictures(network, image, targets):
    """{rule: [one picture per target]}, float64, of one forward pass of a network."""
    passed = network.forward(image[None].astype(np.float32))
    return {
        rule: [passed.backward(one_hot(k, passed.output), rule)[0].astype(np.float64) for k in targets]
        for rule in RULES
    }

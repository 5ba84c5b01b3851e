"""Pictures of single hidden units of random networks."""

import numpy as np

from sims.ensembles.stacks import activations
from theory.geometry.patches import extract
from theory.networks import one_hot
from theory.networks.receptive import receptive_field
from theory.rules import RULES


def in_the_middle(network, rng, trials):
    """Of a ThreeLayer's units at one place: the first that is active, and the most active one.

    Yields their guided pictures where the place's patch lies, (2, p), and the patch.
    """
    middle = network.windows.rows // 2, network.windows.columns // 2
    patch = extract(**network.geometry)[middle[0] * network.windows.columns + middle[1]]
    for _ in range(trials):
        drawn = network.draw(rng)
        hidden = activations(drawn)[0]
        passed = drawn.forward(network.image[None].astype(network.dtype), until=hidden)
        units = np.flatnonzero(passed.output[0, :, *middle])[0], passed.output[0, :, *middle].argmax()
        rows, columns = receptive_field(drawn, hidden, *middle)
        starts = np.concatenate([one_hot((unit, *middle), passed.output) for unit in units])
        pictures = passed.backward(starts)[:, :, rows, columns]
        yield pictures.reshape(len(pictures), -1).astype(np.float64), patch


def pairs(stack, rng, trials):
    """Of two active units of a dense Stack's top layer: {rule: signals (2, width), level by level below it}."""
    for _ in range(trials):
        network = stack.draw(rng)
        top = activations(network)[-1]
        passed = network.forward(stack.image[None].astype(stack.dtype), until=top)
        start = np.eye(stack.width, dtype=stack.dtype)[np.flatnonzero(passed.output[0])[:2]]
        below = {node.inputs[0] for node in passed.nodes if node.layer.parameters()}
        signals = {rule: passed.signals(start, rule, at=top) for rule in RULES}
        yield {rule: [s.astype(np.float64) for name, s, _ in found if name in below] for rule, found in signals.items()}


def in_maps(network, image, maps):
    """Of each node of `maps`, at the middle of its maps: the field, and pictures of the two most active channels.

    Yields the field's slices and {rule: (2, C, H, W)}.
    """
    passed = network.forward(image[None].astype(np.float32), until=maps[-1], keep=maps)
    for name in maps:
        output = passed.outputs[name]
        middle = output.shape[2] // 2, output.shape[3] // 2
        units = output[0, :, *middle].argsort()[::-1][:2]
        starts = np.concatenate([one_hot((unit, *middle), output) for unit in units])
        field = receptive_field(network, name, *middle)
        yield field, {rule: passed.backward(starts, rule, at=name).astype(np.float64) for rule in RULES}

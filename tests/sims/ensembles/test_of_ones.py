"""The claims' pictures of ones are TR-GBP's layer maps, which are summed over the channels."""

import numpy as np

from sims.ensembles.stacks import Stack, of_ones
from theory.attribution.tr_gbp import layer_maps
from theory.layers import Conv2d
from theory.networks import one_hot


def test_the_claims_pictures_of_ones_are_the_methods():
    image = np.random.default_rng(0).standard_normal((3, 9, 7))
    network = Stack(image, 5, 3, kernel=3, bias=0.5, dtype=np.float64).draw(np.random.default_rng(1))
    passed = network.forward(image[None])
    maps = layer_maps(network, image[None], 1, subtract_mean=False)
    signals = {name: signal for name, signal, _ in passed.signals(one_hot(1, passed.output), "guided")}
    convolutions = [node for node in network.nodes if isinstance(node.layer, Conv2d)]
    assert len(convolutions) == 3 and set(maps) == {"input", *(node.name for node in convolutions)}
    for node in convolutions:
        expected = node.layer.channels * of_ones(signals[node.name][0], node.layer)
        assert np.abs(maps[node.name][0] - expected).max() <= 1e-13 * np.abs(expected).max()

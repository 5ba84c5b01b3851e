"""What comes back to layers and their inputs of ones, against the layer itself given both inputs."""

import numpy as np

from sims.ensembles.layer_maps import layer_maps
from sims.ensembles.ones import both_pictures
from theory.geometry.patches import coverage, extract, fold, unit
from theory.networks import cnn

IMAGE = np.random.default_rng(0).standard_normal((2, 6, 6))


def network():
    rng = np.random.default_rng(3)
    filters = [rng.standard_normal((3, 2, 3, 3)), rng.standard_normal((4, 3, 3, 3))]
    dense = [rng.standard_normal((5, 4 * 36)), rng.standard_normal((2, 5))]
    return cnn(filters, dense, [rng.standard_normal(n) for n in (3, 4, 5, 2)], paddings=1)


def test_the_first_layers_maps_are_those_of_image_and_ones():
    drawn = network()
    (picture, direction), (ones, shape) = next(layer_maps(drawn, IMAGE))
    of_image, with_ones = both_pictures(drawn, IMAGE[None].astype(np.float32))
    assert np.allclose(picture, of_image, rtol=1e-5, atol=1e-4)
    assert np.allclose(ones, with_ones[0], rtol=1e-5, atol=1e-4)
    assert np.allclose(direction, fold(unit(extract(IMAGE, 3, 1, 1)), IMAGE.shape, 3, 1, 1), atol=1e-5)
    assert (shape == coverage(IMAGE.shape, 3, 1, 1)).all()


def test_a_dense_layers_map_of_ones_is_its_biases_in_every_entry():
    """The last layer's: its signal is 1 at the logit, so that it gives b_0/p, and W's row to its inputs."""
    drawn = network()
    *_, ((picture, inputs), (ones, shape)) = layer_maps(drawn, IMAGE)
    last = drawn.layers[-1]
    assert np.allclose(ones, last.bias[0] / 5) and (shape == 1).all() and len(ones) == 5
    assert np.allclose(picture, last.weight[0]) and (inputs >= 0).all()


def test_there_is_one_for_every_layer_with_weights():
    assert len(list(layer_maps(network(), IMAGE))) == 4

"""VGG-16 with published weights in some layers."""

import numpy as np
import pytest
from support.given import features

from sims.networks import weights
from sims.random import stream
from sims.trained import partly

SIDE = 32


@pytest.fixture(scope="module")
def tensors():
    return weights.load(features()), partly.drawn(stream(0, "tests", "partly"), SIDE)


def layers(network):
    """The weights of a network's layers, from the bottom up."""
    return [node.layer.weight for node in network.nodes if node.layer.parameters()]


@pytest.mark.parametrize("trained", [(), (0,), (2, 12), range(13), range(16)])
def test_the_layers_that_are_named_are_published_and_all_others_are_not(tensors, trained):
    published, random = tensors
    found = layers(partly.mixed(published, random, SIDE, trained))
    for number, (name, weight) in enumerate(zip(partly.names(SIDE), found, strict=True)):
        source = published if number in trained and number < partly.CONVOLUTIONS else random
        assert np.array_equal(weight, source[f"{name}.weight"]), name


def test_dense_layers_of_the_file_are_taken_if_they_fit(tensors):
    published, random = tensors
    own = {name: array + 1 for name, array in random.items() if name.startswith("classifier.6")}
    found = layers(partly.mixed(published | own, random, SIDE))
    assert np.array_equal(found[-1], own["classifier.6.weight"])
    assert np.array_equal(found[-2], random["classifier.3.weight"])


def test_a_network_of_published_layers_alone_asks_for_no_others(tensors):
    published, _ = tensors
    network = partly.mixed(published, partly.empty(SIDE), SIDE).until("29")
    image = 100 * np.random.default_rng(0).standard_normal((1, 3, SIDE, SIDE)).astype(np.float32)
    assert network(image).any()

"""The law of random layers beside a trained network's maps: of which first layer, and how far maps are from it."""

import numpy as np
import pytest
from support import subjects

from sims.explain.explanation import Explainer, Request
from sims.explain.random_above import NAMES, First, RandomAbove, angle, deviation
from sims.explain.untrained import untrained
from theory.laws.given import FirstLayer
from theory.layers import Conv2d, Flatten, Linear, MaxPool2d, Pad2d, ReLU, ReLU6, SamePad2d
from theory.metrics.similarity import cosine
from theory.networks import Sequential

RNG = np.random.default_rng(2)
WEIGHT = RNG.standard_normal((4, 3, 3, 3))
SHAPE = 3, 24, 24


def numbers(request):
    found = Explainer(subjects.published(dtype=np.float64), request)(subjects.picture())
    return {(each.method, each.target.name): each.numbers for each in found.maps}


@pytest.mark.parametrize(
    "layers, name",
    [
        ([Conv2d(WEIGHT, padding=(1, 0)), ReLU()], "1"),
        ([Pad2d((1, 2), 0), SamePad2d(3, 2), Conv2d(WEIGHT, RNG.standard_normal(4), 2, 1), ReLU6()], "3"),
        (list(subjects.network(dtype=np.float64).layers[:3]), "2"),
    ],
)
def test_the_first_layer_is_the_network_s_own(layers, name):
    """Padding and batch normalisation folded in: the law's activations are those of the engine."""
    network = Sequential([*layers, Flatten(), Linear(np.ones((2, 4)))])
    first, x = First.of(network, SHAPE), RNG.standard_normal(SHAPE)
    outputs = network.forward(x[None], until=name).output[0]
    assert first.name == name and FirstLayer(x, **first.settings).activations == pytest.approx(outputs, rel=1e-9)


@pytest.mark.parametrize(
    "layers",
    [
        [Flatten(), Linear(np.ones((2, 12)))],
        [Conv2d(WEIGHT), MaxPool2d(2), ReLU()],
        [Conv2d(WEIGHT, dilation=2), ReLU()],
    ],
)
def test_networks_that_begin_otherwise_have_none(layers):
    network = Sequential(layers)
    assert First.of(network, SHAPE) is None
    above = RandomAbove(network, SHAPE, 3, 0)
    assert above.beside(np.ones((1, *SHAPE)), []) == []


def test_guided_and_deconvnet_have_the_numbers_and_others_have_not():
    found = numbers(Request(words=("2", "0:1"), methods=("saliency", "deconvnet", "guided"), untrained=2))
    for (method, target), own in found.items():
        assert set(NAMES) <= set(own) if method != "saliency" else not set(NAMES) & set(own)
        if method != "saliency":
            of_class = not target.startswith("0:")
            assert all((own[name] is not None) == of_class for name in NAMES)


def test_without_draws_there_is_a_cosine_and_no_distance():
    [own] = numbers(Request(methods=("guided",), untrained=0)).values()
    assert -1 <= own["random_above"] <= 1 and own["random_above_distance"] is None


def test_networks_with_random_upper_layers_lie_at_one_deviation():
    """The root mean square of 40 distances; the draws that set the scale are others."""
    network, x = subjects.network(dtype=np.float64), RNG.standard_normal((1, *SHAPE))
    above = RandomAbove(network, SHAPE, 2, 0)
    mean = above._mean(x, "guided")
    spread = above._spreads(x, {"guided": mean})["guided"]
    drawn = [untrained(network, np.random.default_rng([3, n]), "3").attribute(x, 0, "guided")[0] for n in range(40)]
    found = deviation([angle(cosine(each, mean)) for each in drawn]) / spread
    assert 0.6 < found < 1.6

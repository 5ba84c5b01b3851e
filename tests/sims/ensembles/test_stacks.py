"""Deep stacks, and what the claims on depth read off them, each against a slower way."""

import numpy as np
import pytest

from sims.checks import logits
from sims.ensembles.stacks import Stack, of_ones
from sims.evidence import pair_sums, signal_sums
from theory.laws import depth as law
from theory.layers import Conv2d
from theory.metrics import similarity
from theory.networks import Sequential, one_hot
from theory.rules import RULES

IMAGE = np.random.default_rng(0).standard_normal((2, 6, 6))


def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize("kernel", [None, 3])
@pytest.mark.parametrize("rule", RULES)
def test_signals_are_those_of_networks_cut_off_at_their_level(kernel, rule):
    """The signal after l ReLU layers is the picture of the network that begins with the activations there."""
    stack = Stack(IMAGE, 7, 3, kernel, logits=2, dtype=np.float64)
    [(activations, signals)] = stack.passes(rng(), 1, (rule,))
    network = stack.draw(rng())
    rest = list(network.layers)
    linear = [n for n, layer in enumerate(rest) if hasattr(layer, "weight")]
    assert len(signals[rule]) == len(activations) == 4
    for level, start in enumerate(reversed(linear)):
        part = Sequential(rest[start:])
        inputs = activations[level][None] if start or kernel else activations[level].reshape(1, -1)
        inputs = inputs if hasattr(rest[start], "stride") else inputs.reshape(1, -1)
        for k in range(2):
            picture = part.attribute(inputs, k, rule)
            assert np.allclose(np.ravel(picture), np.ravel(signals[rule][level][k]), rtol=1e-12, atol=1e-14)


def test_weights_and_biases_have_their_variances():
    network = Stack(IMAGE, 200, 2, bias=0.5).draw(rng())
    first, second, readout = (layer for layer in network.layers if hasattr(layer, "weight"))
    for layer in (first, second):
        assert layer.weight.var() == pytest.approx(2 / layer.weight.shape[1], rel=0.1)
        assert layer.bias.std() == pytest.approx(0.5, rel=0.3)
    assert readout.bias is None and not Stack(IMAGE, 5, 1).draw(rng()).layers[1].bias


def test_widths_may_differ_from_layer_to_layer():
    network = Stack(IMAGE, (3, 5, 4), 3).draw(rng())
    assert [layer.weight.shape for layer in network.layers if hasattr(layer, "weight")] == [
        (3, 72),
        (5, 3),
        (4, 5),
        (2, 4),
    ]


def test_recovery_reads_r_off_a_signal_of_its_law():
    g, xi = rng().standard_normal((2, 200_000))
    a = np.maximum(g, 0)
    assert signal_sums.recovery(0.6 * a + xi, 3 * a) == pytest.approx(0.6, abs=0.02)
    assert signal_sums.recovery(np.zeros(5), np.ones(5)) == 0


def test_the_picture_of_ones_is_that_of_filters_filled_with_the_biases():
    stack = Stack(IMAGE, 4, 1, kernel=3, logits=1, dtype=np.float64, bias=1.0)
    network = stack.draw(rng())
    passed = network.forward(IMAGE[None])
    [behind] = [signal for name, signal, _ in passed.signals(one_hot(0, passed.output)) if name == "0"]
    convolution = network.layers[0]
    filled = np.zeros((4, 1, 3, 3)) + (convolution.bias / convolution.weight[0].size)[:, None, None, None]
    slow = Conv2d(filled, padding=1).backward(behind, (1, 1, 6, 6), None)[0]
    assert np.allclose(of_ones(behind[0], convolution), slow, rtol=1e-12)


def test_what_class_means_leave():
    signals, a = rng().standard_normal((5, 30)), np.abs(rng().standard_normal(30))
    found, u = signal_sums.left(signals, a, few=2), a / np.linalg.norm(a)
    units = [s / np.linalg.norm(s) for s in signals]
    mean_square = lambda vectors, e=None: np.mean([v @ v if e is None else (v @ e) ** 2 for v in vectors])
    left = [s - signals.mean(axis=0) for s in signals]
    assert found["whole"] == pytest.approx(mean_square(signals)) and found["along"] == pytest.approx(
        mean_square(signals, u)
    )
    assert found["left"] == pytest.approx(mean_square(left)) and found["left_along"] == pytest.approx(
        mean_square(left, u)
    )
    assert found["held"] == pytest.approx(found["along"] / mean_square([s - (s @ u) * u for s in signals]))
    assert found["unit_left"] == pytest.approx(mean_square([e - np.mean(units, axis=0) for e in units]))


def test_all_pairs_of_pictures_one_by_one():
    drawn = rng().standard_normal((4, 3, 5)) + 1
    cosines, distances = similarity.spread(drawn)
    pairs = [(a.ravel(), b.ravel()) for n, a in enumerate(drawn) for b in drawn[n + 1 :]]
    to_one = lambda v: (v - v.min()) / (v.max() - v.min())
    assert cosines == pytest.approx([a @ b / np.sqrt((a @ a) * (b @ b)) for a, b in pairs], rel=1e-12)
    assert distances == pytest.approx([np.sqrt(((to_one(a) - to_one(b)) ** 2).sum()) for a, b in pairs], rel=1e-12)
    found = pair_sums.all_pairs(drawn.reshape(4, -1))
    assert (found["cosine"], found["distance"]) == pytest.approx((cosines.mean(), distances.mean()))
    assert found["dot"] == pytest.approx(np.mean([a @ b for a, b in pairs])) and found["square"] == pytest.approx(
        (drawn**2).sum() / 4
    )
    assert similarity.compared(drawn[0], drawn[1]) == pytest.approx([cosines[0], distances[0]])


@pytest.mark.parametrize("rule", RULES)
def test_pictures_of_the_law_have_its_cosine_and_noise(rule):
    stack = Stack(np.random.default_rng(1).standard_normal((3, 40, 40)) + 0.2, 900, 3, logits=6)
    drawn = np.concatenate(
        [[logits.of_the_law(stack, rule, generator)] for generator in map(np.random.default_rng, range(100, 140))]
    )
    direction = stack.image.ravel() / np.linalg.norm(stack.image)
    along, energy = (drawn @ direction) ** 2, (drawn**2).sum(axis=2)
    cosines = [similarity.spread(each)[0].mean() for each in drawn]
    assert np.mean(cosines) == pytest.approx(logits.similarity(stack, rule), abs=0.01)
    expected = 1 / law.noise_to_signal(3, 900, 4800) if rule == "guided" else 0.0
    assert along.mean() / (energy - along).mean() == pytest.approx(expected, rel=0.05, abs=0.001)

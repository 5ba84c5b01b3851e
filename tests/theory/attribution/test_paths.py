"""Methods that ask many inputs: integrated gradients, their guided way, SmoothGrad."""

import importlib.util

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.jax_graphs import in_jax

from theory.attribution import METHODS, asked
from theory.attribution.guided_path import guided_ig
from theory.attribution.integrated import integrated_gradients
from theory.attribution.smoothed import smoothgrad
from theory.layers import AveragePool2d, Conv2d, Flatten, Linear, Product, ReLU, ReLU6
from theory.networks import INPUT, Network, Node, Sequential

ROUNDINGS = 2048 * np.finfo(float).eps


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


NETWORK = Sequential(
    [
        Conv2d(normal(1, 4, 2, 3, 3), normal(2, 4), 2),
        ReLU6(),
        Flatten(),
        Linear(normal(3, 6, 24), normal(4, 6)),
        ReLU(),
        Linear(normal(5, 3, 6), normal(6, 3)),
    ]
)
IMAGES, TARGETS = 3 * normal(0, 2, 2, 5, 7), [2, 0]
FUNCTION = in_jax(NETWORK, "saliency")
GRADIENT = jax.jit(jax.vmap(jax.grad(lambda x, k: FUNCTION(x[None])[0, k])))


def gradients(points, target):
    return np.asarray(GRADIENT(jnp.asarray(points), jnp.full(len(points), target)))


def close(found, expected):
    return found.shape == expected.shape and np.abs(found - expected).max() <= ROUNDINGS * np.abs(expected).max() > 0


@pytest.mark.parametrize("steps, baseline", [(50, 0.0), (7, 0.5), (1, normal(7, 2, 5, 7))])
def test_integrated_gradients_are_the_mean_at_the_middles_of_the_steps(steps, baseline):
    found = integrated_gradients(NETWORK, IMAGES, TARGETS, steps=steps, baseline=baseline)
    for own, image, target in zip(found, IMAGES, TARGETS):
        start = np.broadcast_to(baseline, image.shape)
        points = [start + (i + 0.5) / steps * (image - start) for i in range(steps)]
        assert close(own, (image - start) * gradients(points, target).mean(axis=0))


def test_they_add_up_to_the_logits_difference_within_the_variation_over_twice_the_steps():
    """On the way the slope is constant but for jumps, V in sum; a jump within a step of 1/m costs size/2m at most."""
    far = np.linspace(0, 1, 20001)[:, None, None, None]
    for image, target in zip(IMAGES, TARGETS):
        slopes = (gradients(far * image, target) * image).sum(axis=(1, 2, 3))
        variation = np.abs(np.diff(slopes)).sum()
        difference = np.subtract(*NETWORK(np.stack([image, 0 * image]))[:, target])
        for steps in (5, 50):
            total = integrated_gradients(NETWORK, image[None], target, steps=steps).sum()
            assert 0 < abs(total - difference) <= variation / (2 * steps)


def test_of_a_quadratic_they_are_exact():
    """f = mean of x²: every entry gets its own x²/n, with a single step."""
    network = Network(
        [
            Node("square", Product(), (INPUT, INPUT)),
            Node("mean", AveragePool2d(), ("square",)),
            Node("flat", Flatten(), ("mean",)),
        ]
    )
    assert close(integrated_gradients(network, IMAGES, 1, steps=1)[:, 1], IMAGES[:, 1] ** 2 / 35)


def by_definition(image, target, steps=200, fraction=0.25, distance=0.02):
    """Kapishnikov et al. 2021, section 4, entry by entry, baseline 0."""
    goal, x, image = np.abs(image).sum(), np.zeros(image.size), image.ravel()
    found = np.zeros(image.size)
    for step in range(1, steps + 1):
        gradient = gradients([x.reshape(2, 5, 7)], target).ravel()
        low, high = max(step / steps - distance, 0) * image, min(step / steps + distance, 1) * image
        old, x = x, np.array([l if abs(e) < abs(l) else e for e, l in zip(x, low)])
        while (missing := np.abs(image - x).sum() - goal * (1 - step / steps)) > 1e-9 * goal:
            movable = [i for i in range(image.size) if x[i] != high[i]]
            if not movable:
                break
            sizes = sorted(abs(gradient[i]) if i in movable else np.inf for i in range(image.size))
            threshold = sizes[int(np.floor(fraction * (image.size - 1)))]
            chosen = [i for i in movable if abs(gradient[i]) <= threshold]
            room = sum(abs(high[i] - x[i]) for i in chosen)
            share = min(1, missing / room)
            for i in chosen:
                x[i] = high[i] if share == 1 else x[i] + share * (high[i] - x[i])
        found += (x - old) * gradient
    return found.reshape(2, 5, 7)


@pytest.mark.parametrize("settings", [{}, dict(steps=20, fraction=0.1, distance=0.3), dict(steps=9, distance=1.0)])
def test_guided_ig_is_its_definition(settings):
    found = guided_ig(NETWORK, IMAGES, TARGETS, **settings)
    expected = np.stack([by_definition(*each, **settings) for each in zip(IMAGES, TARGETS)])
    assert np.abs(found - expected).max() <= 1e-6 * np.abs(expected).max()  # the way may stop 1e-9 short at each step


@pytest.mark.skipif(importlib.util.find_spec("saliency") is None, reason="the package saliency is not installed")
@pytest.mark.parametrize("steps, fraction, distance", [(200, 0.25, 0.02), (30, 0.1, 0.2)])
def test_guided_ig_is_that_of_its_authors(monkeypatch, steps, fraction, distance):
    """Their call of np.quantile has the name that NumPy 2.4 took away: it is given the new one here."""
    from saliency.core import guided_ig as theirs

    plain = np.quantile
    monkeypatch.setattr(
        np,
        "quantile",
        lambda a, q, interpolation=None, **rest: plain(
            a, q, **rest, **({"method": interpolation} if interpolation else {})
        ),
    )
    for image, target in zip(IMAGES, TARGETS):
        slope = lambda x: gradients([x], target)[0].copy()
        expected = theirs.guided_ig_impl(image, np.zeros_like(image), slope, steps, fraction, distance)
        found = guided_ig(NETWORK, image[None], target, steps=steps, fraction=fraction, distance=distance)[0]
        assert np.abs(found - expected).max() <= 1e-6 * np.abs(expected).max()


def test_without_distance_the_way_is_straight():
    """Then it is integrated gradients by the left ends of the steps."""
    found = guided_ig(NETWORK, IMAGES[:1], 2, distance=0.0, steps=40)[0]
    points = [i / 40 * IMAGES[0] for i in range(40)]
    assert np.abs(found - IMAGES[0] * gradients(points, 2).mean(axis=0)).max() <= 1e-7 * np.abs(found).max()


def test_an_image_that_is_the_baseline_has_nothing_to_explain():
    for name in ("guided-ig", "integrated-gradients"):
        assert not METHODS[name](NETWORK, IMAGES[:1], 0, steps=5, baseline=IMAGES[0]).any()


def test_smoothgrad_is_the_mean_over_its_noise():
    found = smoothgrad(NETWORK, IMAGES, TARGETS, seed=5)
    noise = np.random.default_rng(5).standard_normal((25, *IMAGES.shape[1:]))  # the same for both images
    for own, image, target in zip(found, IMAGES, TARGETS):
        points = image + 0.15 * (image.max() - image.min()) * noise
        assert close(own, gradients(points, target).mean(axis=0))
    assert not np.array_equal(found, smoothgrad(NETWORK, IMAGES, TARGETS, seed=6))
    assert close(smoothgrad(NETWORK, IMAGES, TARGETS, level=0), NETWORK.attribute(IMAGES, TARGETS, "saliency"))


class Seen(ReLU6):
    most, all = 0, 0

    def forward(self, inputs):
        Seen.most, Seen.all = max(Seen.most, len(inputs)), Seen.all + len(inputs)
        return super().forward(inputs)


INPUTS = {"integrated-gradients": 50, "smoothgrad": 25, "guided-ig": 200, "saliency": 1, "fullgrad": 1}  # an image


@pytest.mark.parametrize("name, each", INPUTS.items())
def test_no_pass_has_more_inputs_than_a_chunk(name, each):
    """Memory is that of a pass: the same for 1 image and 20, for 50 steps and 500."""
    Seen.most = Seen.all = 0
    METHODS[name](NETWORK.replace({"1": Seen()}), np.concatenate([IMAGES] * 5), 1)
    assert Seen.most == asked.CHUNK and Seen.all == 10 * each


@pytest.mark.parametrize(
    "name, settings, words",
    [
        ("integrated-gradients", {"steps": 0}, "steps must be at least 1"),
        ("integrated-gradients", {"baseline": np.nan}, "finite"),
        ("integrated-gradients", {"baseline": np.zeros((3, 4, 4))}, "broadcast"),
        ("guided-ig", {"fraction": 0}, "fraction lies in"),
        ("guided-ig", {"distance": 1.5}, "distance"),
        ("smoothgrad", {"draws": 0}, "draws must be at least 1"),
        ("smoothgrad", {"level": -1}, "level is a share"),
        ("smoothgrad", {"level": np.nan}, "level is a share"),
    ],
)
def test_what_they_refuse(name, settings, words):
    with pytest.raises(ValueError, match=words):
        METHODS[name](NETWORK, IMAGES, 0, **settings)


@pytest.mark.parametrize("name", METHODS)
def test_one_target_for_each_image_or_one_for_all(name):
    for targets in ([0, 1, 2], [[0, 1, 2]]):
        with pytest.raises(ValueError, match="one int for each of the 2 inputs"):
            METHODS[name](NETWORK, IMAGES, targets)

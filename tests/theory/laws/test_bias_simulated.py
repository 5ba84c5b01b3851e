"""Biases in the network itself: the bias as an input of ones (TR-GBP, Eq. 8), and the means of both pictures."""

import numpy as np
import pytest
from support.monte_carlo import covers, generator, interval

from theory.geometry.patches import coverage
from theory.laws.bias import biased_mean, ones_mean, ones_noise_to_signal
from theory.laws.three_layer import guided_mean
from theory.layers import Conv2d, Flatten, Linear, ReLU
from theory.networks import Sequential

TRIALS, FILTERS, BIAS = 10_000, 20, 0.8
IMAGE = np.random.default_rng(1).standard_normal((1, 5, 5))
IMAGE[:, :3, :3] = 0
BOTH = np.concatenate([IMAGE, np.ones_like(IMAGE)])[None]


def with_ones(weight, bias, norm, padding=0):
    """The convolution on image and ones together: b_i/‖D_j‖ in every entry of the ones' filter."""
    ones = np.broadcast_to(bias[:, None, None, None] / norm, weight.shape)
    return Conv2d(np.concatenate([weight, ones], axis=1), padding=padding)


def weights(rng, law, kernel=2):
    """Filters, biases and one logit's readout, for windows that lie without padding."""
    bias = np.full(FILTERS, BIAS) if law == "fixed" else BIAS * rng.standard_normal(FILTERS)
    places = (6 - kernel) ** 2
    return rng.standard_normal((FILTERS, 1, kernel, kernel)), bias, rng.standard_normal((1, FILTERS * places))


@pytest.mark.parametrize("kernel", [2, 3, 5])
def test_the_bias_as_an_input_of_ones_takes_the_norm_p(kernel):
    """‖D_j‖ = p, the sum of D_j's entries; the Frobenius norm √p and the spectral norm 1 give another network."""
    weight, bias, readout = weights(np.random.default_rng(2), "gaussian", kernel)
    rest = [ReLU(), Flatten(), Linear(readout)]
    biased = Sequential([Conv2d(weight, bias), *rest])(IMAGE[None])
    p = kernel**2
    # sums of 2p products, over up to 20·16 places, of sizes below 10
    bound = 10 * readout.size * 2 * p * np.finfo(float).eps
    assert abs(Sequential([with_ones(weight, bias, p), *rest])(BOTH) - biased).max() <= bound
    for norm in (np.sqrt(p), 1):
        assert abs(Sequential([with_ones(weight, bias, norm), *rest])(BOTH) - biased).max() > 0.1


def test_the_identity_holds_in_patches_that_lie_in_the_image_alone():
    """A padded patch holds less than p ones: its bias is weaker."""
    weight, bias, _ = weights(np.random.default_rng(3), "gaussian", 3)
    biased = Conv2d(weight, bias, padding=1).forward(IMAGE[None])[0]
    ones = with_ones(weight, bias, 9, padding=1).forward(BOTH)[0]
    apart = abs(biased - ones)[0].max(axis=0)
    assert apart[1:-1, 1:-1].max() <= 64 * np.finfo(float).eps
    apart[1:-1, 1:-1] = 1
    assert apart.min() > 0.1


@pytest.fixture(scope="module", params=["fixed", "gaussian"])
def simulated(request):
    """The law, and the guided pictures of image and ones, (TRIALS, 2, H, W), in the network with both as inputs."""
    rng, seen = generator(f"{request.param} bias image"), np.empty((TRIALS, *BOTH.shape[1:]))
    for n in range(TRIALS):
        weight, bias, readout = weights(rng, request.param)
        net = Sequential([with_ones(weight, bias, 4), ReLU(), Flatten(), Linear(readout)])
        seen[n] = net.attribute(BOTH, 0)[0]
    return request.param, seen


def test_means_of_image_and_ones(simulated):
    law, seen = simulated
    settings = dict(kernel=2, bias=BIAS, filters=FILTERS)
    other = "gaussian" if law == "fixed" else "fixed"
    of_image, of_ones = (interval(seen[:, c], f"{law} bias {name}") for c, name in enumerate(("image", "ones")))
    assert covers(of_image, biased_mean(IMAGE, **settings, law=law))
    assert covers(of_ones, ones_mean(IMAGE, **settings, law=law))
    assert not covers(of_image, guided_mean(IMAGE, 2, filters=FILTERS))
    assert not covers(of_ones, ones_mean(IMAGE, **settings, law=other))
    assert not covers(of_ones, 4 * ones_mean(IMAGE, **settings, law=law))  # ‖D_j‖ = 1
    assert not covers(of_ones, np.zeros_like(IMAGE))


def test_the_energy_of_ones_under_gaussian_biases(simulated):
    law, seen = simulated
    if law == "gaussian":
        ends = interval((seen[:, 1] ** 2).sum(axis=(1, 2)), "gaussian bias ones energy")
        mean = ones_mean(IMAGE, 2, bias=BIAS, filters=FILTERS)
        ratio = ones_noise_to_signal(IMAGE, 2, bias=BIAS, filters=FILTERS)
        assert covers(ends, (1 + ratio) * (mean**2).sum())
        assert not covers(ends, (1 + 1.2 * ratio) * (mean**2).sum())


@pytest.mark.parametrize("rule_bias", [BIAS, -BIAS])
def test_padded_patches_keep_their_whole_bias(rule_bias):
    """The network with a bias in its convolution, and R = Σ_j D_jᵀ (1/p) Σ_i h(V_ij) b_i 1(w_iᵀy_j + b_i > 0)."""
    name = "padded bias ones" if rule_bias > 0 else "padded negative bias ones"
    rng, seen = generator(name), np.empty((TRIALS, *IMAGE.shape))
    bias = np.full(FILTERS, rule_bias)
    fold = Conv2d(np.broadcast_to(bias[:, None, None, None] / 9, (FILTERS, 1, 3, 3)), padding=1)
    saved = fold.forward(IMAGE[None])[1]
    for n in range(TRIALS):
        outputs, _ = Conv2d(rng.standard_normal((FILTERS, 1, 3, 3)), bias, padding=1).forward(IMAGE[None])
        back = np.maximum(rng.standard_normal(outputs.shape), 0) * (outputs > 0)
        seen[n] = fold.backward(back, saved, None)[0]
    ends = interval(seen, name)
    exact = ones_mean(IMAGE, 3, padding=1, bias=rule_bias, law="fixed", filters=FILTERS)
    assert covers(ends, exact)
    opened = rule_bias * FILTERS * coverage(IMAGE.shape, 3, 1, 1) / 9 / np.sqrt(2 * np.pi)
    for wrong in (opened, opened / 2):  # without the mask, and with a mask that is open half of the time
        assert not covers(ends, wrong)

"""Random weights of deep networks: their moments, their seeds, and what is not random.

A mean of n independent entries is within z = 6 of its standard errors but for one run in 5e8, and the seeds are fixed.
"""

import numpy as np
import pytest
from scipy import stats

from sims.ensembles.initialise import LAWS, draw
from theory.networks import residual_network, residual_shapes, vgg16_shapes

SHAPE = (60, 40, 3, 5)  # fan_in 600, fan_out 900
N = 60 * 600
Z = 6
CUT = stats.truncnorm(-2, 2, scale=0.1)
UNIFORM = stats.uniform(-np.sqrt(6 / 1500), 2 * np.sqrt(6 / 1500))
EXACT = {
    "he": stats.norm(scale=np.sqrt(2 / 600)),
    "glorot": stats.norm(scale=np.sqrt(2 / 1500)),
    "glorot-uniform": UNIFORM,
    "truncated": CUT,
}


def one(law, shape=SHAPE, seed=0, **settings):
    [weight] = draw({"conv.weight": shape}, law, rng=np.random.default_rng(seed), **settings).values()
    return weight


@pytest.mark.parametrize("law", LAWS)
def test_moments_and_distribution(law):
    """Mean and variance within z standard errors, and the whole distribution in its DKW band at 1e-9."""
    exact, weight = EXACT[law], one(law).astype(float).ravel()
    variance, fourth = exact.var(), exact.moment(4)
    assert abs(weight.mean()) <= Z * np.sqrt(variance / N)
    assert abs((weight**2).mean() - variance) <= Z * np.sqrt((fourth - variance**2) / N)
    assert stats.kstest(weight, exact.cdf).statistic <= np.sqrt(np.log(2 / 1e-9) / (2 * N))


def test_the_laws_bounds():
    assert abs(one("truncated")).max() <= 0.2 * (1 + 1e-6)
    assert abs(one("glorot-uniform")).max() <= np.sqrt(6 / 1500) * (1 + 1e-6)


@pytest.mark.parametrize("law", LAWS)
def test_a_matrix_s_fans_are_its_sides(law):
    weight = one(law, (300, 200)).astype(float)
    variance = {"he": 2 / 200, "glorot": 2 / 500, "glorot-uniform": 2 / 500, "truncated": CUT.var()}[law]
    assert abs((weight**2).mean() / variance - 1) <= Z * np.sqrt(2 / weight.size)  # a normal's kurtosis is the largest


@pytest.mark.parametrize("law", LAWS)
def test_the_seed_decides(law):
    assert np.array_equal(one(law, seed=3), one(law, seed=3))
    assert not np.array_equal(one(law, seed=3), one(law, seed=4))
    assert one(law).dtype == np.float32 and one(law, dtype=np.float64).dtype == np.float64


def test_biases_are_off_unless_told():
    shapes = {"conv.weight": (3, 2, 1, 1), "conv.bias": (3,), "fc.weight": (5000, 3), "fc.bias": (5000,)}
    off = draw(shapes, rng=np.random.default_rng(0))
    on = draw(shapes, rng=np.random.default_rng(0), bias=0.5)
    assert list(on) == list(off) == list(shapes) and {name: array.shape for name, array in on.items()} == shapes
    assert not off["conv.bias"].any() and not off["fc.bias"].any()
    assert on["conv.bias"].all() and on["fc.bias"].dtype == np.float32
    assert abs((on["fc.bias"].astype(float) ** 2).mean() / 0.25 - 1) <= Z * np.sqrt(2 / 5000)


def test_batch_normalisation_starts_as_the_identity():
    size = dict(blocks=(1, 1), width=2, classes=3)
    weights = draw(residual_shapes(**size), rng=np.random.default_rng(0), bias=0.1)
    roles = {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1}
    for role, value in roles.items():
        norms = [array for name, array in weights.items() if name.endswith(role) and f".bn3.{role}" in name]
        assert len(norms) == 2 and all((array == value).all() for array in norms)
    assert (weights["layer1.0.downsample.1.bias"] == 0).all() and weights["fc.bias"].all()
    assert residual_network(weights, **size)(np.ones((1, 3, 32, 32), np.float32)).dtype == np.float32


def test_vgg16_s_shapes_are_drawn_in_their_order():
    shapes = dict(list(vgg16_shapes().items())[:8])
    assert {name: array.shape for name, array in draw(shapes, "glorot", rng=np.random.default_rng(0)).items()} == shapes


def test_an_unknown_law():
    with pytest.raises(ValueError, match="he, glorot, glorot-uniform, truncated"):
        draw({}, "xavier", rng=np.random.default_rng(0))
    [weight] = draw({"a.weight": (2, 2)}, lambda rng, shape, dtype: np.ones(shape, dtype), rng=None).values()
    assert (weight == 1).all()


@pytest.mark.parametrize("law", [*LAWS, lambda rng, shape, dtype: rng.random(shape, dtype)])
def test_threads_draw_the_same_weights(law):
    shapes = {"dense.weight": (1100, 1000), "dense.bias": (1100,)}
    one, two = (draw(shapes, law, rng=np.random.default_rng(0), bias=0.1, threads=threads) for threads in (1, 2))
    assert all(np.array_equal(one[name], two[name]) for name in shapes)


@pytest.mark.parametrize("law", LAWS)
def test_weights_in_place_of_others_are_the_same(law):
    shapes = {"dense.weight": (30, 20), "dense.bias": (30,)}
    room = draw(shapes, law, rng=np.random.default_rng(0))
    expected = draw(shapes, law, rng=np.random.default_rng(1))
    found = draw(shapes, law, rng=np.random.default_rng(1), room=room)
    assert all(np.array_equal(found[name], expected[name]) for name in shapes)
    assert (found["dense.weight"] is room["dense.weight"]) == (law in ("he", "glorot"))

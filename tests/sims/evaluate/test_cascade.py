"""Redrawn weights: whose they are, from which law, and what a cascade compares."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from skimage.metrics import structural_similarity
from support import subjects

from sims.evaluate.cascade import ALIKE, Cascade, alike, similarities, stages
from sims.evaluate.redrawing import redrawn, weighted, with_normalisation
from sims.evaluate.settings import Asked, Settings
from theory.layers import Conv2d, Linear
from theory.networks import Sequential

NETWORK = subjects.network()  # convolution 0, normalisation 1, convolution 3, readout 7
RNG = np.random.default_rng(1)


def arrays(network):
    return {name: array for name, array in network.parameters().items()}


def changed(network, other):
    """The names of the arrays that differ."""
    mine, others = arrays(network), arrays(other)
    return {name for name in mine if not np.array_equal(mine[name], others[name])}


def test_layers_of_weights_from_the_top_down():
    assert weighted(NETWORK) == ["7", "3", "0"]
    assert stages(NETWORK, 2) == ["7", "0"] and stages(NETWORK, 9) == ["7", "3", "0"] and stages(NETWORK, 1) == ["7"]


@pytest.mark.parametrize("law", ["normal", "permutation"])
def test_the_laws_are_the_layer_s_own(law):
    network = Sequential(
        [Conv2d(3 + RNG.standard_normal((40, 20, 3, 3)), 0.1 * RNG.standard_normal(40)), Linear(np.ones((3, 7)))]
    )
    drawn = redrawn(network, 0, law=law)
    for name, before in network.node("0").layer.parameters().items():
        after = drawn["0"].parameters()[name]
        assert not np.array_equal(before, after) and after.dtype == before.dtype
        if law == "permutation":
            assert np.array_equal(np.sort(before, None), np.sort(after, None))
        else:  # five standard errors of the mean and of the deviation of n normal numbers
            error = 5 * before.std() / np.sqrt(before.size)
            assert abs(after.mean() - before.mean()) < error and abs(after.std() - before.std()) < error
    assert np.array_equal(drawn["1"].weight, np.ones((3, 7)))  # of deviation 0


def test_a_normal_draw_is_independent_of_the_layer_s_own_order():
    before = RNG.standard_normal((64, 64))
    after = redrawn(Sequential([Linear(before)]), 3)["0"].weight
    assert abs(np.corrcoef(before.ravel(), after.ravel())[0, 1]) < 5 / 64
    again = redrawn(Sequential([Linear(before)]), 4)["0"].weight
    assert abs(np.corrcoef(again.ravel(), after.ravel())[0, 1]) < 5 / 64


def test_normalisation_is_kept_or_redrawn_but_its_statistics_are_kept():
    kept = with_normalisation(NETWORK, ["0"], redrawn(NETWORK, 0))
    assert changed(NETWORK, NETWORK.replace(kept)) == {"0.weight"}
    drawn = with_normalisation(NETWORK, ["0"], redrawn(NETWORK, 0, normalisation="redrawn"))
    assert changed(NETWORK, NETWORK.replace(drawn)) == {"0.weight", "1.weight", "1.bias"}
    above = with_normalisation(NETWORK, ["7", "3"], redrawn(NETWORK, 0, normalisation="redrawn"))
    assert changed(NETWORK, NETWORK.replace(above)) == {"7.weight", "3.weight", "3.bias"}


@pytest.mark.parametrize("options", [{"law": "uniform"}, {"normalisation": "gone"}])
def test_unknown_laws_are_refused(options):
    with pytest.raises(ValueError, match="laws are normal, permutation"):
        redrawn(NETWORK, 0, **options)


def test_top_down_networks_are_nested_and_independent_ones_are_alone():
    cascade = Cascade(NETWORK, Settings(stages=3, draws=2))
    down = {stage: list(cascade.networks("top_down", stage)) for stage in cascade.stages}
    alone = {stage: list(cascade.networks("independent", stage)) for stage in cascade.stages}
    of = lambda network: {name.partition(".")[0] for name in changed(NETWORK, network)}
    assert [of(down[stage][0]) for stage in ("7", "3", "0")] == [{"7"}, {"7", "3"}, {"7", "3", "0"}]
    assert [of(alone[stage][1]) for stage in ("7", "3", "0")] == [{"7"}, {"3"}, {"0"}]
    assert not changed(down["7"][0], alone["7"][0]) and changed(down["7"][0], down["7"][1])
    assert np.array_equal(arrays(down["0"][1])["3.weight"], arrays(alone["3"][1])["3.weight"])
    again = Cascade(NETWORK, Settings(stages=1, draws=1))
    assert not changed(next(again.networks("top_down", "7")), down["7"][0])


def test_likeness_is_cosine_spearman_and_ssim_of_scaled_planes():
    one, two = RNG.standard_normal((2, 2, 12, 13)).cumsum(axis=3)
    a, b = one.sum(axis=0), two.sum(axis=0)
    found = alike(one, two, 5)
    scaled = (each / abs(each).max() for each in (a, b))
    expected = (
        (a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b),
        spearmanr(a.ravel(), b.ravel()).statistic,
        structural_similarity(*scaled, win_size=5, data_range=2.0),
    )
    assert list(found) == list(ALIKE) and list(found.values()) == pytest.approx(expected)
    assert list(alike(one, 3 * one, 5).values()) == pytest.approx([1, 1, 1])
    assert alike(one, 0 * two, 5) == dict.fromkeys(ALIKE)


def test_similarities_are_means_over_the_draws():
    given, inputs = Settings(stages=2, draws=3, window=3), RNG.standard_normal((1, 3, 24, 24)).astype(np.float32)
    cascade, method = Cascade(NETWORK, given), Asked("saliency")
    found = similarities(cascade, method, inputs, 1, 3)
    trained = method(NETWORK, inputs, 1)[0]
    drawn = [alike(trained, method(each, inputs, 1)[0], 3)["cosine"] for each in cascade.networks("independent", "0")]
    assert found["cosine, independent, 0"] == pytest.approx(np.mean(drawn)) and len(found) == 3 * 2 * 2


def test_a_readout_alone_leaves_guided_maps_and_not_saliency():
    """Below a readout of positive and negative weights the first method hardly sees them, the second does."""
    inputs = RNG.standard_normal((1, 3, 24, 24)).astype(np.float32)
    cascade = Cascade(NETWORK, Settings(stages=2, draws=8))
    cosines = [
        similarities(cascade, Asked(name), inputs, 1, 3)["cosine, independent, 7"] for name in ("guided", "saliency")
    ]
    assert cosines[0] > cosines[1] + 0.3

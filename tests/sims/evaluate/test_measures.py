"""The measures of one photograph, against what they are made of."""

import json

import numpy as np
import pytest
from support import subjects

from sims.data.photographs import Photograph
from sims.evaluate.boxes import Place
from sims.evaluate.evaluator import Evaluator
from sims.evaluate.measures import MEASURES, cascade_keys, shown
from sims.evaluate.seen import softmax
from sims.evaluate.settings import Asked
from sims.explain.explanation import Explainer, Request
from sims.networks import preprocess
from sims.system.errors import InputError
from theory.attribution import METHODS
from theory.metrics import boundary_share, pointing_energy
from theory.metrics.perturbation import area, losses, perturbed

MEASURED = [name for name in MEASURES if name != "grid"]
LEFT = Place((0.0, 0.0, 1.0, 0.4))  # of 30 columns, from the third to the 28th of which the network sees 24


@pytest.fixture
def one(photographs):
    return photographs[0]


def given(photograph):
    """What the network is given, by its own preparation."""
    return subjects.published().preprocess(preprocess.read(photograph.path))[None]


def plane(method, photograph, target):
    return METHODS[method](subjects.network(), given(photograph), target)[0].sum(axis=0)


def test_a_photograph_s_numbers_are_plain_and_complete(evaluator, one):
    found = evaluator(one, MEASURED, LEFT)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert list(found) == MEASURED and all(list(each) == ["saliency", "guided"] for each in found.values())
    assert all(shown(name, each["guided"]) for name, each in found.items())


def test_the_prediction_is_the_network_s(evaluator, photographs):
    for each in photographs:
        logits = subjects.network()(given(each))[0]
        found = evaluator.prediction(each)
        assert found["class"] == logits.argmax() and found["second"] == np.argsort(-logits)[1]
        assert found["confidence"] == pytest.approx(softmax(logits[None])[0].max(), rel=1e-5)
        assert found["correct"] == (None if each.label is None else bool(logits.argmax() == each.label))


def test_pointing_explains_the_label_s_class_in_its_box(evaluator, one):
    found = evaluator(one, ["pointing"], LEFT)["pointing"]
    labelled = Photograph(one.name, one.path, 3)
    for own in ("saliency", "guided"):
        assert found[own]["energy"] == pytest.approx(pointing_energy(plane(own, one, 0), (0, 0, 24, 9)), abs=1e-5)
        other = evaluator(labelled, ["pointing"], LEFT)["pointing"][own]["energy"]
        assert other == pytest.approx(pointing_energy(plane(own, one, 3), (0, 0, 24, 9)), abs=1e-5)
    assert evaluator(one, ["pointing"])["pointing"]["guided"] == {"energy": None, "as printed": None}


def test_the_boundary_is_that_of_the_predicted_class_with_the_width_that_is_set(evaluator, one):
    target = evaluator.prediction(one)["class"]
    found = evaluator(one, ["boundary"])["boundary"]["guided"]
    map = plane("guided", one, target)
    rest = map[4:-4, 4:-4].sum()
    assert found["share"] == pytest.approx(boundary_share(map, 4), abs=1e-5)
    assert found["as printed"] == pytest.approx(1 - rest / map.sum(), rel=1e-4)


def test_classes_compares_the_two_most_probable(evaluator, one):
    prediction = evaluator.prediction(one)
    a, b = (plane("saliency", one, prediction[name]).ravel() for name in ("class", "second"))
    found = evaluator(one, ["classes"])["classes"]["saliency"]
    assert found["cosine"] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-5)
    scaled = [(each - each.min()) / np.ptp(each) for each in (a, b)]
    assert found["l2"] == pytest.approx(np.linalg.norm(scaled[0] - scaled[1]), rel=1e-4)


def test_guided_maps_are_ranked_by_absolute_value_and_others_by_value(evaluator, one):
    target, image = evaluator.prediction(one)["class"], given(one)[0]
    probability = lambda inputs: softmax(subjects.network()(inputs))[:, target]
    for own, key in (("saliency", lambda map: map), ("guided", np.abs)):
        order = np.argsort(-key(plane(own, one, target).ravel()), kind="stable")
        found = evaluator(one, ["perturbation"])["perturbation"][own]
        for name, taken in (("MoRF", order), ("LeRF", order[::-1])):
            expected = losses(probability, image, taken, (0.1, 0.5, 0.9))
            assert [found[f"{name} {share}"] for share in (0.1, 0.5, 0.9)] == pytest.approx(expected, abs=1e-5)
            assert found[name] == pytest.approx(area(expected, (0.1, 0.5, 0.9)), abs=1e-5)
        assert found["MoRF − random"] == found["MoRF"] - found["random"]
        assert found["MoRF 0.5"] == pytest.approx(
            probability(image[None])[0] - probability(perturbed(image, order, 0.5)[None])[0], abs=1e-5
        )


def test_the_random_order_is_the_photograph_s_and_the_seed_s(evaluator, photographs, settings):
    random = lambda evaluator, each, own: evaluator(each, ["perturbation"])["perturbation"][own]["random 0.5"]
    one, other = photographs[:2]
    assert random(evaluator, one, "saliency") == random(evaluator, one, "guided") != random(evaluator, other, "guided")
    again = Evaluator(subjects.published(), ["guided"], settings)
    assert random(again, one, "guided") == random(evaluator, one, "guided")


def test_a_map_of_zeros_has_no_numbers_but_none(evaluator, one, monkeypatch):
    """Counted, never NaN."""
    monkeypatch.setitem(METHODS, "saliency", lambda network, inputs, targets: np.zeros_like(inputs))
    found = evaluator(one, ["pointing", "boundary", "classes", "cascade"], LEFT)
    assert all(value is None for each in found.values() for value in each["saliency"].values())


def test_methods_have_settings_and_names_of_one_s_own(one, settings):
    """As ablations ask for: one method twice, with other settings."""
    own = {"all": Asked("saliency"), "sizes": Asked("saliency", channels="sum-absolute")}
    found = Evaluator(subjects.published(), own, settings)(one, ["boundary"])["boundary"]
    target = Evaluator(subjects.published(), own, settings).prediction(one)["class"]
    map = METHODS["saliency"](subjects.network(), given(one), target)[0]
    assert found["all"]["share"] == pytest.approx(boundary_share(map.sum(axis=0), 4), abs=1e-5)
    assert found["sizes"]["share"] == pytest.approx(boundary_share(np.abs(map), 4), abs=1e-5)


def test_a_rule_that_leaves_activations_as_they_are_is_refused():
    with pytest.raises(InputError, match="guided act"):
        Evaluator(subjects.smooth(), ["guided"])
    assert isinstance(Explainer(subjects.smooth(), Request(methods=("saliency",), untrained=0)), Explainer)


def test_the_keys_of_a_cascade_are_sorted_by_likeness_and_order(evaluator, one):
    keys = evaluator(one, ["cascade"])["cascade"]["guided"]
    assert {key: [stage for stage, _ in each] for key, each in cascade_keys(keys).items()} == {
        (likeness, order): ["7", "0"]
        for likeness in ("cosine", "rank correlation", "SSIM")
        for order in ("top_down", "independent")
    }

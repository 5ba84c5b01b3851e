"""Mosaics: who is in them, and what is measured of them."""

from dataclasses import replace

import numpy as np
import pytest
from support import subjects

from sims.data.photographs import Photograph
from sims.evaluate import grid
from sims.evaluate.settings import Asked, Settings
from theory.layers import AveragePool2d, Conv2d, Flatten, Linear, ReLU
from theory.networks import Sequential


def predictions(classes, confidence=0.9, correct=None):
    return {f"{n}": {"class": k, "confidence": confidence, "correct": correct} for n, k in enumerate(classes)}


@pytest.fixture
def many(tmp_path):
    return [Photograph(f"{number}", tmp_path / f"{number}") for number in range(40)]


def test_every_mosaic_has_four_classes_and_no_photograph_is_in_two(many):
    classes = np.random.default_rng(0).integers(0, 6, 40).tolist()
    found = grid.mosaics(many, predictions(classes), Settings())
    names = [photograph.name for mosaic in found for photograph in mosaic.photographs]
    assert len(found) >= 7 and len(set(names)) == len(names) == 4 * len(found)
    for mosaic in found:
        assert len(set(mosaic.classes)) == 4
        assert [classes[int(photograph.name)] for photograph in mosaic.photographs] == list(mosaic.classes)


def test_only_sure_and_right_predictions_are_taken(many):
    own = predictions(range(40))
    for number in range(8, 40):
        own[f"{number}"] |= {"confidence": 0.4} if number % 2 else {"correct": False}
    found = grid.mosaics(many, own, Settings(confidence=0.5))
    assert sorted(int(each.name) for mosaic in found for each in mosaic.photographs) == list(range(8))


def test_mosaics_are_the_seed_s_and_too_few_classes_make_none(many):
    own = predictions(range(40))
    names = lambda seed: [mosaic.name for mosaic in grid.mosaics(many, own, Settings(seed=seed))]
    assert names(1) == names(1) != names(2)
    assert grid.mosaics(many, predictions([0, 1, 2] * 13 + [0]), Settings()) == []


def test_a_method_that_knows_the_class_points_into_its_quadrant():
    """A network whose class k is the mean of channel k: its gradient × input is that channel, everywhere it is lit."""
    network = Sequential([Conv2d(np.eye(4)[:, :, None, None]), ReLU(), AveragePool2d(), Flatten(), Linear(np.eye(4))])
    images = np.zeros((4, 4, 6, 8))
    for number in range(4):
        images[number, number] = 1.0
    knows = grid.numbers(images, (0, 1, 2, 3), Asked("gradient-x-input"), network, whole=True)
    wrong = grid.numbers(images, (1, 0, 3, 2), Asked("gradient-x-input"), network, whole=True)
    blind = grid.numbers(np.ones_like(images), (0, 1, 2, 3), Asked("saliency"), network, whole=True)
    half = grid.numbers(images, (0, 1, 2, 3), Asked("gradient-x-input"), network, whole=False)
    assert (knows["energy"], wrong["energy"], half["energy"]) == (1.0, 0.0, 1.0)
    assert blind["energy"] == pytest.approx(0.25)
    nothing = grid.numbers(0 * images, (0, 1, 2, 3), Asked("gradient-x-input"), network, whole=True)
    assert nothing == {"energy": None, "maps without": 4}


def test_halves_are_means_over_two_by_two_pixels():
    image = np.arange(30, dtype=np.float32).reshape(1, 5, 6)
    found = grid.halves(image)
    assert found.tolist() == [[[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]]] and found.dtype == image.dtype


def test_whether_a_network_takes_mosaics_of_whole_photographs():
    fixed = Sequential([Flatten(), Linear(np.ones((5, 3 * 24 * 24)))])
    assert grid.takes_mosaics(subjects.published())
    assert not grid.takes_mosaics(replace(subjects.published(), network=fixed))

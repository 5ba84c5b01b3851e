"""Targets as they are typed."""

import numpy as np
import pytest
from support import subjects

from sims.explain.targets import targets_of
from sims.system.errors import InputError

LOGITS = np.array([0.1, 3.0, 2.0, -1.0, 2.5])
INPUTS = np.random.default_rng(0).standard_normal((1, 3, 24, 24)).astype(np.float32)


def meant(*words):
    return [
        (each.place, each.rival) for each in targets_of(words, subjects.network(), INPUTS, LOGITS, subjects.CLASSES)
    ]


@pytest.mark.parametrize(
    "word, found",
    [
        ("3", [(3, 1)]),
        ("top1", [(1, 4)]),
        ("top3", [(1, 4), (4, 1), (2, 1)]),
        ("tabby", [(0, 1)]),
        ("Tabby Cat", [(0, 1)]),
        ("goldfish", [(3, 1)]),
        ("persian", [(2, 1)]),
        ("tiger cat", [(1, 4)]),
    ],
)
def test_a_class_is_its_number_its_name_or_the_most_probable(word, found):
    assert meant(word) == found


def test_a_class_that_is_meant_twice_is_shown_once():
    assert meant("top2", "tench", "1") == [(1, 4), (4, 1)]


@pytest.mark.parametrize(
    "word, complaint",
    [
        ("5", "the classes 0 to 4"),
        ("-1", "no class '-1'"),
        ("top0", "top1 to top5"),
        ("top6", "top1 to top5"),
        ("cat", "3 classes: tabby .0., tiger cat .1., Persian cat .2.; give a number"),
        ("goldfihs", "did you mean goldfish"),
        ("xyzzy", "accepted: a class by number"),
        ("9" * 5000, "no class"),
        ("top" + "9" * 5000, "no class"),
        ("3:" + "9" * 5000, "LAYER:CHANNEL"),
        ("3:", "LAYER:CHANNEL"),
        ("3:1,2", "LAYER:CHANNEL"),
        ("conv:1", "no node 'conv'"),
        ("3:8", "outputs of the shape"),
        ("3:1,12,0", "outputs of the shape"),
        ("6:1,0,0", "outputs of the shape"),
    ],
)
def test_what_is_no_target_is_refused(word, complaint):
    with pytest.raises(InputError, match=complaint):
        meant(word)


def test_a_class_may_have_a_colon_in_its_name():
    classes = (*subjects.CLASSES[:4], "3:1")
    [found] = targets_of(["3:1"], subjects.network(), INPUTS, LOGITS, classes)
    assert (found.at, found.place) == (None, 4)


def test_a_neuron_behind_the_maps_is_a_unit_too():
    [(place, rival)] = meant("6:3")
    outputs = subjects.network().forward(INPUTS, until="6").output[0]
    assert place == 3 and outputs[rival] == np.delete(outputs, 3).max()

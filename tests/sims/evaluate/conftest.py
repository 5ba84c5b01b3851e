"""A small network with a folder of small photographs."""

import pytest
from PIL import Image
from support import subjects

from sims.data.photographs import Photograph, Photographs
from sims.evaluate.evaluator import Evaluator
from sims.evaluate.settings import Settings

SMALL = dict(width=4, window=3, stages=2, draws=2, confidence=0.0, shares=(0.1, 0.5, 0.9))


@pytest.fixture
def settings():
    return Settings(**SMALL)


@pytest.fixture
def photographs(tmp_path):
    """Six photographs, the first five of which have labels."""
    (tmp_path / "photographs").mkdir()
    found = []
    for number in range(6):
        path = tmp_path / "photographs" / f"{number}.png"
        Image.fromarray(subjects.picture(number)).save(path)
        found.append(Photograph(path.name, path, number if number < 5 else None))
    return Photographs(found)


@pytest.fixture
def evaluator(settings):
    return Evaluator(subjects.published(), ("saliency", "guided"), settings)

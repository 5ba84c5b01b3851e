"""What tests of the command line share."""

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def picture(tmp_path):
    """A picture that nobody prepared."""
    path = tmp_path / "holiday.jpg"
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (50, 70, 3), dtype=np.uint8)).resize((90, 60)).save(path)
    return str(path)


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty folder to stand in."""
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder

"""What tests of hostile files share: a refusal of one line, for which little memory was taken."""

import tracemalloc

import numpy as np
import pytest

from sims.networks.weights import load
from sims.system.errors import InputError
from support.pth_files import FORMS

ONES = np.ones((2, 3), np.float32)
SPARE = 2**20  # bytes that any reading may take beside its file
form = pytest.mark.parametrize("form", FORMS)


def refused(path, message=None, times=20):
    """Loading ends with an InputError of one line, and took little memory."""
    with pytest.raises(InputError, match=message) as problem:
        frugal(path, times)
    assert "\n" not in str(problem.value) and len(str(problem.value)) < 400 + len(str(path))


def frugal(path, times=20):
    """The tensors of a file, for which little memory was taken."""
    tracemalloc.start()
    try:
        return load(path)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < times * path.stat().st_size + SPARE

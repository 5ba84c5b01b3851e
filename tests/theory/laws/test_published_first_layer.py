"""VGG-16's published first layer under random layers: skipped where its weights are not."""

import os
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from theory.laws import random_above
from theory.layers import Conv2d, Flatten, Linear, ReLU
from theory.networks import Sequential

FOLDER = "GBP_NETWORKS"  # of the environment: a folder with vgg16_features.safetensors
FILE = Path(os.environ.get(FOLDER, "")) / "vgg16_features.safetensors"
DRAWS, FILTERS, SIDE = 300, 64, 12


@pytest.mark.skipif(not FILE.is_file(), reason=f"{FOLDER} names no folder with {FILE.name}")
@pytest.mark.parametrize("rule", ["guided", "deconvnet"])
def test_its_mean_picture_is_the_law_s(rule):
    tensors = load_file(FILE)
    weight, bias = (next(array for name, array in tensors.items() if array.ndim == n) for n in (4, 1))
    assert weight.shape == (64, 3, 3, 3)
    rng = np.random.default_rng(5)
    x = np.cumsum(rng.standard_normal((3, SIDE, SIDE)), axis=2) / 3
    first = Sequential([Conv2d(weight.astype(float), bias.astype(float), padding=1), ReLU()]).forward(x[None])
    law = random_above.mean(x, weight, rule, bias, padding=1, above=FILTERS, above_padding=1)
    along = np.empty(DRAWS)
    for n in range(DRAWS):
        above = [Conv2d(rng.standard_normal((FILTERS, 64, 3, 3)), padding=1), ReLU(), Flatten()]
        readout = Linear(rng.standard_normal((1, FILTERS * SIDE**2)))
        signal = Sequential([*above, readout]).attribute(first.output, 0, rule)
        along[n] = (first.backward(signal, rule)[0] * law).sum() / (law**2).sum()
    error = along.std() / np.sqrt(DRAWS)
    assert abs(along.mean() - 1) < 5 * error + 1 / FILTERS and error < 0.05

"""What claims on trained networks are given in tests: packaged photographs, and random tensors in VGG-16's place."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from safetensors.numpy import save_file

from sims.data.photographs import Photographs, packaged
from sims.ensembles import initialise
from sims.random import stream
from sims.trained.given import Given
from theory.networks import vgg16_shapes

KEPT = TemporaryDirectory()  # of this process
PHOTOGRAPHS, SIDE = 2, 32
MADE_UP = 652, 0  # "military uniform", which is right of the first one
DARK = 100  # of a byte's 256


@cache
def features():
    """A file of VGG-16's 13 convolutions, of random weights, whose first layer sees nothing where contrast is low."""
    shapes = {name: shape for name, shape in vgg16_shapes(size=SIDE).items() if name.startswith("features")}
    path = Path(KEPT.name, "features.safetensors")
    tensors = initialise.draw(shapes, "he", rng=stream(0, "tests", "features"))
    save_file(tensors | {"features.0.bias": tensors["features.0.bias"] - DARK}, path)
    return path


def given(photographs=PHOTOGRAPHS, labelled=False):
    """As many photographs that ship with packages, of classes that are made up if they are labelled, and that file."""
    found = packaged()[:photographs]
    if labelled:
        found = Photographs(replace(each, label=MADE_UP[n % 2]) for n, each in enumerate(found))
    return Given(found, str(features()), "caffe-rgb")

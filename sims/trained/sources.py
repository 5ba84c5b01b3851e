"""What a Study on trained networks is made with, opened; its result says which pictures and weights they were."""

from dataclasses import replace

from sims.data.photographs import Photographs, packaged
from sims.networks import preprocess, published, weights
from sims.networks.preprocess import PRESETS
from sims.random import stream
from sims.trained.given import VGG16


def photographs(study):
    """As many of the photographs that are given as the setting `photographs` says, the same for every claim of a seed.

    Where there are more, they are drawn without regard to anything but their number.
    """
    given = study.given.photographs
    order = stream(study.result.seed, "photographs").permutation(len(given))
    chosen = Photographs(given[int(n)] for n in sorted(order[: study.settings["photographs"]]))
    study.result.sources["photographs"] = {"number": len(chosen), "digest": chosen.digest}
    return chosen


def vgg16(study):
    """The tensors of VGG-16 in the file that is given, and the Preprocess of `side` pixels that goes with them."""
    path = study.given.weights
    study.result.sources.setdefault("weights", {})[VGG16] = weights.digest(path)
    return weights.load(path), replace(PRESETS[study.given.preprocess], size=study.settings["side"])


def network(study, name):
    """A published network of a package."""
    found = published.load(name)
    study.result.sources.setdefault("weights", {})[name] = found.digest
    return found


def shown(photograph, prepare):
    """What a network is given of a photograph, (C, H, W) in float32."""
    return prepare(preprocess.read(photograph.path, prepare.size))


def example(prepare):
    """The same of the photograph that ships with Matplotlib, which figures may show."""
    return shown(packaged()[0], prepare)

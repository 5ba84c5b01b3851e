"""Lemma 1: the unified sum Σ_j D_jᵀ Σ_i h(V_ij) w̃_ij is the layer-by-layer backward pass."""

import numpy as np

from sims.evidence.verdict import HOLDS
from sims.study.claim import Check, Claim, Control, Setting
from sims.system.needs import Needs
from theory.geometry.patches import extract, fold
from theory.networks import three_layer_cnn
from theory.rules import RULES

# name: image (C, H, W), kernel, stride, padding
PLACES = {"1-D": ((1, 1, 60), (1, 7), (1, 2), 0), "2-D": ((3, 17, 14), (5, 4), (2, 1), (1, 2))}


def run(study):
    filters = study.settings["filters"]
    for place, (shape, kernel, stride, padding) in PLACES.items():
        rng = study.rng(place)
        image = rng.standard_normal(shape)
        weights = rng.standard_normal((filters, shape[0], *kernel))
        patches = extract(image, kernel, stride, padding)
        readout = rng.standard_normal((1, filters, len(patches)))
        network = three_layer_cnn(weights, readout, stride, padding)
        for name in RULES:
            back = network.attribute(image[None], 0, name)[0]
            sums = [
                fold(unified(weights, readout[0], patches, name, masked), shape, kernel, stride, padding)
                for masked in (True, False)
            ]
            # a pixel adds at most `terms` products, each rounded a few times; relative to the root mean square
            terms = filters * patches.shape[1]
            study.exact(
                Check(
                    f"{name}-{place}",
                    f"largest difference of the two, {name}, {place}",
                    None,
                    8 * np.finfo(float).eps * np.sqrt(terms),
                    control(name),
                    HOLDS,
                    exact=0.0,
                    printed=0.0,
                ),
                difference(sums[0], back),
                difference(sums[1], back),
            )


def unified(weights, readout, patches, rule, intact):
    """Σ_i h(V_ij) w̃_ij for every patch j, (J, p), summed filter by filter; not `intact`: with the wrong mask."""
    h = (lambda t: t) if rule == "saliency" else (lambda t: max(t, 0.0))
    always = (rule == "deconvnet") == intact
    total = np.zeros_like(patches)
    for w, v in zip(weights.reshape(len(weights), -1), readout):
        for j, y in enumerate(patches):
            if always or w @ y > 0:
                total[j] += h(v[j]) * w
    return total


def control(rule):
    """What the wrong twin does."""
    return Control("a forward mask that DeconvNet does not have" if rule == "deconvnet" else "the forward mask dropped")


def difference(a, b):
    """The largest difference, relative to the root mean square of b."""
    return np.max(np.abs(a - b)) / np.sqrt(np.mean(b**2))


def needs(settings, shape, budget):
    return Needs(2**10 * settings["filters"], settings["filters"])


CLAIM = Claim(
    id="lemma1",
    title="Lemma 1: the unified form",
    source="Nie et al. 2018, Lemma 1; TR-GBP, Eq. 6",
    statement="The three pictures are one sum over filters and patches, Σ_j D_jᵀ Σ_i h(V_ij) w̃_ij.",
    printed="an identity, up to Z_k",
    exact="an identity, to machine precision (Z_k = 1)",
    run=run,
    needs=needs,
    seconds=1,
    settings=(Setting("filters", 16, "number of filters N"),),
)

"""Lemma 1: the unified sum Σ_j D_jᵀ Σ_i h(V_ij) w̃_ij is the layer-by-layer backward pass."""

import numpy as np

from sims.evidence.defects import instead
from sims.study.claim import Claim, Setting
from sims.study.rows import Reading, Twin
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
                for masked in (True, not instead(True, False))
            ]
            # a pixel adds at most `terms` products, each rounded a few times; relative to the root mean square
            terms = filters * patches.shape[1]
            row = Reading(
                name=f"{name}-{place}",
                reading="identity",
                what=f"largest difference of the sum and the backward pass, {name}, {place}",
                value=0.0,
                margin=8 * np.finfo(float).eps * np.sqrt(terms),
                law=0.0,
                twin=Twin(wrong_mask(name)),
            )
            study.exact(row, *(difference(each, back) for each in sums))


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


def wrong_mask(rule):
    """What the twin does."""
    return "a forward mask that DeconvNet does not have" if rule == "deconvnet" else "the forward mask dropped"


def difference(a, b):
    """The largest difference, relative to the root mean square of b."""
    return np.max(np.abs(a - b)) / np.sqrt(np.mean(b**2))


def needs(settings, shape, budget):
    return Needs(2**10 * settings["filters"], settings["filters"])


CLAIM = Claim(
    id="lemma1",
    title="Lemma 1: the unified form",
    source="Nie et al. 2018, Lemma 1 (A:117–132); TR-GBP, Eq. 6 (T:80)",
    statement="“s_k(x) = (1/Z_k) Σ_j D_jᵀ Σ_i h(V_q,k) w̃^(i,j)”, w̃ by rule.",
    readings={"identity": "at Z_k = 1 the sum is the layer-by-layer backward pass, to rounding, under every rule"},
    printed="an identity, up to Z_k",
    exact="an identity, to machine precision (Z_k = 1)",
    said="All three pictures are one sum over patches and filters, with one function by rule.",
    true="The one sum is every rule's backward pass, to rounding.",
    meaning="What follows for one rule can be read off for the others.",
    headline="guided-2-D",
    decides=("saliency-2-D", "deconvnet-2-D", "guided-2-D"),
    run=run,
    needs=needs,
    seconds=1,
    settings=(Setting("filters", 16, "number of filters N"),),
)

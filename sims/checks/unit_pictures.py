"""The picture of a unit of the first layer: its filter where it belongs, and how much of its patch that shows."""

from functools import partial

import numpy as np

from sims.data.images import reduced
from sims.ensembles import units
from sims.ensembles.stacks import activations
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.study.rows import Law, Twin
from sims.study.study import Experiment
from theory.geometry.patches import extract, fold
from theory.laws.weights import strongest_cosine
from theory.metrics.similarity import cosine
from theory.rules import RULES, Rule, Switch

KERNEL, STRIDE, FILTERS = 7, 2, 256  # the printed three-layer network
PART = 0.01  # of a cosine of a unit and its patch


def filters_themselves(study):
    """First layer: the picture of unit (i, j) is D_jᵀw_i 1(w_iᵀy_j > 0), and under DeconvNet D_jᵀw_i, y_j or no y_j."""
    network = ThreeLayer(reduced(study.image, 16), KERNEL, STRIDE, filters=16, dtype=np.float64)
    drawn = network.draw(study.rng("filters"))
    for name, rule in RULES.items():
        leaky = Rule(f"half masked {name}", rule.h, Switch(instead(0.5, rule.g.leak)))
        found = [_largest_difference(drawn, network, name, each) for each in (rule, leaky)]
        what = f"largest difference of a first-layer unit's picture and its filter where it belongs, {name}"
        twin = Twin("a forward mask that lets a half through")
        study.exact(Law(name=f"filter-{name}", what=what, value=0.0, margin=8 * np.finfo(float).eps, twin=twin), *found)


def _largest_difference(drawn, network, name, rule):
    """Over all units of one column of places, the filters' deviation being 1."""
    filters, patches = drawn.layers[0].weight, extract(**network.geometry)
    places = [(i, row, 1) for i in range(len(filters)) for row in range(network.windows.rows)]
    pictures = drawn.attribute(network.image[None], targets=places, rule=rule, at=activations(drawn)[0])[:, 0]
    worst = 0.0
    for (i, row, column), picture in zip(places, pictures):
        alone, j = np.zeros_like(patches), row * network.windows.columns + column
        alone[j] = filters[i].ravel() * (name == "deconvnet" or filters[i].ravel() @ patches[j] > 0)
        worst = max(worst, np.abs(picture - fold(alone, network.image.shape, KERNEL, STRIDE)).max())
    return worst / network.scale


def their_patches(study):
    """How much of its patch the picture of a unit shows, even of the one that the patch activates most."""
    network = ThreeLayer(reduced(study.image, 32), KERNEL, STRIDE, filters=FILTERS)
    p, margin = KERNEL**2 * len(network.image), study.margin(PART)
    of = lambda which: lambda sums: sums["cosines"][which] / sums["count"]
    what = "E cos of a first-layer unit's picture and its patch, a unit that is active"
    twin = Twin("another that is active", of(instead(0, 1)))
    rows = (
        Law(name="patch-1", what=what, of=of(0), value=strongest_cosine(1, p), margin=margin),
        Law(
            name=f"patch-{FILTERS}",
            what=f"{what} most, of {FILTERS} at its place",
            of=of(1),
            value=strongest_cosine(FILTERS, p),
            margin=margin,
            twin=twin,
        ),
    )
    study.sample(Experiment("patches", partial(_shown_of_patch, network), 1200, rows))


def _shown_of_patch(network, rng, trials):
    cosines = [
        [cosine(each, patch) for each in pictures] for pictures, patch in units.in_the_middle(network, rng, trials)
    ]
    return Sums(count=trials, cosines=np.sum(cosines, axis=0))

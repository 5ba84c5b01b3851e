"""The picture of one hidden unit: in the first layer its filter, and far up whatever any other unit shows."""

from functools import partial

import numpy as np

from sims.data.images import at_least, reduced
from sims.ensembles import needs as takes
from sims.ensembles import units
from sims.ensembles.stacks import Stack, activations
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.study.claim import LAYERS, MOST_NEURONS, Claim, Setting
from sims.study.rows import LIMIT, Law, Twin
from sims.study.study import Experiment
from theory.geometry.patches import extract, fold
from theory.laws import depth
from theory.laws.weights import strongest_cosine
from theory.metrics.similarity import cosine
from theory.rules import RULES, Rule, Switch

KERNEL, STRIDE, FILTERS = 7, 2, 256  # the printed three-layer network
# an active unit's weights lean towards the activations below, by 0.8 deviations in one of so many directions
WIDE = Setting("width", 1024, "neurons per layer; the laws are those of wide layers", least=512, most=MOST_NEURONS)
PART, SIMILARITY = 0.01, 0.03  # of cosines: of a unit and its patch, and of two pictures side by side


def run(study):
    at_least(study.image, 32)
    filters_themselves(study)
    their_patches(study)
    units_alike(study)


def filters_themselves(study):
    """First layer: the picture of unit (i, j) is D_jᵀw_i 1(w_iᵀy_j > 0), and under DeconvNet D_jᵀw_i, y_j or no y_j."""
    network = ThreeLayer(reduced(study.image, 16), KERNEL, STRIDE, filters=16, dtype=np.float64)
    drawn = network.draw(study.rng("filters"))
    for name, rule in RULES.items():
        leaky = Rule(f"half masked {name}", rule.h, Switch(instead(0.5, rule.g.leak)))
        found = [largest_difference(drawn, network, name, each) for each in (rule, leaky)]
        what = f"largest difference of a first-layer unit's picture and its filter where it belongs, {name}"
        twin = Twin("a forward mask that lets a half through")
        study.exact(Law(name=f"filter-{name}", what=what, value=0.0, margin=8 * np.finfo(float).eps, twin=twin), *found)


def largest_difference(drawn, network, name, rule):
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
    study.sample(Experiment("patches", partial(shown_of_patch, network), 1200, rows))


def shown_of_patch(network, rng, trials):
    cosines = [
        [cosine(each, patch) for each in pictures] for pictures, patch in units.in_the_middle(network, rng, trials)
    ]
    return Sums(count=trials, cosines=np.sum(cosines, axis=0))


def units_alike(study):
    """Two units of a high layer are as alike as two logits."""
    crossed = sorted(study.settings["layers"])
    stack = Stack(reduced(study.image, 8), study.settings["width"], crossed[-1] + 2)
    rows = [
        Law(
            name=f"units-{rule}-{layers}",
            what=f"E cos of the signals of two units, {rule}, {layers} ReLU layers below",
            of=partial(alike, rule, layers),
            value=depth.class_similarity(rule, layers),
            margin=study.margin(SIMILARITY),
            tag=LIMIT,
            twin=Twin("saliency in its place", partial(alike, instead("saliency", rule), layers)),
        )
        for rule in ("guided", "deconvnet")
        for layers in crossed
    ]
    study.sample(Experiment("units", partial(two_units, stack, crossed), 5e4 / stack.width, tuple(rows)))


def alike(rule, layers, sums):
    return sums[rule][layers] / sums["count"]


def two_units(stack, crossed, rng, trials):
    """Sums of the cosines of the signals of two units, by rule and layers crossed."""
    found = Sums(count=trials, **{rule: Sums(dict.fromkeys(crossed, 0.0)) for rule in RULES})
    for signals in units.pairs(stack, rng, trials):
        for rule in RULES:
            for layers in crossed:
                found[rule][layers] += cosine(*signals[rule][layers])
    return found


def needs(settings, shape, budget):
    inputs, layers = np.prod(takes.reduced(shape, 8)), max(settings["layers"]) + 2
    return takes.stack(inputs, settings["width"], layers, 6) * budget.trials(5e4 / settings["width"])


CLAIM = Claim(
    id="single_unit",
    title="The picture of one hidden unit",
    source="notes on guided backpropagation, on DeconvNet (G:27)",
    statement="“Typically, a single neuron is left non-zero in the high level feature map. Then the resulting "
    "reconstructed image shows the part of the input image that is most strongly activating this neuron”: of trained "
    "networks; what does it show in random ones?",
    premise="random networks without biases: three layers, 7×7, stride 2, and dense stacks",
    printed="the part of the image that activates the unit",
    exact="in the first layer the unit's filter, whose cosine with its patch is 0.07, and 0.23 for the most active of "
    "256; many layers up, whatever any other unit there shows: two units are as alike as two logits",
    run=run,
    needs=needs,
    seconds=20,
    settings=(
        WIDE,
        LAYERS,
    ),
)

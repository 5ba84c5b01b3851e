"""The picture of one hidden unit: in the first layer its filter, and far up whatever any other unit shows."""

from functools import partial

import numpy as np

from sims.checks import unit_pictures
from sims.data.images import at_least, reduced
from sims.ensembles import needs as takes
from sims.ensembles import units
from sims.ensembles.stacks import Stack
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.study.claim import LAYERS, MOST_NEURONS, Claim, Setting
from sims.study.rows import LIMIT, Law, Twin
from sims.study.study import Experiment
from theory.laws import depth
from theory.metrics.similarity import cosine
from theory.rules import RULES

# an active unit's weights lean towards the activations below, by 0.8 deviations in one of so many directions
WIDE = Setting("width", 1024, "neurons per layer; the laws are those of wide layers", least=512, most=MOST_NEURONS)
SIMILARITY = 0.03  # of a cosine of two pictures side by side


def run(study):
    at_least(study.image, 32)
    unit_pictures.filters_themselves(study)
    unit_pictures.their_patches(study)
    units_alike(study)


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
    said="Not printed for random networks: the picture of one unit shows what activates it.",
    true="In the first layer a unit's picture is its filter; many layers up, what any other unit shows.",
    meaning="Before training the picture of a feature says nothing of the feature.",
    headline="units-guided-8",
    decides=("filter-guided", "patch-1", "patch-256", "units-guided-1", "units-guided-8"),
    run=run,
    needs=needs,
    seconds=20,
    settings=(
        WIDE,
        LAYERS,
    ),
)

"""Proposition 1, its Gaussian part: how far from normal an entry of the backward signal is, over width and depth."""

from functools import partial
from math import prod

import numpy as np

from sims.checks import shape_curves as curves
from sims.checks import shapes
from sims.data.images import at_least, corner
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack
from sims.evidence.defects import instead
from sims.evidence.entry_sums import at, chunk, distance, excess_kurtosis, itself, read_off, wider
from sims.evidence.verdict import HOLDS, INCONCLUSIVE
from sims.study.claim import MOST_CHANNELS, MOST_LAYERS, MOST_NEURONS, Claim, Setting
from sims.study.common import relu_layers
from sims.study.rows import AT_MOST, Reading, Twin
from sims.study.study import Experiment
from theory.rules import RULES

NEAR, NEARER, TAILED = 0.05, 0.03, 0.2  # the readings: a uniform law is 0.057 from its own normal, Laplace's 0.062
SCOPE = 64, 512  # VGG's widths
CLOSE = "nearer-width-64"  # 0.034: no budget here tells it from 0.03
CROSSED = 4  # ReLU layers, where width varies
SIDE = 10  # pixels of the input of convolutional stacks


def run(study):
    widths, layers, channels = (sorted(set(study.settings[name])) for name in ("widths", "layers", "channels"))
    at_least(study.image, 2 * CROSSED + 1)
    image = corner(study.image, 8)
    by_width = {}
    for n in widths:
        stack, trials = Stack(image, n, CROSSED + 1, logits=1), np.clip(1.2e8 / n**2, 300, 2e4)
        by_width[n] = dense(study, f"width-{n}", stack, (1, CROSSED), [CROSSED], trials)
    stack = Stack(image, study.settings["width"], layers[-1] + 1, logits=1)
    deep = dense(study, f"depth-{stack.width}", stack, layers, layers, 1.6e4)
    shapes.few(study, deep, layers, stack.width)
    convolved = [Stack(corner(study.image, SIDE), n, CROSSED + 1, kernel=3, logits=1) for n in channels]
    planes = {each.width: shapes.convolutional(study, each, (1, CROSSED)) for each in convolved}
    shapes.rates(study, planes, CROSSED)
    curves.measured(study, "by_width", "width", [(n, groups, CROSSED) for n, groups in by_width.items()])
    curves.measured(study, "by_depth", "layers", [(n, deep, n) for n in layers])
    curves.measured(study, "by_channels", "channels", [(n, groups, CROSSED) for n, groups in planes.items()])
    curves.laws(study, widths, layers[-1], stack.width, channels, CROSSED)
    curves.quantiles(study, {n: by_width[n] for n in (widths[0], widths[-1])}, CROSSED)


def dense(study, name, stack, levels, crossed, trials):
    """Distance, tails and skewness of an entry below each of the layers `crossed`, of one dense stack; the groups of
    sums.
    """
    rows = []
    for layers in crossed:
        suffix = name + f"-layers-{layers}" * (len(levels) > 2)
        for rule in RULES:
            rows += shapes.of_rule(study, suffix, stack.width, rule, layers, levels)
        if SCOPE[0] <= stack.width <= SCOPE[1]:
            tails = shapes.guided_tails(layers, stack.width)
            rows += as_printed(suffix, f"below {relu_layers(layers)} of {stack.width}", layers, tails)
    return study.sample(Experiment(name, partial(chunk, stack, levels), trials, tuple(rows))).groups


def as_printed(suffix, place, layers, law):
    """Guided's entry is Gaussian, as read."""
    what = f"an entry from its normal law, guided, {place}"
    twin = Twin("a normal law of twice the deviation", read_off(instead(wider, itself), "guided", layers))
    for key, value in (("near", NEAR), ("nearer", NEARER)):
        own = dict(of=at("guided", layers), measure=distance, value=value, side=AT_MOST, twin=twin)
        close = f"{key}-{suffix}" == CLOSE
        own |= dict(expected=INCONCLUSIVE if close else HOLDS, prolongs=not close)
        yield Reading(name=f"{key}-{suffix}", reading=key, what=f"Kolmogorov distance of {what}", **own)
    what = f"excess kurtosis of an entry, guided, {place}"
    of = read_off(excess_kurtosis, "guided", layers)
    yield Reading(name=f"tails-{suffix}", reading="tails", what=what, of=of, value=TAILED, side=AT_MOST, law=law)


def needs(settings, shape, budget):
    deepest, rules, inputs = max(settings["layers"]) + 1, len(RULES), prod(takes.corner(shape, 8))
    dense = lambda n, layers, trials: takes.stack(inputs, n, layers, rules) * budget.trials(trials)
    plane = lambda n: takes.stack(shape[0], n, CROSSED + 1, rules, pixels=SIDE**2)
    parts = [dense(n, CROSSED + 1, np.clip(1.2e8 / n**2, 300, 2e4)) for n in settings["widths"]]
    parts += [plane(n) * budget.trials(2e5 / n) for n in settings["channels"]]
    return sum(parts, dense(settings["width"], deepest, 1.6e4))


CLAIM = Claim(
    id="gaussian_shape",
    title="Proposition 1: Gaussian shape",
    source="TR-GBP, Proposition 1 (T:92)",
    statement="“For a random deep CNN where weights are i.i.d. Gaussians with zero mean, we can also approximate every "
    "entry of Ṽ as i.i.d. Gaussian with zero mean”: Gaussian.",
    premise="guided backpropagation, dense stacks of VGG's widths, 64 and 256, to 12 layers, over the weights",
    readings={
        "near": "the Kolmogorov distance from the normal law is 0.05 or less: nearer than a uniform law's",
        "nearer": "0.03 or less",
        "tails": "an excess kurtosis of 0.2 or less",
    },
    printed="a Gaussian entry",
    exact="saliency, DeconvNet: normal times √(Q₁⋯Q_l), Q = (2/n)χ²_K, K ~ Bin(n, ½): distance about 0.34 l/n, excess "
    "kurtosis 3((1 + 5/n)^l − 1); guided keeps 0.0066 and 0.055 in the widest layers, and has 33.7/n more below one "
    "layer and about 3 Σ v/n over its squared variance more below others, v = 11, 7.7, 6.9, …",
    said="The entries of guided backpropagation's signal are Gaussian.",
    true="Nearly at VGG's widths; the distance grows with the depth over the width.",
    meaning="Wide layers behave as the theory assumes.",
    headline="near-width-64",
    decides=(
        "near-width-64",
        "near-width-256",
        "near-depth-256-layers-12",
        "tails-width-64",
        "tails-depth-256-layers-12",
    ),
    run=run,
    needs=needs,
    seconds=110,
    settings=(
        Setting("widths", (16, 64, 256, 1024), "neurons per layer, where width varies", least=16, most=MOST_NEURONS),
        Setting("layers", (1, 4, 12), "numbers of ReLU layers crossed, where depth varies", most=MOST_LAYERS),
        Setting("width", 256, "neurons per layer, where depth varies", least=16, most=MOST_NEURONS),
        Setting(
            "channels",
            (24, 96),
            "channels of the convolutional stacks; their law is one of many, 16 or more",
            least=16,
            most=MOST_CHANNELS,
        ),
    ),
)

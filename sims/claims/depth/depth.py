"""Depth: is a mean zero? The mean-field laws against wide random stacks, and how finite widths come to them."""

from functools import partial
from math import prod

from sims.checks import wide_stacks
from sims.checks.wide_stacks import NARROW, NETWORKS
from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack
from sims.evidence import signal_sums
from sims.study.claim import LAYERS, WIDTH, Claim
from sims.study.common import relu_layers
from sims.study.rows import AT_MOST, Reading
from sims.study.study import Experiment
from theory.laws import depth
from theory.rules import RULES

TENTH, STRICT = 0.1, 0.05  # of the second moment, as read; of the deviation, as read strictly
CHANNELS = 32  # of the convolutional stack
SIDE = 32  # pixels of the input whose noise-to-signal is measured


def run(study):
    width, crossed = study.settings["width"], sorted(set(study.settings["layers"]))
    small = reduced(study.image, 8)
    levels(study, Stack(small, width, max(crossed) + 1), crossed)
    convolved = Stack(reduced(study.image, 12), CHANNELS, min(4, max(crossed)) + 1, kernel=3)
    wide_stacks.convolutions(study, convolved, [layers for layers in crossed if layers < convolved.layers])
    for layers in crossed:
        wide_stacks.at_the_input(study, Stack(reduced(study.image, SIDE), width, layers, logits=1))
    wide_stacks.finite_width(study, small, crossed[len(crossed) // 2])
    curves(study, max(crossed))


def levels(study, stack, crossed):
    """r, mean over deviation and class similarity below so many ReLU layers, all in the same networks."""
    rows = [row for layers in crossed for row in (*zero_mean(layers), *wide_stacks.level(study, layers))]
    study.sample(Experiment("levels", partial(signal_sums.chunk, stack), 8e5 / stack.width, tuple(rows)))
    for quantity in ("recovery", "mean", *(f"similarity-{rule}" for rule in RULES)):
        names = [f"{quantity}-{layers}" for layers in crossed]
        r = [depth.recovery_ratio(layers) for layers in crossed]  # itself, though its row is relative
        found = study.columns(names, "estimate", "low", "high", "law", by=r if quantity == "recovery" else 1.0)
        study.table(quantity, layers=crossed, **found)


def zero_mean(layers):
    """The statement, of guided backpropagation alone."""
    law, place = depth.mean_to_sd(layers), f"of guided's entries below {relu_layers(layers)}"
    what, of = f"squared mean over second moment {place}", signal_sums.held("guided", layers)
    own = dict(reading="tenth", value=TENTH, side=AT_MOST, law=law**2 / (1 + law**2))
    yield Reading(name=f"held-{layers}", what=what, of=of, **own)
    what, of = f"mean over standard deviation {place}", signal_sums.mean_to_sd("guided", layers)
    own = dict(reading="strict", value=STRICT, side=AT_MOST, law=law)
    yield Reading(name=f"deviations-{layers}", what=what, of=of, **own)


def curves(study, deepest):
    """The laws, layer by layer."""
    layers = list(range(deepest + 1))
    study.table(
        "laws",
        layers=layers,
        recovery=[depth.recovery_ratio(n) for n in layers],
        mean=[depth.mean_to_sd(n) for n in layers],
        **{f"similarity-{rule}": [depth.class_similarity(rule, n) for n in layers] for rule in RULES},
    )


def needs(settings, shape, budget):
    width, crossed = settings["width"], settings["layers"]
    inputs, picture, rules = prod(takes.reduced(shape, 8)), prod(takes.reduced(shape, SIDE)), len(RULES)
    pictures = (takes.stack(picture, width, layers) * budget.trials(3e5 / width) for layers in crossed)
    levels = takes.stack(inputs, width, max(crossed) + 1, 2 * rules, 2) * budget.trials(8e5 / width)
    narrow = takes.stack(inputs, NARROW[-1], max(crossed), 2, 2) * 2 * budget.trials(NETWORKS)
    return sum(pictures, levels + narrow)


CLAIM = Claim(
    id="depth",
    title="Depth: zero mean, and the mean-field laws",
    source="TR-GBP, Proposition 1 (T:92)",
    statement="“For a random deep CNN where weights are i.i.d. Gaussians with zero mean, we can also approximate every "
    "entry of Ṽ as i.i.d. Gaussian with zero mean”: the zero mean.",
    premise="guided backpropagation, dense ReLU stacks, over the weights",
    readings={
        "tenth": "the squared mean is at most a tenth of the second moment: what an approximation may leave out",
        "strict": "the mean is at most 0.05 deviations",
    },
    printed="zero mean of guided's signal at the first activations",
    exact="mean over deviation (r/√2π)/√(1 + r²(½ − 1/2π)), 0.17 to 0.27, with r ← √2 E[gφ]/√E[φ²] → 0.724; class "
    "similarity (r²/2 + κ)/(r²/2 + 1) → 1; noise-to-signal at the input 2d/(n r²)",
    said="In a deep network, too, the signals that guided backpropagation hands down have zero mean.",
    true="Nearly: the mean is 0.27 of a deviation at most, 0.07 of the energy, however wide or deep the network.",
    meaning="The deeper the network, the more its guided map is one picture for all classes.",
    headline="held-8",
    decides=(
        "held-1",
        "held-8",
        "deviations-8",
        "similarity-deconvnet-8",
        "similarity-guided-1",
        "similarity-guided-8",
    ),
    run=run,
    needs=needs,
    seconds=45,
    settings=(
        WIDTH,
        LAYERS,
    ),
)

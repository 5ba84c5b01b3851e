"""TR-GBP's pictures of the inputs of ones, in every layer of a random stack: nearly uniform, and weaker at borders."""

from functools import partial

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack, of_ones
from sims.evidence import estimates
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums
from sims.evidence.verdict import HOLDS
from sims.study.claim import Claim
from sims.study.rows import AT_LEAST, AT_MOST, Reading, Twin
from sims.study.study import Experiment
from theory.layers import Activation
from theory.networks import one_hot

CHANNELS, SIDE, LAYERS, BIAS = 16, 16, 4, 0.5  # of the convolutional stack
TRIALS = 4000


def run(study):
    stack = Stack(reduced(study.image, SIDE), CHANNELS, LAYERS, kernel=3, logits=1, bias=BIAS)
    shape, names = stack.image.shape[1:], [f"layer-{n}" for n in range(1, LAYERS + 1)]
    rows = tuple(row for name in names for row in of_layer(name, shape))
    found = study.sample(Experiment("ones", partial(pictures_of_ones, stack, names), TRIALS, rows))
    columns = {key: [found[f"{key}-{name}"] for name in names] for key in ("uniform", "border")}
    study.table("ones", layer=list(range(1, LAYERS + 1)), **columns)


def of_layer(name, shape):
    """Uniform, borders counted, and weaker there than inside."""
    what = f"{name.replace('-', ' ')} of {LAYERS}"
    yield Reading(
        name=f"uniform-{name}",
        reading="uniform",
        what=f"cosine of the mean picture of ones with a constant, {what}",
        of=partial(towards, name, "whole"),
        value=0.95,
        side=AT_LEAST,
        expected=HOLDS,
        twin=Twin("a half of the picture left out", partial(towards, name, "half")),
    )
    yield Reading(
        name=f"border-{name}",
        reading="uniform",
        what=f"edges of the mean picture of ones over its inside, {what}",
        of=partial(edge, name, shape),
        value=1.0,
        side=AT_MOST,
        expected=HOLDS,
    )


def towards(name, part, sums):
    return estimates.close_to(sums[name][part], "constant")


def edge(name, shape, sums):
    """The mean over the outermost pixels less corners, over that inside, of the mean picture."""
    mean = sums[name]["whole"]["total"].reshape(shape)  # the scale drops out
    edges = np.concatenate([mean[0, 1:-1], mean[-1, 1:-1], mean[1:-1, 0], mean[1:-1, -1]])
    return edges.mean() / mean[shape[0] // 4 : -(shape[0] // 4), shape[1] // 4 : -(shape[1] // 4)].mean()


def pictures_of_ones(stack, names, rng, trials):
    """Sums of the guided pictures of ones at every convolution, and of a half of each, along a constant."""
    constant = np.ones((1, *stack.image.shape[1:]))
    first_half = np.arange(constant.shape[-1]) < constant.shape[-1] // 2
    masks = {"whole": 1, "half": instead(first_half, 1)}
    sums = {name: {part: PictureSums(constant=constant) for part in masks} for name in names}
    inputs = stack.image[None].astype(stack.dtype)
    for _ in range(trials):
        network = stack.draw(rng)
        passed = network.forward(inputs)
        below = {node.name: node.inputs[0] for node in network.nodes if isinstance(node.layer, Activation)}
        behind = {name: signal for name, signal, _ in passed.signals(one_hot(0, passed.output), "guided")}
        convolutions = [(behind[name][0], network.node(name).layer) for name in reversed(below.values())]
        for name, (signal, convolution) in zip(reversed(names), convolutions):
            picture = of_ones(signal.astype(np.float64), convolution)
            for part, mask in masks.items():
                sums[name][part].add(picture * mask)
    return Sums({name: Sums({part: each.sums() for part, each in found.items()}) for name, found in sums.items()})


def needs(settings, shape, budget):
    pixels = takes.reduced(shape, SIDE)[1] ** 2
    return takes.stack(shape[0], CHANNELS, LAYERS, 1, pixels=pixels) * budget.trials(TRIALS)


CLAIM = Claim(
    id="ones_by_layer",
    title="TR-GBP: the inputs of ones in every layer",
    source="TR-GBP, section 4.2, answer 2 (T:150–156)",
    statement="“As the middle-layer inputs are feature maps fullfilled with 1, the reconstruction will also be nearly "
    "uniform. … So the reconstruction will produce weaker attributions at the boundaries.”",
    premise=f"a stack of {LAYERS} random 3×3 convolutions of {CHANNELS} channels with Gaussian biases, every layer",
    readings={
        "uniform": "in every layer the mean picture has a cosine of 0.95 or more with a constant, borders counted, and "
        "the mean of the edges is below that of the inside",
    },
    printed="nearly uniform, and weaker at the boundaries",
    exact="measured, layer by layer: the cosine rises and the borders' loss shrinks from the bottom up",
    said="In every layer the input of ones comes back nearly uniform, and weaker at the borders.",
    true="So it does; the more so the deeper the layer.",
    meaning="Bias terms of all layers add coverage to a map.",
    headline="border-layer-1",
    decides=("uniform-layer-1", "uniform-layer-4", "border-layer-1", "border-layer-4"),
    run=run,
    needs=needs,
    seconds=6,
)

"""TR-GBP layer by layer in a random network: where the noise is, what is uniform, and what class means leave."""

from dataclasses import replace
from functools import partial
from math import prod

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack, flat
from sims.evidence import estimates
from sims.evidence.estimates import PictureSums, Sums, total
from sims.evidence.verdict import HOLDS, REFUTED
from sims.study.checks import value_check
from sims.study.claim import LAYERS, WIDTH, Check, Claim, Control
from sims.study.study import Experiment
from theory.geometry.patches import fold, unit
from theory.laws import depth
from theory.layers import Activation, Conv2d
from theory.networks import one_hot

MARGIN = 0.2  # relative, of a ratio of noise-to-signal ratios
LEFT = 0.1  # relative, of the energy that class means leave
SHARE = 0.02  # of the energy that lies along the activations
CLASSES = 5  # TR-GBP subtracts the mean over the top 5
UNIFORM = 0.05  # how far from 1 the cosine of "uniform" may be
BORDER = 0.1  # of an edge over the inside
CHANNELS, SIDE, BIAS = 16, 16, 0.5  # of the convolutional stack
WIDER = 8  # times as many neurons has the top layer, where "the top layer normally has larger N"


def run(study):
    crossed, width = sorted(study.settings["layers"]), study.settings["width"]
    small = reduced(study.image, 8)
    stack = Stack(small, width, crossed[-1] + 1, logits=CLASSES)
    top_over_bottom(study, "equal-widths", stack, crossed)
    top_over_bottom(study, "wide-top", replace(stack, width=(width,) * crossed[-1] + (WIDER * width,)), crossed)
    class_means(study, stack, crossed)
    ones(study, Stack(reduced(study.image, SIDE), CHANNELS, 4, kernel=3, logits=1, bias=BIAS))


def top_over_bottom(study, name, stack, crossed):
    """Noise-to-signal below the first of these ReLU layers over that below the last: printed, less noise at the top."""
    first, last = crossed[0], crossed[-1]
    widths = [stack.width] * stack.layers if isinstance(stack.width, int) else list(stack.width)[::-1]
    law = {layers: depth.recovery_ratio(layers, widths=widths[: layers + 1]) ** 2 / 2 for layers in (first, last)}
    exact = law[last] / law[first]
    check = value_check(
        name,
        f"noise-to-signal {first} ReLU layers from the top over that {last} from it, "
        f"{name.replace('-', ' ')}: printed less",
        lambda sums: sums["held"][last] / sums["held"][first],
        exact,
        study.margin(MARGIN) * exact,
        printed=1.0,
        printed_margin=study.margin(MARGIN),
        printed_side="at most",
    )
    study.sample(Experiment(name, partial(chunk, stack), 2e5 / stack.image.size, (check,)))


def class_means(study, stack, crossed):
    """What subtracting the mean over classes leaves: so much energy, if all have one length, and is it noise?"""
    checks = []
    for layers in crossed:
        law = (1 - 1 / CLASSES) * (1 - depth.class_similarity("guided", layers))
        checks.append(
            value_check(
                f"left-{layers}",
                f"energy of unit signals less their mean over {CLASSES} classes, {layers} ReLU layers, over {law:.4f}",
                partial(of_unit, layers, law),
                1.0,
                study.margin(LEFT),
            )
        )
    for layers, expected in ((crossed[0], HOLDS), (crossed[-1], REFUTED)):
        checks.append(
            Check(
                f"only-noise-{layers}",
                f"part along the activations of the energy left by the class mean, {layers} ReLU layers; noise: 1/n",
                partial(share, "left_along", "left", layers),
                SHARE,
                Control("the signal itself", statistic=partial(share, "along", "whole", layers)),
                expected,
                printed=1 / stack.width,
            )
        )
    study.sample(Experiment("class-means", partial(chunk, stack), 4e5 / stack.width, tuple(checks)))
    rows = {row["name"]: row for row in study.result.rows}
    study.table(
        "left",
        layers=crossed,
        law=[(1 - 1 / CLASSES) * (1 - depth.class_similarity("guided", n)) for n in crossed],
        **{key: [rows[f"left-{n}"][key] for n in crossed] for key in ("estimate", "low", "high")},
    )


def of_unit(layers, law, sums):
    return sums["unit_left"][layers] / sums["count"] / law


def share(part, whole, layers, sums):
    return sums[part][layers] / sums[whole][layers]


def chunk(stack, rng, trials):
    """Sums over networks, by level, of what `level` reads."""
    return total(one(activations, signals["guided"]) for activations, signals in stack.passes(rng, trials, ("guided",)))


def one(activations, signals):
    read = [level(flat(signal), a.ravel()) for signal, a in zip(signals, activations[:-1])]
    return Sums(count=1, **{key: np.array([each[key] for each in read]) for key in read[0]})


def level(signals, activations):
    """Of the signals (K, n) of all classes at one level: means over the classes."""
    a, directions = unit(activations), unit(signals)
    left = signals - signals.mean(axis=0)
    along, whole = ((signals @ a) ** 2).mean(), (signals**2).sum(axis=1).mean()
    return {
        "held": along / (whole - along),
        "along": along,
        "whole": whole,
        "left": (left**2).sum(axis=1).mean(),
        "left_along": ((left @ a) ** 2).mean(),
        "unit_left": ((directions - directions.mean(axis=0)) ** 2).sum(axis=1).mean(),
    }


def ones(study, stack):
    """The picture of the input of ones at every layer (TR-GBP, Eq. 8): how uniform it is, and its borders."""
    constant = np.ones((1, *stack.image.shape[1:]))
    names = [f"layer-{n}" for n in range(1, stack.layers + 1)]
    checks = []
    for name in names:
        checks.append(
            Check(
                f"uniform-{name}",
                f"cosine of the mean picture of ones with a constant, {name.replace('-', ' ')} of {stack.layers}",
                partial(towards, name),
                UNIFORM,
                Control("a cosine of 0.8", target=0.8),
                HOLDS,
                printed=1.0,
            )
        )
        checks.append(
            Check(
                f"border-{name}",
                f"edges of the mean picture of ones over its inside, {name.replace('-', ' ')} of "
                f"{stack.layers}: printed weaker",
                partial(edge, name, constant.shape[1:]),
                study.margin(BORDER),
                Control("an edge half as strong again", target=1.5),
                HOLDS,
                printed=1.0,
                printed_side="at most",
            )
        )
    found = study.sample(Experiment("ones", partial(pictures_of_ones, stack, names, constant), 4000, tuple(checks)))
    study.table(
        "ones",
        layer=list(range(1, stack.layers + 1)),
        uniform=[found[f"uniform-{name}"] for name in names],
        border=[found[f"border-{name}"] for name in names],
    )


def towards(name, sums):
    return estimates.towards(sums[name], "constant")


def edge(name, shape, sums):
    """The mean over the outermost pixels less corners, over that inside, of the mean picture."""
    mean = sums[name]["total"].reshape(shape) / sums[name]["count"]
    edges = np.concatenate([mean[0, 1:-1], mean[-1, 1:-1], mean[1:-1, 0], mean[1:-1, -1]])
    return edges.mean() / mean[shape[0] // 4 : -(shape[0] // 4), shape[1] // 4 : -(shape[1] // 4)].mean()


def pictures_of_ones(stack, names, constant, rng, trials):
    """Sums of the guided pictures of ones at every convolution, along a constant."""
    sums = {name: PictureSums(constant=constant) for name in names}
    inputs = stack.image[None].astype(stack.dtype)
    for _ in range(trials):
        network = stack.draw(rng)
        passed = network.forward(inputs)
        below = {node.name: node.inputs[0] for node in network.nodes if isinstance(node.layer, Activation)}
        behind = {name: signal for name, signal, _ in passed.signals(one_hot(0, passed.output), "guided")}
        convolutions = [(behind[name][0], network.node(name).layer) for name in reversed(below.values())]
        for name, (signal, convolution) in zip(reversed(names), convolutions):
            sums[name].add(of_ones(signal.astype(np.float64), convolution))
    return Sums({name: each.sums() for name, each in sums.items()})


def of_ones(signal, convolution: Conv2d):
    """Σ_j D_jᵀ (1/p) Σ_i b_i T_ij: the signal behind a ReLU, passed to ones by filters whose entries are b_i/p."""
    mixed = np.tensordot(convolution.bias.astype(np.float64), signal, axes=1)
    patches = np.repeat(mixed.reshape(-1, 1), 9, axis=1) / convolution.weight[0].size
    return fold(patches, (1, *mixed.shape), 3, 1, 1)


def needs(settings, shape, budget):
    width, layers, inputs = settings["width"], max(settings["layers"]) + 1, prod(takes.reduced(shape, 8))
    equal = takes.stack(inputs, width, layers, CLASSES, CLASSES)
    wide = equal + takes.stack(width, WIDER * width, 1, CLASSES, CLASSES)
    return equal * budget.trials(4e5 / width) + (equal + wide) * budget.trials(2e5 / inputs)


CLAIM = Claim(
    id="layerwise",
    title="TR-GBP layer by layer",
    source="TR-GBP, section 4.2, answers 1 and 2, and Appendix B",
    statement="Higher layers have less noise; with random weights every layer's map is uniform with "
    "weaker borders; class means take the rest.",
    printed="less noise at the top; uniform maps; only noise after the subtraction",
    exact="noise-to-signal 2/r² falls from the top down at equal widths; (1 − 1/K)(1 − similarity) "
    "of unit signals is left, deep down not noise alone",
    run=run,
    needs=needs,
    seconds=7,
    settings=(
        WIDTH,
        replace(LAYERS, distinct=2),
    ),
)

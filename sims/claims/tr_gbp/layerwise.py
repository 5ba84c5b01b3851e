"""TR-GBP's noise by layer: a wider top is quieter, as printed; at equal widths it is not; what class means leave."""

from dataclasses import replace
from functools import partial
from math import prod

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack
from sims.evidence import signal_sums
from sims.evidence.estimates import mean_of
from sims.study.claim import LAYERS, WIDTH, Claim
from sims.study.common import against, twinned
from sims.study.rows import AT_MOST, LIMIT, Finding, Law, Reading
from sims.study.study import Experiment
from theory.laws import depth
from theory.networks import vgg16_shapes

MARGIN = 0.2  # relative, of a ratio of noise-to-signal ratios: the papers print an order, not a size
LEFT = 0.1  # relative, of the energy that class means leave: what a figure shows
CLASSES, FEW = 5, 2  # TR-GBP subtracts the mean over the top 5; the twin over two of them
WIDER = 8  # times as many neurons has the top layer, as VGG-16's last convolution has filters over its first


def run(study):
    crossed, width = sorted(study.settings["layers"]), study.settings["width"]
    equal = Stack(reduced(study.image, 8), width, crossed[-1] + 1, logits=CLASSES)
    wide = replace(equal, width=(width,) * crossed[-1] + (WIDER * width,))
    top_over_bottom(study, {"wide-top": wide, "equal-widths": equal}, crossed[0], crossed[-1])
    formula(study)
    class_means(study, equal, crossed)


def top_over_bottom(study, stacks, first, last):
    """Noise-to-signal below the first of these ReLU layers over that below the last."""
    of = lambda name: lambda sums: sums[name]["held"][last] / sums[name]["held"][first]
    what = f"noise-to-signal {first} ReLU layers from the top over that {last} from it, "
    laws, rows = {name: ratio(stack, first, last) for name, stack in stacks.items()}, []
    for name, other in zip(stacks, reversed(stacks)):
        law = dict(value=laws[name], margin=study.margin(MARGIN) * laws[name], tag=LIMIT)
        found = against(other, name, of, other.replace("-", " "))
        rows.append(Law(name=name, what=what + name.replace("-", " "), **law, **found))
        if name == "wide-top":
            bound = dict(value=1.0, side=AT_MOST, law=laws[name])
            rows.append(
                Reading(name="less", reading="less", what=f"{what}{WIDER} times as wide a top", **bound, **found)
            )
    chunk = partial(signal_sums.of_classes, stacks, FEW)
    study.sample(Experiment("top", chunk, 2e5 / stacks["equal-widths"].image.size, tuple(rows)))


def ratio(stack, first, last):
    """The law of wide layers: noise-to-signal is 2/r²."""
    widths = [stack.width] * stack.layers if isinstance(stack.width, int) else list(stack.width)[::-1]
    r = [depth.recovery_ratio(layers, widths=widths[: layers + 1]) for layers in (first, last)]
    return (r[1] / r[0]) ** 2


def formula(study):
    """The paper's own measure of noise, p/N, by the shapes of VGG-16: p = k²·channels entries to N filters."""
    shapes = [shape for shape in vgg16_shapes(biases=False).values() if len(shape) == 4]
    bottom, *_, top = (prod(shape[1:]) / shape[0] for shape in shapes)
    what = "p/N of VGG-16's last convolution over that of its first"
    row = Reading(name="formula", reading="formula", what=what, value=1.0, side=AT_MOST, law=top / bottom)
    study.exact(row, top / bottom)


def class_means(study, stack, crossed):
    """What subtracting the mean over classes leaves: so much energy, if all have one length, and is it noise?"""
    laws = [(1 - 1 / CLASSES) * (1 - depth.class_similarity("guided", layers)) for layers in crossed]
    rows = []
    for layers, law in zip(crossed, laws):
        of = lambda part, layers=layers, law=law: lambda sums: mean_of(part, layers)(sums) / law
        found = twinned("unit_left", "unit_left_of_few", of, f"the mean over {FEW} of them")
        what = f"energy of unit signals less their mean over {CLASSES} classes, {layers} ReLU layers, over {law:.4f}"
        rows.append(Law(name=f"left-{layers}", what=what, value=1.0, margin=study.margin(LEFT), tag=LIMIT, **found))
    what = "part along the activations of the energy left by the class mean, {} ReLU layers; of noise 1/n"
    for layers in (crossed[0], crossed[-1]):
        share = lambda sums, layers=layers: sums["left_along"][layers] / sums["left"][layers]
        rows.append(Finding(name=f"only-noise-{layers}", what=what.format(layers), of=share))
    chunk = partial(signal_sums.of_one_stack, stack, FEW)
    study.sample(Experiment("class-means", chunk, 4e5 / stack.width, tuple(rows)))
    study.table("left", layers=crossed, law=laws, **study.columns([f"left-{layers}" for layers in crossed]))


def needs(settings, shape, budget):
    width, layers, inputs = settings["width"], max(settings["layers"]) + 1, prod(takes.reduced(shape, 8))
    equal = takes.stack(inputs, width, layers, CLASSES, CLASSES)
    wide = equal + takes.stack(width, WIDER * width, 1, CLASSES, CLASSES)
    return equal * budget.trials(4e5 / width) + (equal + wide) * budget.trials(2e5 / inputs)


CLAIM = Claim(
    id="layerwise",
    title="TR-GBP: noise layer by layer",
    source="TR-GBP, section 4.2, answer 1 (T:146)",
    statement="“As the top layer normally has larger N, there must be less noise on the top-layer attributions than "
    "the bottom-layer results.”",
    premise=f"dense ReLU stacks whose top layer is {WIDER} times as wide as the others",
    readings={
        "less": "noise-to-signal below the top layer is less than at the bottom: an order is printed",
        "formula": "p/N, the paper's measure of noise, is smaller at the top of VGG-16",
    },
    printed="less noise at the top, which has larger N",
    exact="noise-to-signal 2/r², r by the widths: less at a top 8 times as wide, 2.6 times as much at equal widths; "
    "p/N is 0.42 at the bottom of VGG-16 and 9 at its top; (1 − 1/K)(1 − similarity) is left by class means",
    said="Upper layers, being wider, are less noisy.",
    true="So they are where they are wider; at equal widths they are noisier.",
    meaning="How noisy a layer's map is hangs on the widths below and above.",
    headline="less",
    decides=("less", "equal-widths", "formula", "left-8"),
    run=run,
    needs=needs,
    seconds=9,
    settings=(WIDTH, replace(LAYERS, distinct=2)),
)

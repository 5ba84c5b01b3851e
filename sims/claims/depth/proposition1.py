"""Proposition 1: is the modified gradient at a hidden layer i.i.d.? Part by part, over width, depth and channels."""

from functools import partial
from itertools import product
from math import prod

from sims.checks import entries
from sims.data.images import at_least, corner
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack
from sims.evidence import plane_sums
from sims.evidence.entry_sums import correlation, read_off
from sims.evidence.plane_sums import beside, corners, halves, of_squares
from sims.evidence.verdict import HOLDS, REFUTED
from sims.study.claim import MOST_CHANNELS, MOST_LAYERS, MOST_NEURONS, Claim, Setting
from sims.study.common import relu_layers
from sims.study.rows import AT_MOST, Reading
from sims.study.study import Experiment
from theory.rules import RULES

PAIRS, TENTH, NEIGHBOURS, SHARED = 0.1, 0.1, 0.05, 0.1  # the readings' thresholds
CROSSED = 4  # ReLU layers, where width varies
SIDE, DEEP = 12, 64  # pixels of the input of convolutional stacks; channels of the deepest one


def run(study):
    widths, layers, channels = (sorted(set(study.settings[name])) for name in ("widths", "layers", "channels"))
    at_least(study.image, 2 * max(layers[-1], CROSSED) + 2)
    image = corner(study.image, 8)
    entries.by_width(study, [Stack(image, width, CROSSED + 1, logits=1) for width in widths], by_neuron)
    entries.by_depth(study, Stack(image, study.settings["width"], layers[-1] + 1, logits=1), layers)
    planes = partial(Stack, kernel=3, logits=1)
    stacks = [(planes(corner(study.image, SIDE), n, CROSSED + 1), (1, CROSSED), 1000) for n in channels]
    if layers[-1] > CROSSED:
        stacks.append((planes(corner(study.image, 2 * layers[-1] + 2), DEEP, layers[-1] + 1), (layers[-1],), 250))
    study.tabulate("neighbours", [line for stack in stacks for line in convolutional(study, *stack)])


def by_neuron(place):
    """Channels are identical, by exchange."""
    what = f"variance of half of the channels over that of the others, guided, {place}"
    return dict(reading="average", what=what, of=read_off(halves, "guided", CROSSED), value=1.0, margin=TENTH, law=1.0)


def convolutional(study, stack, levels, trials):
    """Convolutions share weights, so that neighbours correlate, and borders see fewer of them; lines of the figure."""
    rows, suffix = [], f"-layers-of-{stack.width}-channels"
    for level in levels:
        place = f"{relu_layers(level)} of {stack.width} 3×3 channels"
        rows += as_printed(f"-{level}{suffix}", level, place)
        rows += entries.neighbours(study, f"-{level}{suffix}", level, place)
    if 1 in levels:
        rows += entries.corners(study, stack.width)
    chunk = partial(plane_sums.planes, stack, levels)
    study.sample(Experiment(f"convolutional-{stack.width}-{levels[-1]}", chunk, trials, tuple(rows)))
    for level, rule in product(levels, RULES):
        ends = study.line(f"neighbours-{rule}-{level}{suffix}")
        yield {"rule": rule, "layers": level, "channels": stack.width, **ends}


def as_printed(suffix, level, place):
    """Independent and identical, as read."""
    bound = dict(side=AT_MOST, prolongs=False)
    for name, reading, what, of, target in (
        ("pairs", "average", "correlation of two entries inside, all pairs", correlation, dict(value=PAIRS, **bound)),
        ("corner", "average", "variance of a corner's entry over one inside", corners, dict(value=1.0)),
        ("neighbours", "neighbours", "correlation of neighbours in a channel", beside, dict(value=NEIGHBOURS, **bound)),
        ("squares", "squares", "correlation of the squares of neighbours", of_squares, dict(value=SHARED, **bound)),
    ):
        if name == "squares" and level == 1:
            continue  # of a deep network
        own = dict(margin=0.0) if "side" in target else dict(margin=TENTH, prolongs=False)
        own |= dict(of=read_off(of, "guided", level), expected=HOLDS if name == "pairs" else REFUTED, **target)
        yield Reading(name=f"{name}-guided{suffix}", reading=reading, what=f"{what}, guided, {place}", **own)


def needs(settings, shape, budget):
    deepest, rules, inputs = max(settings["layers"]) + 1, len(RULES), prod(takes.corner(shape, 8))
    dense = lambda n, layers, trials: takes.stack(inputs, n, layers, rules) * budget.trials(trials)
    plane = lambda n, layers, side: takes.stack(shape[0], n, layers, rules, pixels=side**2)
    parts = [dense(n, CROSSED + 1, max(1.5e5 / n, 300)) for n in settings["widths"]]
    parts += [plane(n, CROSSED + 1, SIDE) * budget.trials(1000) for n in settings["channels"]]
    last = plane(DEEP, deepest, 2 * deepest) * budget.trials(250)
    return sum(parts, dense(settings["width"], deepest, 1e4) + last)


CLAIM = Claim(
    id="proposition1",
    title="Proposition 1: independent and identical",
    source="TR-GBP, Proposition 1 (T:92)",
    statement="“For a random deep CNN where weights are i.i.d. Gaussians with zero mean, we can also approximate every "
    "entry of Ṽ as i.i.d. Gaussian with zero mean”: independent, identical.",
    premise="guided backpropagation, stacks of 3×3 convolutions, over the weights; its channels in dense ones",
    readings={
        "average": "entries correlate by 0.1 or less on average over pairs, and their variances are within a tenth by "
        "channel and place",
        "neighbours": "neighbours in a channel correlate by 0.05 or less",
        "squares": "the squares of neighbours in a channel correlate by 0.1 or less, below several layers",
    },
    printed="independent and identical entries of guided's signal",
    exact="entries share a length; neighbours in a channel correlate, DeconvNet's from 1/π to 1; a corner's variance "
    "is 4/9 of one inside below one layer; guided's mean over sd is (r/√2π)/√(1 + r²(½ − 1/2π)) at every great width",
    said="The entries of guided backpropagation's signal are independent and alike.",
    true="Neighbours resemble each other, at any width, since each ReLU lets more of the activations through.",
    meaning="What a deep guided map shows in one place it shows in the next: shared structure, not evidence.",
    headline="neighbours-guided-4-layers-of-64-channels",
    decides=(
        "pairs-guided-4-layers-of-64-channels",
        "corner-guided-1-layers-of-64-channels",
        "neighbours-guided-1-layers-of-64-channels",
        "neighbours-guided-4-layers-of-64-channels",
        "squares-guided-4-layers-of-64-channels",
        "mean-guided-width-2048",
    ),
    run=run,
    needs=needs,
    seconds=28,
    settings=(
        Setting(
            "widths", (16, 64, 256, 1024, 2048), "neurons per layer, where width varies", least=16, most=MOST_NEURONS
        ),
        Setting("layers", (1, 4, 12), "numbers of ReLU layers crossed, where depth varies", most=MOST_LAYERS),
        Setting("width", 256, "neurons per layer, where depth varies", least=16, most=MOST_NEURONS),
        Setting(
            "channels",
            (16, 64),
            "channels of the convolutional stacks; their law is one of many, 16 or more",
            least=16,
            most=MOST_CHANNELS,
        ),
    ),
)

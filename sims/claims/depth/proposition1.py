"""Proposition 1: is the modified gradient at a hidden layer i.i.d.? Part by part, over width, depth and channels."""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import at_least, corner
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack
from sims.evidence import entry_sums
from sims.evidence.defects import instead
from sims.evidence.entry_sums import central, correlation, correlation_of_squares, mean_to_sd, read_off
from sims.evidence.estimates import Sums, propagate, total
from sims.evidence.verdict import HOLDS, REFUTED
from sims.study.claim import MOST_CHANNELS, MOST_LAYERS, MOST_NEURONS, Claim, Setting
from sims.study.rows import AT_MOST, EXACT, LIMIT, Finding, Law, Reading, Twin
from sims.study.study import Experiment
from theory.laws import depth, marginals
from theory.rules import RULES

PAIRS, TENTH, NEIGHBOURS, SHARED = 0.1, 0.1, 0.05, 0.1  # the readings' thresholds
MEAN = 0.03  # of a mean, in standard deviations
NARROW = 0.08  # the same in narrower layers than WIDE: those of 16 neurons are 0.05 from the limit
WIDE = 64  # neurons
CORRELATION = 0.03  # of entries and of their squares: a third of what a reading allows
NEARBY = 0.06  # of a correlation of neighbours, between 0.3 and 0.9
SLOPE = 0.1  # of the log of a mean on log width: an average of independent terms would fall by ½
VARIANCE = 0.05  # relative
CROSSED = 4  # ReLU layers, where width varies
SIDE = 12  # pixels of the input of convolutional stacks
DEEP = 64  # channels of the deepest one
OTHER = {"saliency": "guided", "deconvnet": "guided", "guided": "deconvnet"}  # whose mean is another


def run(study):
    widths, layers, channels = (sorted(set(study.settings[name])) for name in ("widths", "layers", "channels"))
    at_least(study.image, 2 * max(layers[-1], CROSSED) + 2)
    image = corner(study.image, 8)
    means = [by_width(study, Stack(image, width, CROSSED + 1, logits=1), width == widths[-1]) for width in widths]
    write_means(study, "means", "width", widths)
    wide = [n for n, width in enumerate(widths) if width >= WIDE]
    if len(wide) > 1:
        width_trend(study, [widths[n] for n in wide], [means[n] for n in wide])
    by_depth(study, Stack(image, study.settings["width"], layers[-1] + 1, logits=1), layers)
    write_means(study, "means_by_depth", "depth", layers)
    levels = (1, CROSSED)
    stacks = [(Stack(corner(study.image, SIDE), n, CROSSED + 1, kernel=3, logits=1), levels, 1000) for n in channels]
    if layers[-1] > CROSSED:
        deep = Stack(corner(study.image, 2 * layers[-1] + 2), DEEP, layers[-1] + 1, kernel=3, logits=1)
        stacks.append((deep, (layers[-1],), 250))
    rows = [row for stack in stacks for row in convolutional(study, *stack)]
    study.table("neighbours", **{key: [row[key] for row in rows] for key in rows[0]})


def by_width(study, stack, widest):
    """Means below four ReLU layers of one width and, in the widest stack, correlations; guided's mean."""
    suffix, place = f"-width-{stack.width}", f"below {CROSSED} ReLU layers of {stack.width}"
    margin = study.margin(MEAN) if stack.width >= WIDE else max(study.margin(NARROW), NARROW)
    rows = list(mean_laws(suffix, CROSSED, place, margin))
    if widest:
        rows += [*pairs(study, suffix, place), by_neuron(suffix, place)]
    trials = max(1.5e5 / stack.width, 300)
    found = study.sample(Experiment(suffix[1:], partial(chunk, stack, (CROSSED,)), trials, tuple(rows)))
    return found[f"mean-guided{suffix}"]


def mean_laws(suffix, layers, place, margin):
    """Rule by rule: 0, but for guided."""
    for rule, other in OTHER.items():
        yield Law(
            name=f"mean-{rule}{suffix}",
            what=f"mean over standard deviation of an entry, {rule}, {place}",
            of=read_off(mean_to_sd, rule, layers),
            value=depth.mean_to_sd(layers, rule),
            margin=margin,
            tag=LIMIT if rule == "guided" else EXACT,
            twin=Twin(f"{other} in its place", read_off(mean_to_sd, instead(other, rule), layers)),
        )


def pairs(study, suffix, place):
    """Two entries of one network do not correlate: by the signs of weights, exactly, but for guided."""
    for rule in RULES:
        forgotten = Twin("a mean that is not taken out", read_off(instead(uncentred, correlation), rule, CROSSED))
        yield Law(
            name=f"correlation-{rule}{suffix}",
            what=f"correlation of two entries, {rule}, {place}",
            of=read_off(correlation, rule, CROSSED),
            value=0.0,
            margin=study.margin(CORRELATION),
            tag=LIMIT if rule == "guided" else EXACT,
            twin=forgotten if rule == "guided" and study.margin(CORRELATION) < uncentred_law() / 2 else None,
        )


def by_neuron(suffix, place):
    return Reading(
        name=f"channels-guided{suffix}",
        reading="average",
        what=f"variance of half of the channels over that of the others, guided, {place}",
        of=read_off(halves, "guided", CROSSED),
        value=1.0,
        margin=TENTH,
        law=1.0,  # by exchange
    )


def uncentred(part):
    _, _, second, _, _, products, _ = part["powers"]
    return products / second


def uncentred_law():
    mean = depth.mean_to_sd(CROSSED)
    return mean**2 / (1 + mean**2)


def write_means(study, name, column, values):
    """The table of the rows mean-<rule>-<column>-<value>."""
    rows = {row["name"]: row for row in study.result.rows}
    places = [(rule, value, rows[f"mean-{rule}-{column}-{value}"]) for rule in RULES for value in values]
    numbers = {key: [row[key] for *_, row in places] for key in ("estimate", "low", "high", "law")}
    rules, at = [rule for rule, *_ in places], [value for _, value, _ in places]
    study.table(name, rule=rules, **{column: at}, **numbers)


def width_trend(study, widths, means):
    """Guided's mean does not vanish with width: its log has no slope."""
    log = np.log(widths)
    weights = (log - log.mean()) / ((log - log.mean()) ** 2).sum()
    slope = propagate(lambda values: weights @ np.log(np.abs(values)), means)
    what = f"slope of log(mean over sd) of guided on log width, {min(widths)} to {max(widths)}"
    study.conclude(Law(name="width-trend", what=what, value=0.0, margin=study.margin(SLOPE), tag=LIMIT), slope)


def by_depth(study, stack, layers):
    """Means at one width as depth grows, and the length that entries share."""
    first, last, rows = layers[0], layers[-1], []
    for crossed in layers:
        place = f"below {crossed} ReLU layer{'s' * (crossed > 1)} of {stack.width}"
        rows += mean_laws(f"-depth-{crossed}", crossed, place, study.margin(MEAN))
    place = f"below {last} ReLU layers of {stack.width}"
    for rule in RULES:
        named = dict(
            name=f"squares-{rule}",
            what=f"correlation of the squares of two entries, {rule}, {place}: dependence",
            of=read_off(correlation_of_squares, rule, last),
        )
        fewer = Twin(f"{first} in place of {last}", read_off(correlation_of_squares, rule, instead(first, last)))
        if rule == "guided":
            rows.append(Finding(**named))
        else:
            law = dict(value=shared_squares(last, stack.width), margin=study.margin(CORRELATION), tag=EXACT)
            rows.append(Law(twin=fewer, **law, **named))
    study.sample(Experiment("depth", partial(chunk, stack, tuple(layers)), 1e4, tuple(rows)))
    deepest = range(1, last + 1)
    beside = [depth.class_similarity("deconvnet", n) for n in deepest]
    study.table("laws", depth=deepest, mean=[depth.mean_to_sd(n) for n in deepest], neighbours=beside)


def shared_squares(layers, width):
    """The correlation of R_i² and R_j²: entries are independent normals times a length that they share."""
    spread = 1 + marginals.excess_kurtosis(layers, width) / 3
    return (spread - 1) / (3 * spread - 1)


def chunk(stack, levels, rng, trials):
    """Sums over networks of the entries at each level."""
    return total(
        Sums({rule: Sums({level: entries(signals[rule][level]) for level in levels}) for rule in RULES})
        for _, signals in stack.passes(rng, trials, tuple(RULES))
    )


def entries(signal):
    """The powers of all entries, and the mean square of the first half of them."""
    r = signal.astype(np.float64).ravel()
    return Sums(entry_sums.powers(r), halves=(r[: len(r) // 2] ** 2).mean())


def convolutional(study, stack, levels, trials):
    """Convolutions share weights: positions of one channel correlate; and borders see fewer of them. Rows of the
    figure.
    """
    name, rows = f"convolutional-{stack.width}-{levels[-1]}", []
    for level in levels:
        place = f"{level} ReLU layer{'s' * (level > 1)} of {stack.width} 3×3 channels"
        suffix = f"-{level}-layers-of-{stack.width}-channels"
        rows += [*guided_as_printed(suffix, level, place), *neighbour_laws(study, suffix, level, place)]
    if 1 in levels:
        rows += corner_laws(study, stack.width)
    study.sample(Experiment(name, partial(planes, stack, levels), trials, tuple(rows)))
    found, table = {row["name"]: row for row in study.result.rows}, []
    for level in levels:
        for rule in RULES:
            row = found[f"neighbours-{rule}-{level}-layers-of-{stack.width}-channels"]
            ends = {key: row[key] for key in ("estimate", "low", "high")}
            table.append({"rule": rule, "layers": level, "channels": stack.width, **ends})
    return table


def guided_as_printed(suffix, level, place):
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
        expected = HOLDS if name == "pairs" else REFUTED
        allowed = dict(margin=0.0) if "side" in target else dict(margin=TENTH, prolongs=False)
        yield Reading(
            name=f"{name}-guided{suffix}",
            reading=reading,
            what=f"{what}, guided, {place}",
            of=read_off(of, "guided", level),
            expected=expected,
            **target,
            **allowed,
        )


def neighbour_laws(study, suffix, level, place):
    for rule, other in (("saliency", "deconvnet"), ("deconvnet", "saliency")):
        yield Law(
            name=f"neighbours-{rule}{suffix}",
            what=f"correlation of neighbouring entries of a channel, {rule}, {place}",
            of=read_off(beside, rule, level),
            value=depth.class_similarity(rule, level),
            margin=study.margin(NEARBY),
            tag=EXACT if rule == "saliency" else LIMIT,
            twin=Twin(f"{other} in its place", read_off(beside, instead(other, rule), level)),
        )


def corner_laws(study, channels):
    """Below one layer a variance is as the windows that hold a place, 4 over 9 in a corner."""
    for rule in ("saliency", "deconvnet"):
        yield Law(
            name=f"corner-{rule}-of-{channels}-channels",
            what=f"variance of a corner's entry over one inside, {rule}, 1 ReLU layer of {channels} 3×3 channels",
            of=read_off(squares("corners"), rule, 1),
            value=4 / 9,
            margin=study.margin(VARIANCE),
            twin=Twin("an edge in its place", read_off(squares(instead("edges", "corners")), rule, 1)),
        )


def planes(stack, levels, rng, trials):
    """Sums over networks: the entries that no border reaches, products of neighbours there, and what lies in corners
    and on edges.
    """
    return total(
        Sums({rule: Sums({level: plane(signals[rule][level][0], levels[-1]) for level in levels}) for rule in RULES})
        for _, signals in stack.passes(rng, trials, tuple(RULES))
    )


def plane(signal, reach):
    r = signal.astype(np.float64)
    inner, middle = r[:, reach:-reach, reach:-reach], r.shape[1] // 2
    in_corners, on_edges = r[:, [0, 0, -1, -1], [0, -1, 0, -1]], r[:, [0, -1, middle, middle], [middle, middle, 0, -1]]
    return Sums(
        entry_sums.powers(inner),
        beside=(inner[:, :, 1:] * inner[:, :, :-1]).mean(),
        corner=in_corners.mean(),
        corners=(in_corners**2).mean(),
        edges=(on_edges**2).mean(),
        beside_squares=(inner[:, :, 1:] ** 2 * inner[:, :, :-1] ** 2).mean(),
    )


def beside(part):
    mean, variance, *_ = central(part)
    return (part["beside"] / part["powers"][0] - mean**2) / variance


def of_squares(part):
    """The correlation of the squares of neighbours."""
    count, _, second, _, fourth, *_ = part["powers"]
    square = (second / count) ** 2
    return (part["beside_squares"] / count - square) / (fourth / count - square)


def squares(place):
    """Mean square at a place over that inside."""
    return lambda part: part[place] / part["powers"][2]


def corners(part):
    """Variance in a corner over that inside."""
    count, (_, variance, *_) = part["powers"][0], central(part)
    return (part["corners"] / count - (part["corner"] / count) ** 2) / variance


def halves(part):
    """The variance of the first half of the channels over that of the second, all means being one by exchange."""
    count, (mean, variance, *_) = part["powers"][0], central(part)
    first = part["halves"] / count - mean**2
    return first / (2 * variance - first)


def needs(settings, shape, budget):
    deepest, rules, inputs = max(settings["layers"]) + 1, len(RULES), prod(takes.corner(shape, 8))
    dense = (
        takes.stack(inputs, n, CROSSED + 1, rules) * budget.trials(max(1.5e5 / n, 300)) for n in settings["widths"]
    )
    planes = (
        takes.stack(shape[0], n, CROSSED + 1, rules, pixels=SIDE**2) * budget.trials(1000) for n in settings["channels"]
    )
    deep = takes.stack(inputs, settings["width"], deepest, rules) * budget.trials(1e4)
    last = takes.stack(shape[0], DEEP, deepest, rules, pixels=4 * deepest**2) * budget.trials(250)
    return sum((*dense, *planes), deep + last)


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
    said="They are independent and alike.",
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

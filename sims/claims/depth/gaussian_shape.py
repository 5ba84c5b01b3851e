"""Proposition 1, its Gaussian part: how far from normal an entry of the backward signal is, over width and depth."""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import at_least, corner
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack
from sims.evidence import entry_sums
from sims.evidence.defects import instead
from sims.evidence.entry_sums import at, distance, distance_of_few, excess_kurtosis, read_off
from sims.evidence.estimates import Sums, jackknife, propagate, total
from sims.evidence.verdict import HOLDS, INCONCLUSIVE, interval
from sims.study.claim import MOST_CHANNELS, MOST_LAYERS, MOST_NEURONS, Claim, Setting
from sims.study.rows import AT_MOST, EXACT, FIRST_ORDER, LIMIT, Finding, Law, Reading, Twin
from sims.study.study import Experiment
from theory.laws import marginals
from theory.rules import RULES

NEAR, NEARER, TAILED = 0.05, 0.03, 0.2  # the readings: a uniform law is 0.057 from its own normal, Laplace's 0.062
SCOPE = 64, 512  # VGG's widths
CLOSE = "nearer-width-64"  # 0.034: no budget here tells it from 0.03
# of a distance from its law, and a quarter of the law: laws are compared every 1 % of an entry's size
DISTANCE = 0.01
TAILS = 0.15  # of an excess kurtosis, for every 1 + that of its law
SKEWNESS = 0.05
WIDE = 1024  # neurons that have the distance and the skewness of wide layers to these margins
MEASURED = 64  # neurons: below, an excess kurtosis is all in rare networks
CROSSED = 4  # ReLU layers, where width varies
SIDE = 10  # pixels of the input of convolutional stacks


def run(study):
    settings = study.settings
    widths, layers, channels = (sorted(set(settings[name])) for name in ("widths", "layers", "channels"))
    at_least(study.image, 2 * CROSSED + 1)
    image = corner(study.image, 8)
    by_width = {}
    for n in widths:
        stack, trials = Stack(image, n, CROSSED + 1, logits=1), np.clip(1.2e8 / n**2, 300, 2e4)
        by_width[n] = dense(study, f"width-{n}", stack, (1, CROSSED), [CROSSED], trials)
    stack = Stack(image, settings["width"], layers[-1] + 1, logits=1)
    deep = dense(study, f"depth-{stack.width}", stack, layers, layers, 1.6e4)
    few(study, deep, layers, stack.width)
    planes = {
        n: convolutional(study, Stack(corner(study.image, SIDE), n, CROSSED + 1, kernel=3, logits=1)) for n in channels
    }
    if len(planes) > 1:
        rates(study, planes)
    measured(study, "by_width", "width", [(n, groups, CROSSED) for n, groups in by_width.items()])
    measured(study, "by_depth", "layers", [(n, deep, n) for n in layers])
    measured(study, "by_channels", "channels", [(n, groups, CROSSED) for n, groups in planes.items()])
    curves(study, widths, layers[-1], stack.width, list(planes))
    quantiles(study, {n: by_width[n] for n in (widths[0], widths[-1])})


def dense(study, name, stack, levels, crossed, trials):
    """Distance, tails and skewness of an entry below each of the layers `crossed`, of one dense stack; the groups of
    sums.
    """
    rows = []
    for layers in crossed:
        suffix = name + f"-layers-{layers}" * (len(levels) > 2)
        for rule in RULES:
            rows += of_rule(study, suffix, stack.width, rule, layers, levels)
        if SCOPE[0] <= stack.width <= SCOPE[1]:
            tails = guided_tails(layers, stack.width)
            rows += as_printed(suffix, f"below {count(layers)} of {stack.width}", layers, tails)
    return study.sample(Experiment(name, partial(chunk, stack, levels), trials, tuple(rows))).groups


def as_printed(suffix, place, layers, law):
    """Guided's entry is Gaussian, as read."""
    what = f"an entry from its normal law, guided, {place}"
    twin = Twin("a normal law of twice the deviation", read_off(instead(wider, itself), "guided", layers))
    for key, value in (("near", NEAR), ("nearer", NEARER)):
        yield Reading(
            name=f"{key}-{suffix}",
            reading=key,
            what=f"Kolmogorov distance of {what}",
            of=at("guided", layers),
            measure=distance,
            value=value,
            side=AT_MOST,
            expected=INCONCLUSIVE if f"{key}-{suffix}" == CLOSE else HOLDS,
            prolongs=f"{key}-{suffix}" != CLOSE,
            twin=twin,
        )
    what = f"excess kurtosis of an entry, guided, {place}"
    of = read_off(excess_kurtosis, "guided", layers)
    yield Reading(name=f"tails-{suffix}", reading="tails", what=what, of=of, value=TAILED, side=AT_MOST, law=law)


def of_rule(study, suffix, width, rule, layers, levels):
    """Saliency and DeconvNet have exact laws at every width, guided backpropagation of its tails below one layer, and
    nearly below more.
    """
    suffix, place = f"-{rule}-{suffix}", f"{rule}, below {count(layers)} of {width}"
    spread = marginals.distance(layers, width) if rule != "guided" else marginals.guided_distance(layers)
    named = dict(
        name="distance" + suffix,
        what=f"Kolmogorov distance of an entry from its normal law, {place}",
        of=at(rule, layers),
        measure=distance,
    )
    if rule == "guided" and width < WIDE:
        yield Finding(**named)
    else:
        twin = Twin("a normal law of twice the deviation", read_off(instead(wider, itself), rule, layers))
        law = dict(value=spread, margin=coarse(study, DISTANCE + spread / 4), tag=LIMIT if rule == "guided" else EXACT)
        yield Law(twin=twin, **law, **named)
    if width >= MEASURED:
        law = guided_tails if rule == "guided" else marginals.excess_kurtosis
        what = f"excess kurtosis of an entry, {place}"
        tag = FIRST_ORDER if rule == "guided" and layers > 1 else EXACT
        yield tails_law(study, "kurtosis" + suffix, what, rule, levels, layers, partial(law, width=width), tag)
    if rule == "guided" and width >= WIDE:
        law, margin = marginals.skewness(layers), study.margin(SKEWNESS)
        other = Twin("DeconvNet in its place", read_off(entry_sums.skewness, instead("deconvnet", rule), layers))
        yield Law(
            name="skewness" + suffix,
            what=f"skewness of an entry, {place}",
            of=read_off(entry_sums.skewness, rule, layers),
            value=law,
            margin=margin,
            tag=LIMIT,
            twin=other if law > 1.7 * margin else None,
        )


def guided_tails(layers, width):
    """Guided's excess kurtosis: exact below one layer."""
    if layers == 1:
        return marginals.guided_excess_kurtosis_one_layer(width)
    return marginals.guided_excess_kurtosis_near(layers, width)


def coarse(study, margin):
    """A margin that a quick budget widens, and a full one leaves: what it allows for is not chance alone."""
    return max(study.margin(margin), margin)


def count(layers):
    return f"{layers} ReLU layer{'s' * (layers > 1)}"


def tails_law(study, name, what, rule, levels, layers, law, tag=EXACT):
    """An excess kurtosis against its law of the number of layers. What a law to first order leaves out is of the order
    of its square: where lengths multiply, a sixth of it. Guided's leaves out a part of the first order, too, a seventh
    of the whole below one layer: TAILS has room for it. The twin is a smaller number, where that is far enough.
    """
    exact, other, twin = law(layers), levels[0], None
    margin = study.margin(TAILS * (1 + exact)) + (exact**2 / 6 if tag == FIRST_ORDER else 0)
    if abs(law(other) - exact) > 1.7 * margin:
        twin = Twin(f"{other} layers in place of {layers}", read_off(excess_kurtosis, rule, instead(other, layers)))
    of = read_off(excess_kurtosis, rule, layers)
    return Law(name=name, what=what, of=of, value=exact, margin=margin, tag=tag, twin=twin)


def chunk(stack, levels, rng, trials, reach=0, rules=tuple(RULES)):
    """Sums over networks of the entries below each of these levels that no border reaches; He's weights keep them near
    1.
    """
    inside = (..., *[slice(reach, -reach)] * 2) if reach else ...
    taken = {(rule, level): [] for rule in rules for level in levels}
    for _, signals in stack.passes(rng, trials, rules):
        for rule, level in taken:
            signal = signals[rule][level]
            taken[rule, level].append(signal[inside].ravel() * np.sqrt(signal.size / 2))
    return Sums(
        {rule: Sums({level: entry_sums.read(np.array(taken[rule, level])) for level in levels}) for rule in rules}
    )


def few(study, groups, layers, width):
    """The distance once more, by a band that needs no central limit theorem."""
    for level in layers:
        what = f"Kolmogorov distance of an entry, guided, below {count(level)} of {width}, by a band for finitely many "
        row = Finding(
            name=f"finite-guided-{level}-layers-of-{width}",
            what=what + "networks (Maurer and Pontil's)",
            of=at("guided", level),
            measure=distance_of_few,
        )
        study.read(groups, row, networks(groups))


def itself(part):
    return part


def wider(part):
    """The sums as if the deviation were twice as large."""
    count, mean, square, *rest = part["powers"]
    return Sums(part, powers=np.array([count, mean, 4 * square - 3 * mean**2 / count, *rest]))


def networks(groups):
    return round(sum(group["guided"][next(iter(group["guided"]))]["powers"][0] for group in groups))


def convolutional(study, stack, levels=(1, CROSSED)):
    """Tails inside a convolutional stack; the groups of sums."""
    trials = max(1, round(2e5 / stack.width / study.budget.margin**2 / study.budget.groups))
    groups = study.draw(
        f"channels-{stack.width}", partial(chunk, stack, levels, reach=max(levels)), study.budget.groups, trials
    )
    for level in levels:
        place = f"deconvnet, below {count(level)} of {stack.width} 3×3 channels"
        name = f"kurtosis-deconvnet-{level}-layers-of-{stack.width}-channels"
        law = partial(marginals.convolutional_excess_kurtosis, channels=stack.width)
        what = f"excess kurtosis of an entry inside, {place}"
        tag = EXACT if level == 1 else FIRST_ORDER
        study.read(groups, tails_law(study, name, what, "deconvnet", levels, level, law, tag), networks(groups))
    return groups


def rates(study, planes):
    """How the tails of convolutional stacks fall with the number of channels."""
    log = np.log(list(planes))
    slope = lambda each: ((log - log.mean()) @ np.log(np.abs(each))) / ((log - log.mean()) ** 2).sum()
    for rule in RULES:
        limit = marginals.guided_excess_kurtosis(CROSSED) if rule == "guided" else 0.0
        found = [jackknife(groups, read_off(excess_kurtosis, rule, CROSSED)) for groups in planes.values()]
        what = f"slope on log channels of the log of the excess kurtosis less its limit {limit:.3g}, {rule}, {CROSSED} "
        row = Finding(name=f"rate-{rule}", what=f"{what}layers of {min(planes)} to {max(planes)} channels; 1/n: −1")
        study.conclude(
            row, propagate(lambda each: slope(each - limit), found), trials=sum(map(networks, planes.values()))
        )


def measured(study, name, key, places):
    """The table behind one part of the figure: distance and excess kurtosis with their intervals, place by place."""
    rows = []
    for place, groups, level in places:
        for rule in RULES:
            bands = {
                "distance": distance(groups, at(rule, level)),
                "kurtosis": interval(jackknife(groups, read_off(excess_kurtosis, rule, level))),
            }
            ends = {
                f"{kind}{end}": value
                for kind, band in bands.items()
                for end, value in (("", band.value), ("_low", band.low), ("_high", band.high))
            }
            rows.append({key: place, "rule": rule, **ends})
    study.table(name, **{column: [row[column] for row in rows] for column in rows[0]})


def curves(study, widths, deepest, width, channels):
    """The laws of saliency and DeconvNet; the distance that guided keeps in wide layers."""
    grid = np.unique(np.geomspace(widths[0], widths[-1], 15).round().astype(int)).tolist()
    study.table(
        "law_width",
        width=grid,
        distance=[marginals.distance(CROSSED, n) for n in grid],
        guided_limit=[marginals.guided_distance(CROSSED)] * len(grid),
    )
    study.table(
        "law_layers",
        layers=range(1, deepest + 1),
        kurtosis=[marginals.excess_kurtosis(n, width) for n in range(1, deepest + 1)],
    )
    grid = np.unique(np.geomspace(channels[0], channels[-1], 9).round().astype(int)).tolist()
    study.table(
        "law_channels", channels=grid, kurtosis=[marginals.convolutional_excess_kurtosis(CROSSED, n) for n in grid]
    )


def quantiles(study, by_width):
    """Of an entry in the narrowest and in the widest stack."""
    probabilities = (np.arange(99) + 0.5) / 99
    of = lambda groups, rule: entry_sums.quantiles(total(groups)[rule][CROSSED], probabilities)
    study.table(
        "quantiles",
        probability=probabilities,
        **{f"{rule}-{n}": of(groups, rule) for n, groups in by_width.items() for rule in RULES},
    )


def needs(settings, shape, budget):
    deepest, rules, inputs = max(settings["layers"]) + 1, len(RULES), prod(takes.corner(shape, 8))
    dense = (
        takes.stack(inputs, n, CROSSED + 1, rules) * budget.trials(np.clip(1.2e8 / n**2, 300, 2e4))
        for n in settings["widths"]
    )
    planes = (
        takes.stack(shape[0], n, CROSSED + 1, rules, pixels=SIDE**2) * budget.trials(2e5 / n)
        for n in settings["channels"]
    )
    deep = takes.stack(inputs, settings["width"], deepest, rules) * budget.trials(1.6e4)
    return sum((*dense, *planes), deep)


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
    said="Their entries are Gaussian.",
    true="Close to it at VGG's widths; the distance is the ratio of depth to width.",
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

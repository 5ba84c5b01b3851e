"""Proposition 1, its Gaussian part: how far from normal an entry of the backward signal is, over width and depth."""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import at_least, corner
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack
from sims.evidence import entry_sums
from sims.evidence.entry_sums import at, distance, distance_of_few, excess_kurtosis, read_off
from sims.evidence.estimates import Sums, jackknife, propagate, total
from sims.evidence.verdict import HOLDS, REFUTED, interval
from sims.study.checks import value_check
from sims.study.claim import MOST_CHANNELS, MOST_LAYERS, MOST_NEURONS, Check, Claim, Control, Setting
from sims.study.study import Experiment, Study
from theory.laws import marginals
from theory.rules import RULES

NORMAL = 0.03  # of Kolmogorov, that counts as normal: a uniform law is 0.057 from its own normal, Laplace's 0.062
DISTANCE = (
    0.01  # of such a distance from its law, and a quarter of the law: laws are compared every 1 % of an entry's size
)
FAR = 0.05  # of Kolmogorov, of entries that are not near normal
HEAVY = 10  # an excess kurtosis to first order that says: not near normal
TAILS = 0.15  # of an excess kurtosis, for every 1 + that of its law
SKEWNESS = 0.05
RATE = 0.4  # of a slope between few and many channels: no budget brings it nearer to that of very many
# of guided's excess kurtosis from that of wide layers, and 2.5 times saliency's: no budget brings a width nearer
LIMIT = 0.06
WIDE, NARROW = (
    0.1,
    2.0,
)  # excess kurtosis of saliency: below, the limit of wide layers is near; above, it is all in rare networks
CROSSED = 4  # ReLU layers, where width varies
ALL_ZERO = Control("0.5, that of entries that are all 0", target=0.5)
SIDE, DEEP = 10, 16  # pixels; channels of the deepest convolutional stack


def run(study):
    settings = study.settings
    widths, layers, channels = (sorted(set(settings[name])) for name in ("widths", "layers", "channels"))
    image, heavy = corner(study.image, 8), marginals.convolutional_excess_kurtosis(layers[-1], DEEP) > HEAVY
    at_least(study.image, 2 * layers[-1] + 2 if heavy else 2 * CROSSED + 1)
    by_width = {
        n: dense(
            study,
            f"width-{n}",
            Stack(image, n, CROSSED + 1, logits=1),
            (1, CROSSED),
            [CROSSED],
            np.clip(1.2e8 / n**2, 300, 2e4),
        )
        for n in widths
    }
    stack = Stack(image, settings["width"], layers[-1] + 1, logits=1)
    deep = dense(study, f"depth-{stack.width}", stack, layers, layers, 3.2e4)
    few(study, deep, layers, stack.width)
    planes = {
        n: convolutional(study, Stack(corner(study.image, SIDE), n, CROSSED + 1, kernel=3, logits=1)) for n in channels
    }
    if len(planes) > 1:
        rates(study, planes)
    if heavy:
        deepest(study, Stack(corner(study.image, 2 * layers[-1] + 2), DEEP, layers[-1] + 1, kernel=3, logits=1))
    measured(study, "by_width", "width", [(n, groups, CROSSED) for n, groups in by_width.items()])
    measured(study, "by_depth", "layers", [(n, deep, n) for n in layers])
    measured(study, "by_channels", "channels", [(n, groups, CROSSED) for n, groups in planes.items()])
    curves(study, widths, layers[-1], stack.width, list(planes))
    quantiles(study, {n: by_width[n] for n in (widths[0], widths[-1])})


def dense(study, name, stack, levels, crossed, trials):
    """Distance, tails and skewness of an entry below each of the layers `crossed`, of one dense stack; the groups of
    sums.
    """
    checks = [
        check
        for layers in crossed
        for rule in RULES
        for check in dense_checks(study, name, stack.width, rule, layers, levels)
    ]
    return study.sample(Experiment(name, partial(chunk, stack, levels), trials, tuple(checks))).groups


def dense_checks(study, name, width, rule, layers, levels):
    """Saliency and DeconvNet have exact laws at every width, guided backpropagation in wide layers only."""
    suffix, place = (
        f"-{rule}-{name}" + f"-layers-{layers}" * (len(levels) > 2),
        f"{rule}, below {count(layers)} of {width}",
    )
    of_distance, of_kurtosis = (
        f"Kolmogorov distance of an entry from its normal law, {place}",
        f"excess kurtosis of an entry, {place}",
    )
    spread, tails = marginals.distance(layers, width), marginals.excess_kurtosis(layers, width)
    near = coarse(study, DISTANCE + spread / 4)
    wider_law = Control("a normal law of twice the deviation", statistic=read_off(wider, rule, layers))
    if rule != "guided":
        yield value_check(
            "distance" + suffix,
            of_distance,
            at(rule, layers),
            spread,
            near,
            printed=printed(spread, coarse(study, NORMAL)),
            printed_margin=coarse(study, NORMAL),
            control=wider_law,
            measure=distance,
        )
        if tails < NARROW:
            yield tails_check(
                study,
                "kurtosis" + suffix,
                of_kurtosis,
                rule,
                levels,
                layers,
                partial(marginals.excess_kurtosis, width=width),
            )
    elif tails < WIDE:
        yield value_check(
            "distance" + suffix,
            of_distance,
            at(rule, layers),
            marginals.guided_distance(layers),
            near,
            printed=0.0,
            printed_margin=coarse(study, NORMAL),
            control=wider_law,
            measure=distance,
        )
        yield value_check(
            "kurtosis" + suffix,
            of_kurtosis,
            read_off(excess_kurtosis, rule, layers),
            marginals.guided_excess_kurtosis(layers),
            LIMIT + 2.5 * tails,
        )
        yield value_check(
            "skewness" + suffix,
            f"skewness of an entry, {place}",
            read_off(entry_sums.skewness, rule, layers),
            marginals.skewness(layers),
            study.margin(SKEWNESS),
            printed=printed(marginals.skewness(layers), study.margin(SKEWNESS / 2)),
            printed_margin=study.margin(SKEWNESS / 2),
        )
    else:
        if spread > 2 * NORMAL:
            yield Check(
                "distance" + suffix,
                of_distance,
                at(rule, layers),
                coarse(study, NORMAL),
                ALL_ZERO,
                REFUTED,
                printed=0.0,
                measure=distance,
            )
        if 0.7 < tails < NARROW:
            yield Check(
                "kurtosis" + suffix,
                of_kurtosis,
                read_off(excess_kurtosis, rule, layers),
                0.2 * (1 + tails),
                Control("twice saliency's", target=2 * tails),
                REFUTED,
                printed=0.0,
            )


def coarse(study, margin):
    """A margin that a quick budget widens, and a full one leaves: what it allows for is not chance alone."""
    return max(study.margin(margin), margin)


def count(layers):
    return f"{layers} ReLU layer{'s' * (layers > 1)}"


def printed(law, allowed):
    """The printed 0; none, where the law is about as far from it as is allowed."""
    return None if abs(law - allowed) < allowed / 2 else 0.0


def tails_check(study, name, what, rule, levels, layers, law, first_order=False):
    """A check of an excess kurtosis against its law of the number of layers; its control is a smaller number, where
    that is far enough.
    """
    exact, other, twin = law(layers), levels[0], None
    margin = (coarse if first_order else Study.margin)(study, TAILS * (1 + exact))
    allowed = margin if exact > 1.5 * margin else study.margin(TAILS)
    if abs(law(other) - exact) > 1.7 * margin:
        twin = Control(f"{count(other)} in place of {layers}", statistic=read_off(excess_kurtosis, rule, other))
    return value_check(
        name,
        what,
        read_off(excess_kurtosis, rule, layers),
        exact,
        margin,
        printed=printed(exact, allowed),
        printed_margin=allowed,
        control=twin,
    )


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
    """The distance once more, by a band that needs no central limit theorem, where the law is well within what counts
    as normal.
    """
    for level in layers:
        for rule in RULES if marginals.distance(level, width) < NORMAL / 4 else ():
            check = Check(
                f"finite-{rule}-{level}-layers-of-{width}",
                f"Kolmogorov distance of an entry, {rule}, below {count(level)} of {width}, by a band for "
                "finitely many networks (Maurer and Pontil's)",
                at(rule, level),
                coarse(study, NORMAL),
                Control("a normal law of twice the deviation", statistic=read_off(wider, rule, level)),
                HOLDS,
                printed=0.0,
                measure=distance_of_few,
            )
            study.read(groups, check, networks(groups))


def wider(part):
    """The sums as if the deviation were twice as large."""
    count, mean, square, *rest = part["powers"]
    return Sums(part, powers=np.array([count, mean, 4 * square - 3 * mean**2 / count, *rest]))


def networks(groups):
    return round(sum(group["guided"][next(iter(group["guided"]))]["powers"][0] for group in groups))


def convolutional(study, stack, levels=(1, CROSSED)):
    """Tails inside a convolutional stack; the groups of sums."""
    trials = max(1, round(4.5e5 / stack.width / study.budget.margin**2 / study.budget.groups))
    groups = study.draw(
        f"channels-{stack.width}", partial(chunk, stack, levels, reach=max(levels)), study.budget.groups, trials
    )
    for level in levels:
        place, suffix = (
            f"deconvnet, below {count(level)} of {stack.width} 3×3 channels",
            f"-{level}-layers-of-{stack.width}-channels",
        )
        study.read(
            groups,
            tails_check(
                study,
                f"kurtosis-deconvnet{suffix}",
                f"excess kurtosis of an entry inside, {place}",
                "deconvnet",
                levels,
                level,
                partial(marginals.convolutional_excess_kurtosis, channels=stack.width),
                first_order=level > 1,
            ),
            networks(groups),
        )
    return groups


def deepest(study, stack, rules=("deconvnet", "guided")):
    """A narrow convolutional stack of many layers: these rules' entries are not near normal."""
    level = stack.layers - 1
    place, suffix = (
        f"below {level} ReLU layers of {stack.width} 3×3 channels",
        f"-{level}-layers-of-{stack.width}-channels",
    )
    checks = tuple(
        Check(
            f"distance-{rule}{suffix}",
            f"Kolmogorov distance of an entry inside from its normal law, {rule}, {place}",
            at(rule, level),
            FAR,
            ALL_ZERO,
            REFUTED,
            printed=0.0,
            measure=distance,
        )
        for rule in rules
    )
    study.sample(
        Experiment(
            "deepest",
            partial(chunk, stack, (level,), reach=level, rules=rules),
            2000 * max(1, study.budget.margin**2),
            checks,
        )
    )


def rates(study, planes):
    """How the tails of convolutional stacks fall with the number of channels; DeconvNet's law, too, only nears 1/n."""
    log = np.log(list(planes))
    slope = lambda each: ((log - log.mean()) @ np.log(np.abs(each))) / ((log - log.mean()) ** 2).sum()
    laws = slope(np.array([marginals.convolutional_excess_kurtosis(CROSSED, channels) for channels in planes]))
    for rule in RULES:
        limit = marginals.guided_excess_kurtosis(CROSSED) if rule == "guided" else 0.0
        found = [jackknife(groups, read_off(excess_kurtosis, rule, CROSSED)) for groups in planes.values()]
        study.conclude(
            value_check(
                f"rate-{rule}",
                f"slope on log channels of the log of the excess kurtosis less its limit {limit:.3g}, "
                f"{rule}, {CROSSED} layers of {min(planes)} to {max(planes)} channels",
                None,
                laws if rule == "deconvnet" else -1.0,
                coarse(study, RATE),
            ),
            propagate(lambda each: slope(each - limit), found),
            trials=sum(map(networks, planes.values())),
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
        takes.stack(shape[0], n, CROSSED + 1, rules, pixels=SIDE**2) * budget.trials(4.5e5 / n)
        for n in settings["channels"]
    )
    deep = takes.stack(inputs, settings["width"], deepest, rules) * budget.trials(3.2e4)
    return sum((*dense, *planes), deep + takes.stack(shape[0], DEEP, deepest, 2, pixels=4 * deepest**2) * 2000)


CLAIM = Claim(
    id="gaussian_shape",
    title="Proposition 1: Gaussian shape",
    source="Nie et al. 2018, Proposition 1",
    statement="In a deep random network an entry of the modified gradient is Gaussian.",
    printed="Gaussian, for the three rules",
    exact="saliency, DeconvNet: normal times √(Q₁⋯Q_l), Q = (2/n)χ²_K, K ~ Bin(n, ½); distance about "
    "0.34 l/n, excess kurtosis 3((1 + 5/n)^l − 1); guided keeps a distance of 0.0066 and an "
    "excess kurtosis of 0.055 in the widest layers",
    run=run,
    needs=needs,
    seconds=118,
    settings=(
        Setting(
            "widths", (16, 64, 256, 1024, 2048), "neurons per layer, where width varies", least=16, most=MOST_NEURONS
        ),
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

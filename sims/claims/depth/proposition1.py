"""Proposition 1: is the modified gradient at a hidden layer i.i.d. and zero-mean? Part by part, over width and
depth.
"""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import at_least, corner
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack
from sims.evidence import entry_sums
from sims.evidence.entry_sums import correlation, correlation_of_squares, mean_to_sd, read_off
from sims.evidence.estimates import Sums, propagate, total
from sims.evidence.verdict import REFUTED
from sims.study.checks import value_check
from sims.study.claim import MOST_CHANNELS, MOST_LAYERS, MOST_NEURONS, Check, Claim, Control, Setting
from sims.study.study import Experiment
from theory.laws import depth, marginals
from theory.rules import RULES

MEAN = 0.03  # of a mean, in standard deviations
NARROW = 0.08  # the same in narrower layers than WIDE: no budget brings them nearer to the limit
WIDE = 64  # neurons
CORRELATION = 0.03
SQUARES = 0.03  # of a correlation of squares
SLOPE = 0.1  # of the log of a mean on log width: an average of independent terms would fall by ½
VARIANCE = 0.05  # relative
CROSSED = 4  # ReLU layers, where width varies
SIDE = 12  # pixels of the input of convolutional stacks
DEEP = 64  # channels of the deepest one


def run(study):
    widths, layers, channels = (sorted(set(study.settings[name])) for name in ("widths", "layers", "channels"))
    at_least(study.image, 2 * max(layers[-1], CROSSED) + 2)
    image = corner(study.image, 8)
    means = [
        by_width(study, Stack(image, width, CROSSED + 1, logits=1), width == widths[-1])["mean-guided"]
        for width in widths
    ]
    write_means(study, "means", "width", widths)
    wide = [n for n, width in enumerate(widths) if width >= WIDE]
    if len(wide) > 1:
        width_trend(study, [widths[n] for n in wide], [means[n] for n in wide])
    by_depth(study, Stack(image, study.settings["width"], layers[-1] + 1, logits=1), layers)
    write_means(study, "means_by_depth", "depth", layers)
    neighbours = []
    for each in channels:
        neighbours += convolutional(
            study, Stack(corner(study.image, SIDE), each, CROSSED + 1, kernel=3, logits=1), (1, CROSSED), 1000
        )
    if layers[-1] > CROSSED:
        neighbours += convolutional(
            study,
            Stack(corner(study.image, 2 * layers[-1] + 2), DEEP, layers[-1] + 1, kernel=3, logits=1),
            (layers[-1],),
            250,
        )
    study.table("neighbours", **{key: [row[key] for row in neighbours] for key in neighbours[0]})


def by_width(study, stack, widest):
    """Means below four ReLU layers of one width and, in the widest stack, correlation; the estimates."""
    suffix = f"-width-{stack.width}"
    margin = study.margin(MEAN) if stack.width >= WIDE else max(study.margin(NARROW), NARROW)
    checks = list(mean_checks(study, suffix, CROSSED, f"below {CROSSED} ReLU layers of {stack.width}", margin))
    if widest:
        checks += [
            value_check(
                f"correlation-{rule}{suffix}",
                f"correlation of two entries, {rule}, {CROSSED} ReLU layers of {stack.width}",
                read_off(correlation, rule, CROSSED),
                0.0,
                study.margin(CORRELATION),
                printed=0.0,
            )
            for rule in RULES
        ]
    found = study.sample(
        Experiment(
            f"width-{stack.width}", partial(chunk, stack, (CROSSED,)), max(1.5e5 / stack.width, 300), tuple(checks)
        )
    )
    return {name.removesuffix(suffix): estimate for name, estimate in found.items()}


def write_means(study, name, column, values):
    """The table of the rows mean-<rule>-<column>-<value>."""
    rows = {row["name"]: row for row in study.result.rows}
    places = [(rule, value, rows[f"mean-{rule}-{column}-{value}"]) for rule in RULES for value in values]
    study.table(
        name,
        rule=[rule for rule, *_ in places],
        **{column: [value for _, value, _ in places]},
        **{key: [row[key] for *_, row in places] for key in ("estimate", "low", "high", "exact")},
    )


def mean_checks(study, suffix, layers, place, margin):
    """Zero mean, rule by rule; guided's mean follows a law."""
    for rule in RULES:
        other = "deconvnet" if rule == "guided" else "guided"
        yield value_check(
            f"mean-{rule}{suffix}",
            f"mean over standard deviation of an entry, {rule}, {place}",
            read_off(mean_to_sd, rule, layers),
            depth.mean_to_sd(layers, rule),
            margin,
            printed=0.0,
            printed_margin=study.margin(MEAN),
            control=Control(f"{other} in its place", statistic=read_off(mean_to_sd, other, layers)),
        )


def width_trend(study, widths, means):
    """Guided's mean does not vanish with width: its log has no slope."""
    log = np.log(widths)
    weights = (log - log.mean()) / ((log - log.mean()) ** 2).sum()
    slope = propagate(lambda values: weights @ np.log(np.abs(values)), means)
    study.conclude(
        value_check(
            "width-trend",
            f"slope of log(mean over sd) of guided on log width, {min(widths)} to {max(widths)}",
            None,
            0.0,
            study.margin(SLOPE),
            control=Control("−½, that of an average of independent terms", target=-0.5),
        ),
        slope,
    )


def by_depth(study, stack, layers):
    """Means at one width as depth grows, and the length that entries share."""
    first, last = layers[0], layers[-1]
    checks = [
        check
        for crossed in layers
        for check in mean_checks(
            study,
            f"-depth-{crossed}",
            crossed,
            f"below {crossed} ReLU layer{'s' * (crossed > 1)} of {stack.width}",
            study.margin(MEAN),
        )
    ]
    shared, growth = shared_squares(last, stack.width), depth.mean_to_sd(last) - depth.mean_to_sd(first)
    for rule in ("saliency", "deconvnet") if shared > 2 * SQUARES else ():
        checks.append(
            value_check(
                f"squares-{rule}",
                f"correlation of the squares of two entries, {rule}, below {last} ReLU layers of "
                f"{stack.width}: dependence",
                read_off(correlation_of_squares, rule, last),
                shared,
                study.margin(SQUARES),
                printed=0.0,
            )
        )
    if growth > 2 * MEAN:
        checks.append(
            value_check(
                "depth-trend",
                f"growth of guided's mean over sd from {first} to {last} ReLU layers",
                partial(grown, first, last),
                growth,
                study.margin(MEAN),
                printed=0.0,
                control=Control("the same of DeconvNet", statistic=partial(grown, first, last, rule="deconvnet")),
            )
        )
    study.sample(Experiment("depth", partial(chunk, stack, tuple(layers)), 1e4, tuple(checks)))
    deepest = range(1, last + 1)
    study.table(
        "laws",
        depth=deepest,
        mean=[depth.mean_to_sd(n) for n in deepest],
        neighbours=[depth.class_similarity("deconvnet", n) for n in deepest],
    )


def shared_squares(layers, width):
    """The correlation of R_i² and R_j²: entries are independent normals times a length that they share."""
    spread = 1 + marginals.excess_kurtosis(layers, width) / 3
    return (spread - 1) / (3 * spread - 1)


def grown(first, last, sums, rule="guided"):
    return mean_to_sd(sums[rule][last]) - mean_to_sd(sums[rule][first])


def chunk(stack, levels, rng, trials):
    """Sums over networks of the entries at each level."""
    return total(
        Sums({rule: Sums({level: entry_sums.powers(signals[rule][level]) for level in levels}) for rule in RULES})
        for _, signals in stack.passes(rng, trials, tuple(RULES))
    )


def convolutional(study, stack, levels, trials):
    """Convolutions share weights: positions of one channel correlate; and borders see fewer of them. Rows of the
    figure.
    """
    checks = []
    for level in levels:
        place, suffix = (
            f"{level} ReLU layer{'s' * (level > 1)} of {stack.width} 3×3 channels",
            f"-{level}-layers-of-{stack.width}-channels",
        )
        for rule in RULES:
            what = f"correlation of neighbouring entries of a channel, {rule}, {place}"
            if rule == "guided":
                checks.append(
                    Check(
                        f"neighbours-{rule}{suffix}",
                        what,
                        read_off(neighbours, rule, level),
                        study.margin(2 * CORRELATION),
                        Control("1, that of one number at all places", target=1.0),
                        REFUTED,
                        printed=0.0,
                    )
                )
            else:
                other = "saliency" if rule == "deconvnet" else "deconvnet"
                checks.append(
                    value_check(
                        f"neighbours-{rule}{suffix}",
                        what,
                        read_off(neighbours, rule, level),
                        depth.class_similarity(rule, level),
                        study.margin(2 * CORRELATION),
                        printed=0.0,
                        control=Control(f"{other} in its place", statistic=read_off(neighbours, other, level)),
                    )
                )
        checks.append(
            value_check(
                f"mean-guided{suffix}",
                f"mean over sd of an entry inside, guided, {place}",
                read_off(mean_to_sd, "guided", level),
                depth.mean_to_sd(level),
                study.margin(2 * MEAN),
                printed=0.0,
            )
        )
    if 1 in levels:
        for rule in ("saliency", "deconvnet"):
            checks.append(
                value_check(
                    f"corner-{rule}-of-{stack.width}-channels",
                    f"variance of a corner's entry over one inside, {rule}, 1 ReLU layer of {stack.width} 3×3 "
                    "channels: the coverage, 4 over 9",
                    read_off(corners, rule, 1),
                    4 / 9,
                    study.margin(VARIANCE),
                    printed=1.0,
                )
            )
    study.sample(
        Experiment(f"convolutional-{stack.width}-{levels[-1]}", partial(planes, stack, levels), trials, tuple(checks))
    )
    rows = {row["name"]: row for row in study.result.rows}
    return [
        {
            "rule": rule,
            "layers": level,
            "channels": stack.width,
            **{
                key: rows[f"neighbours-{rule}-{level}-layers-of-{stack.width}-channels"][key]
                for key in ("estimate", "low", "high")
            },
        }
        for level in levels
        for rule in RULES
    ]


def planes(stack, levels, rng, trials):
    """Sums over networks: the entries that no border reaches, products of neighbours there, and squares in the
    corners.
    """
    return total(
        Sums({rule: Sums({level: plane(signals[rule][level][0], levels[-1]) for level in levels}) for rule in RULES})
        for _, signals in stack.passes(rng, trials, tuple(RULES))
    )


def plane(signal, reach):
    r = signal.astype(np.float64)
    inner = r[:, reach:-reach, reach:-reach]
    beside = (inner[:, :, 1:] * inner[:, :, :-1]).mean()
    return Sums(entry_sums.powers(inner), beside=beside, corners=(r[:, [0, 0, -1, -1], [0, -1, 0, -1]] ** 2).mean())


def neighbours(part):
    mean, variance, *_ = entry_sums.central(part)
    return (part["beside"] / part["powers"][0] - mean**2) / variance


def corners(part):
    count, _, square, *_ = part["powers"]
    return part["corners"] / square


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
    title="Proposition 1: i.i.d. and zero-mean",
    source="Nie et al. 2018, Proposition 1",
    statement="In a deep random CNN the modified gradient at the first activations is i.i.d. and "
    "zero-mean (its Gaussian shape: below).",
    printed="mean 0, identical, independent, for the three rules",
    exact="guided: mean over sd (r/√2π)/√(1 + r²(½ − 1/2π)) in wide layers; entries share a length; "
    "DeconvNet: neighbours in a channel correlate, 1/π to 1",
    run=run,
    needs=needs,
    seconds=26,
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

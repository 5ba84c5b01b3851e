"""How far from normal an entry of a deep signal is: distance, tails and skewness against their laws."""

from functools import partial

import numpy as np

from sims.evidence import entry_sums
from sims.evidence.defects import instead
from sims.evidence.entry_sums import (
    at,
    chunk,
    distance,
    distance_of_few,
    excess_kurtosis,
    itself,
    networks,
    read_off,
    wider,
)
from sims.evidence.estimates import jackknife, propagate
from sims.evidence.slopes import power
from sims.study.common import relu_layers as count
from sims.study.rows import EXACT, FIRST_ORDER, LIMIT, Finding, Law, Twin
from theory.laws import marginals
from theory.rules import RULES

# of a distance from its law, and a quarter of the law: laws are compared every 1 % of an entry's size
DISTANCE = 0.01
TAILS = 0.15  # of an excess kurtosis, for every 1 + that of its law
SKEWNESS = 0.05
WIDE = 1024  # neurons that have the distance and the skewness of wide layers to these margins
MEASURED = 64  # neurons: below, an excess kurtosis is all in rare networks


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
        tag = LIMIT if rule == "guided" and layers > 1 else EXACT
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
    """Guided's excess kurtosis: exact below one layer, in the limit of wide layers and nearly before it below more."""
    if layers == 1:
        return marginals.guided_excess_kurtosis_one_layer(width)
    return marginals.guided_excess_kurtosis_near(layers, width)


def coarse(study, margin):
    """A margin that a quick budget widens, and a full one leaves: what it allows for is not chance alone."""
    return max(study.margin(margin), margin)


def tails_law(study, name, what, rule, levels, layers, law, tag=EXACT):
    """An excess kurtosis against its law of the number of layers. What a law to first order leaves out is of the order
    of its square: where lengths multiply, a sixth of it. Guided's leaves out a part of the first order, too, a seventh
    of the whole below one layer: TAILS has room for it. The twin is a smaller number, where that is far enough.
    """
    exact, other, twin = law(layers), levels[0], None
    margin = study.margin(TAILS * (1 + exact)) + (exact**2 / 6 if tag != EXACT else 0)
    if abs(law(other) - exact) > 1.7 * margin:
        twin = Twin(f"{other} layers in place of {layers}", read_off(excess_kurtosis, rule, instead(other, layers)))
    of = read_off(excess_kurtosis, rule, layers)
    return Law(name=name, what=what, of=of, value=exact, margin=margin, tag=tag, twin=twin)


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


def convolutional(study, stack, levels):
    """Tails inside a convolutional stack; the groups of sums."""
    trials = max(1, round(2e5 / stack.width / study.budget.margin**2 / study.budget.groups))
    inside = partial(chunk, stack, levels, reach=max(levels))
    groups = study.draw(f"channels-{stack.width}", inside, study.budget.groups, trials)
    for level in levels:
        name = f"kurtosis-deconvnet-{level}-layers-of-{stack.width}-channels"
        law = partial(marginals.convolutional_excess_kurtosis, channels=stack.width)
        what = f"excess kurtosis of an entry inside, deconvnet, below {count(level)} of {stack.width} 3×3 channels"
        tag = EXACT if level == 1 else FIRST_ORDER
        study.read(groups, tails_law(study, name, what, "deconvnet", levels, level, law, tag), networks(groups))
    return groups


def rates(study, planes, layers):
    """How the tails of convolutional stacks fall with the number of channels, if there are several."""
    for rule in RULES if len(planes) > 1 else ():
        limit = marginals.guided_excess_kurtosis(layers) if rule == "guided" else 0.0
        found = [jackknife(groups, read_off(excess_kurtosis, rule, layers)) for groups in planes.values()]
        what = f"slope on log channels of the log of the excess kurtosis less its limit {limit:.3g}, {rule}, {layers} "
        row = Finding(name=f"rate-{rule}", what=f"{what}layers of {min(planes)} to {max(planes)} channels; 1/n: −1")
        fall = propagate(lambda each: power(list(planes), np.abs(each - limit)), found)
        study.conclude(row, fall, trials=sum(map(networks, planes.values())))

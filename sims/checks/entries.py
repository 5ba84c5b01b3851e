"""Means, correlations and variances of the entries of deep signals, rule by rule, against their laws."""

from functools import partial

import numpy as np

from sims.evidence import plane_sums
from sims.evidence.defects import instead
from sims.evidence.entry_sums import correlation, correlation_of_squares, mean_to_sd, read_off
from sims.evidence.estimates import propagate
from sims.evidence.plane_sums import beside, squares, uncentred
from sims.evidence.slopes import power
from sims.study.common import against, relu_layers
from sims.study.rows import EXACT, LIMIT, Finding, Law, Reading, Twin
from sims.study.study import ENDS, Experiment
from theory.laws import depth, marginals
from theory.rules import RULES

MEAN = 0.03  # of a mean, in standard deviations
NARROW = 0.08  # the same in narrower layers than WIDE: those of 16 neurons are 0.05 from the limit
WIDE = 64  # neurons
CORRELATION = 0.03  # of entries and of their squares: a third of what a reading allows
NEARBY = 0.06  # of a correlation of neighbours, between 0.3 and 0.9
SLOPE = 0.1  # of the log of a mean on log width: an average of independent terms would fall by ½
VARIANCE = 0.05  # relative
OTHER = {"saliency": "guided", "deconvnet": "guided", "guided": "deconvnet"}  # whose mean is another


def means(suffix, layers, place, margin):
    """Rule by rule: 0, but for guided."""
    for rule, other in OTHER.items():
        what = f"mean over standard deviation of an entry, {rule}, {place}"
        tag = LIMIT if rule == "guided" else EXACT
        law = dict(value=depth.mean_to_sd(layers, rule), margin=margin, tag=tag)
        found = against(other, rule, partial(read_off, mean_to_sd, level=layers))
        yield Law(name=f"mean-{rule}{suffix}", what=what, **law, **found)


def pairs(study, suffix, layers, place):
    """Two entries of one network do not correlate: by the signs of weights, exactly, but for guided."""
    mean, margin = depth.mean_to_sd(layers), study.margin(CORRELATION)
    told = margin < mean**2 / (1 + mean**2) / 2
    for rule in RULES:
        forgotten = Twin("a mean that is not taken out", read_off(instead(uncentred, correlation), rule, layers))
        yield Law(
            name=f"correlation-{rule}{suffix}",
            what=f"correlation of two entries, {rule}, {place}",
            of=read_off(correlation, rule, layers),
            value=0.0,
            margin=margin,
            tag=LIMIT if rule == "guided" else EXACT,
            twin=forgotten if rule == "guided" and told else None,
        )


def by_width(study, stacks, as_read):
    """Means below all but the first layer of stacks of growing width and, in the widest, correlations and one reading,
    `as_read` of where it is.
    """
    found = []
    for stack in stacks:
        crossed = stack.layers - 1
        suffix, place = f"-width-{stack.width}", f"below {crossed} ReLU layers of {stack.width}"
        margin = study.margin(MEAN) if stack.width >= WIDE else max(study.margin(NARROW), NARROW)
        rows = list(means(suffix, crossed, place, margin))
        if stack is stacks[-1]:
            read = Reading(name=f"channels-guided{suffix}", **as_read(place))
            rows += [*pairs(study, suffix, crossed, place), read]
        chunk = partial(plane_sums.entries, stack, (crossed,))
        experiment = Experiment(suffix[1:], chunk, max(1.5e5 / stack.width, 300), tuple(rows))
        found.append(study.sample(experiment)[f"mean-guided{suffix}"])
    _table(study, "means", "width", [stack.width for stack in stacks])
    wide = {stack.width: mean for stack, mean in zip(stacks, found) if stack.width >= WIDE}
    if len(wide) > 1:
        _width_trend(study, list(wide), list(wide.values()))


def _table(study, name, column, values):
    """Of the rows mean-<rule>-<column>-<value>."""
    places = [(rule, value) for rule in RULES for value in values]
    numbers = study.columns([f"mean-{rule}-{column}-{value}" for rule, value in places], *ENDS, "law")
    study.table(name, rule=[rule for rule, _ in places], **{column: [value for _, value in places]}, **numbers)


def _width_trend(study, widths, found):
    """Guided's mean does not vanish with width: its log has no slope."""
    slope = propagate(lambda values: power(widths, np.abs(values)), found)
    what = f"slope of log(mean over sd) of guided on log width, {min(widths)} to {max(widths)}"
    study.conclude(Law(name="width-trend", what=what, value=0.0, margin=study.margin(SLOPE), tag=LIMIT), slope)


def by_depth(study, stack, layers):
    """Means at one width as depth grows, and the length that entries share."""
    first, last, rows = layers[0], layers[-1], []
    for crossed in layers:
        place = f"below {relu_layers(crossed)} of {stack.width}"
        rows += means(f"-depth-{crossed}", crossed, place, study.margin(MEAN))
    for rule in RULES:
        what = (
            f"correlation of the squares of two entries, {rule}, below {last} ReLU layers of {stack.width}: dependence"
        )
        named = dict(name=f"squares-{rule}", what=what, of=read_off(correlation_of_squares, rule, last))
        if rule == "guided":
            rows.append(Finding(**named))
            continue
        fewer = Twin(f"{first} in place of {last}", read_off(correlation_of_squares, rule, instead(first, last)))
        law = dict(value=shared_squares(last, stack.width), margin=study.margin(CORRELATION), tag=EXACT)
        rows.append(Law(twin=fewer, **law, **named))
    study.sample(Experiment("depth", partial(plane_sums.entries, stack, tuple(layers)), 1e4, tuple(rows)))
    deepest = range(1, last + 1)
    neighbours = [depth.class_similarity("deconvnet", n) for n in deepest]
    study.table("laws", depth=deepest, mean=[depth.mean_to_sd(n) for n in deepest], neighbours=neighbours)
    _table(study, "means_by_depth", "depth", layers)


def shared_squares(layers, width):
    """The correlation of R_i² and R_j²: entries are independent normals times a length that they share."""
    spread = 1 + marginals.excess_kurtosis(layers, width) / 3
    return (spread - 1) / (3 * spread - 1)


def neighbours(study, suffix, level, place):
    """Neighbours in a channel share most of the filters' entries."""
    for rule, other in (("saliency", "deconvnet"), ("deconvnet", "saliency")):
        what = f"correlation of neighbouring entries of a channel, {rule}, {place}"
        tag = EXACT if rule == "saliency" else LIMIT
        law = dict(value=depth.class_similarity(rule, level), margin=study.margin(NEARBY), tag=tag)
        found = against(other, rule, partial(read_off, beside, level=level))
        yield Law(name=f"neighbours-{rule}{suffix}", what=what, **law, **found)


def corners(study, channels):
    """Below one layer a variance is as the windows that hold a place, 4 over 9 in a corner."""
    for rule in ("saliency", "deconvnet"):
        what = f"variance of a corner's entry over one inside, {rule}, 1 ReLU layer of {channels} 3×3 channels"
        law = dict(value=4 / 9, margin=study.margin(VARIANCE))
        found = against("edges", "corners", lambda place, rule=rule: read_off(squares(place), rule, 1), "an edge")
        yield Law(name=f"corner-{rule}-of-{channels}-channels", what=what, **law, **found)

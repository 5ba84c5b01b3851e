"""How alike the pictures of two logits are, by rule, against their laws; under pooling, too."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.evidence.class_sums import chunk, similarity
from sims.evidence.defects import instead
from sims.evidence.estimates import jackknife, propagate
from sims.study.common import against
from sims.study.rows import Finding, Law, Twin
from sims.study.study import Experiment
from theory.laws import pooled_similarity
from theory.laws.pooled_similarity import unshared_energy
from theory.laws.pooling import pooled_mean

MARGIN = 0.08  # of a similarity: DeconvNet pictures share offsets, so that one pair says little
LAW = 0.03  # of a similarity under pooling, or less its prediction
ENERGY = 0.03  # relative
ONE_FILTER = 16  # trials of one filter in each group: they cost little, and their sums predict every N
PAIRS = 512  # networks that are pooled in pairs
POOLED = ("deconvnet", "guided")


def alike(study, name, rule, where, law, margin=MARGIN):
    """The law of a similarity. Its twin has another rule: saliency, of which two logits share nothing, or guided."""
    wrong = "guided" if rule == "saliency" else "saliency"
    return Law(
        name=name,
        what=f"E⟨s_k, s_k'⟩/E‖s‖², {where}",
        **against(wrong, rule, similarity),
        value=law,
        margin=study.margin(margin),
    )


def found(study, network, name, rule):
    """The line of one row in the table behind the figure."""
    row = next(row for row in study.result.rows if row["name"] == name)
    own = {key: row.get(key) for key in ("estimate", "low", "high", "law")}  # a finding has no law
    return {"rule": rule, "pooled": network.pool is not None, "filters": network.filters, **own}


def pooled(study, network):
    """The same under 2×2 pooling. Saliency's law is still 0; the others follow from one filter's."""
    rows = [alike(study, "saliency-pooled", "saliency", "2×2 pooling", 0.0)]
    rows += [unshared(study, network, rule) for rule in POOLED]
    for rule in POOLED:
        what = f"E⟨s_k, s_k'⟩/E‖s‖², {rule}, 2×2 pooling, N = {network.filters}"
        rows.append(Finding(name=f"{rule}-pooled", what=what, of=similarity(rule)))
    measured = study.sample(Experiment("pooled", partial(chunk, network), 128, tuple(rows)))
    one = study.draw("one-filter", partial(chunk, replace(network, filters=1)), study.budget.groups, ONE_FILTER)
    grid = np.unique(np.geomspace(1, network.filters, 25).round().astype(int)).tolist()
    table = {"rule": [], "filters": [], "predicted": []}
    for rule in POOLED:
        limit, apart = square_of_limit(network, rule), of_pool(unshared_energy, replace(network, filters=1), rule)
        predicted = {number: jackknife(one, partial(grown, rule, number, limit, apart)) for number in grid}
        for number, estimate in predicted.items():
            table["rule"].append(rule), table["filters"].append(number), table["predicted"].append(estimate)
        less = [
            propagate(np.subtract.reduce, [measured[f"{which}-pooled"], predicted[network.filters]])
            for which in (rule, instead("saliency", rule))
        ]
        study.conclude(from_one_filter(study, rule), *less)
    study.table("pooled_law", **table)
    names = "saliency", *POOLED
    return [found(study, network, f"{rule}-pooled", rule) for rule in names]


def of_pool(law, network, rule):
    """A law of theory.laws.pooled_similarity at a ThreeLayer, with its weights' scales."""
    where = dict(image=network.image, kernel=network.kernel, stride=network.stride, pool=network.pool)
    return law(**where, rule=rule, **network.scales)


def unshared(study, network, rule):
    """Two logits' pictures differ window by window: every one that is open unpools a filter, by weights of its own."""
    law = of_pool(unshared_energy, network, rule)
    energy = lambda rule: lambda sums: (sums[rule]["square"] - sums[rule]["dot"]) / sums[rule]["count"] / law
    wrong = {"deconvnet": "saliency", "guided": "deconvnet"}[rule]
    return Law(
        name=f"{rule}-pooled-energy",
        what=f"energy of {rule} that two logits do not share, 2×2 pooling, over (½ − 1/2π) c⁴ N p times the windows "
        "expected to be open",
        **against(wrong, rule, energy),
        value=1.0,
        margin=study.margin(ENERGY),
    )


def from_one_filter(study, rule):
    return Law(
        name=f"{rule}-pooled-law",
        what=f"E⟨s_k, s_k'⟩/E‖s‖², {rule}, 2×2 pooling, less 1 − (Y − X)/(Y + (N−1)M): X/Y measured at N = 1, Y − X "
        "and M = ‖E s₁‖² exact",
        value=0.0,
        margin=study.margin(LAW),
        twin=Twin("saliency in its place"),
    )


def in_pairs(study, network):
    """Pooled two by two across, where nothing needs to be measured for the law."""
    where = dict(image=network.image, kernel=network.kernel, stride=network.stride, pool=network.pool)
    rows = []
    for rule in POOLED:
        law = pooled_similarity.class_similarity(**where, rule=rule, filters=network.filters)
        rows.append(alike(study, f"{rule}-pairs", rule, f"{rule}, 1×2 pooling, N = {network.filters}", law, LAW))
    study.sample(Experiment("pairs", partial(chunk, network), PAIRS, tuple(rows)))


def square_of_limit(network, rule):
    """‖E s‖² of one filter."""
    scales = dict(filter_scale=network.scale, readout_scale=network.scale)
    return (pooled_mean(**network.geometry, pool=2, rule=rule, **scales) ** 2).sum()


def grown(rule, filters, limit, apart, sums):
    """The similarity at so many filters, from X/Y of one, measured: `limit` is its squared mean, `apart` is Y − X."""
    one = apart / (1 - similarity(rule)(sums))
    return 1 - apart / (one + (filters - 1) * limit)

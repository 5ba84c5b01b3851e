"""Class sensitivity: how alike the pictures of two logits are, for the three rules, with and without pooling."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.data.images import at_least_two_patches, reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums, jackknife, propagate
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import Finding, Law, Twin
from sims.study.study import Experiment
from theory.laws import pooled_similarity
from theory.laws.pooled_similarity import unshared_energy
from theory.laws.pooling import pooled_mean
from theory.laws.three_layer import class_similarity
from theory.metrics.similarity import rescaled
from theory.rules import RULES

MARGIN = 0.08  # of a similarity: DeconvNet pictures share offsets, so that one pair says little
LAW = 0.03  # of a similarity under pooling, or less its prediction
ENERGY = 0.03  # relative
ONE_FILTER = 16  # trials of one filter in each group: they cost little, and their sums predict every N
SIDE = 48  # pixels, where every pair of windows enters the law
POOLED = ("deconvnet", "guided")


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = partial(ThreeLayer, study.image, kernel, stride, logits=2)
    rows = [row for number in filters for row in unpooled(study, network(filters=number))]
    rows += pooled(study, network(filters=max(filters), pool=2))
    small = reduced(study.image, SIDE)
    at_least_two_patches(small, kernel, stride)
    in_pairs(study, ThreeLayer(small, kernel, stride, filters=max(filters), pool=(1, 2), logits=2))
    study.table("similarity", **{key: [row[key] for row in rows] for key in rows[0]})


def unpooled(study, network):
    """The similarity of two logits at one N, for every rule, against its law."""
    number, smallest = network.filters, network.filters == min(study.settings["filters"])
    laws = {rule: class_similarity(**network.geometry, filters=number, rule=rule) for rule in RULES}
    rows = [alike(study, f"{rule}-{number}", rule, f"{rule}, N = {number}", law) for rule, law in laws.items()]
    if smallest:
        rows += [farther(rule, number) for rule in POOLED]
    study.sample(Experiment(f"filters-{number}", partial(chunk, network), 900 if smallest else 128, tuple(rows)))
    return [found(study, network, f"{rule}-{number}", rule) for rule in RULES]


def alike(study, name, rule, where, law, margin=MARGIN):
    """The law of a similarity. Its twin has another rule: saliency, of which two logits share nothing, or guided."""
    wrong = "guided" if rule == "saliency" else "saliency"
    return Law(
        name=name,
        what=f"E⟨s_k, s_k'⟩/E‖s‖², {where}",
        of=partial(similarity, rule),
        value=law,
        margin=study.margin(margin),
        twin=Twin(f"{wrong} in its place", partial(similarity, instead(wrong, rule))),
    )


def farther(rule, filters):
    """The papers' average l2 distance, saliency's over another rule's."""
    return Finding(
        name=f"distance-{rule}",
        what=f"average l2 distance of two logits' maps in [0, 1], saliency over {rule}, N = {filters}",
        of=lambda sums: sums["saliency"]["distance"] / sums[rule]["distance"],
    )


def found(study, network, name, rule):
    """The line of one row in the table behind the figure."""
    row = next(row for row in study.result.rows if row["name"] == name)
    own = {key: row.get(key) for key in ("estimate", "low", "high", "law")}
    return {"rule": rule, "pooled": network.pool is not None, "filters": network.filters, **own}


def pooled(study, network):
    """The same under 2×2 pooling. Saliency's law is still 0; the others follow from one filter's."""
    rows = [alike(study, "saliency-pooled", "saliency", "2×2 pooling", 0.0)]
    rows += [unshared(study, network, rule) for rule in POOLED]
    for rule in POOLED:
        what = f"E⟨s_k, s_k'⟩/E‖s‖², {rule}, 2×2 pooling, N = {network.filters}"
        rows.append(Finding(name=f"{rule}-pooled", what=what, of=partial(similarity, rule)))
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
    scales = dict(filter_scale=network.scale, readout_scale=network.scale)
    return law(**where, rule=rule, filters=network.filters, **scales)


def unshared(study, network, rule):
    """Two logits' pictures differ window by window: every one that is open unpools a filter, by weights of its own."""
    law = of_pool(unshared_energy, network, rule)
    energy = lambda rule, sums: (sums[rule]["square"] - sums[rule]["dot"]) / sums[rule]["count"] / law
    wrong = {"deconvnet": "saliency", "guided": "deconvnet"}[rule]
    return Law(
        name=f"{rule}-pooled-energy",
        what=f"energy of {rule} that two logits do not share, 2×2 pooling, over (½ − 1/2π) c⁴ N p times the windows "
        "expected to be open",
        of=partial(energy, rule),
        value=1.0,
        margin=study.margin(ENERGY),
        twin=Twin(f"{wrong} in its place", partial(energy, instead(wrong, rule))),
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
    study.sample(Experiment("pairs", partial(chunk, network), 512, tuple(rows)))


def square_of_limit(network, rule):
    """‖E s‖² of one filter."""
    scales = dict(filter_scale=network.scale, readout_scale=network.scale)
    return (pooled_mean(**network.geometry, pool=2, rule=rule, **scales) ** 2).sum()


def grown(rule, filters, limit, apart, sums):
    """The similarity at so many filters, from X/Y of one, measured: `limit` is its squared mean, `apart` is Y − X."""
    one = apart / (1 - similarity(rule, sums))
    return 1 - apart / (one + (filters - 1) * limit)


def chunk(network, rng, trials):
    """Sums over pairs of logits: inner products, squares, and the distance of the two maps rescaled to [0, 1]."""
    total = {rule: np.zeros(3) for rule in RULES}
    for pictures in network.pictures(rng, trials, list(RULES)):
        for rule, a, b in zip(RULES, pictures[::2], pictures[1::2]):
            a, b = a.astype(np.float64), b.astype(np.float64)
            total[rule] += (
                (a * b).sum(),
                ((a * a).sum() + (b * b).sum()) / 2,
                np.linalg.norm(rescaled(a) - rescaled(b)),
            )
    return Sums({rule: Sums(count=trials, dot=t[0], square=t[1], distance=t[2]) for rule, t in total.items()})


def similarity(rule, sums):
    return sums[rule]["dot"] / sums[rule]["square"]


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    filters, pictures = settings["filters"], 2 * len(RULES)
    parts = (
        takes.three_layer(shape, kernel, stride, n, pictures, 2) * budget.trials(900 if n == min(filters) else 128)
        for n in filters
    )
    pooling = takes.three_layer(shape, kernel, stride, max(filters), pictures, 2, stored=True) * budget.trials(128)
    small = takes.three_layer(takes.reduced(shape, SIDE), kernel, stride, max(filters), pictures, 2, stored=True)
    return sum(parts, pooling + small * budget.trials(512))


CLAIM = Claim(
    id="class_sensitivity",
    title="Class sensitivity",
    source="Nie et al. 2018, slides (S:58), which sum up a trained VGG-16 (S:56); abstract (B:13)",
    statement="“DeconvNet and GBP are more human-interpretable but less class-sensitive than saliency map”: of trained "
    "networks. How alike are two logits' pictures in a random three-layer network?",
    printed="nothing on a random three-layer network",
    exact="cos(s_k, s_k') → 0 (saliency), 1/π (DeconvNet), and 1 with N (guided), by a law without free parameters; "
    "under pooling it grows with N for DeconvNet, too",
    run=run,
    needs=needs,
    seconds=40,
    settings=(Setting("filters", (16, 64, 256), "numbers of filters N"), KERNEL, STRIDE),
)

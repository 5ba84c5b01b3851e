"""Class sensitivity: how alike the pictures of two logits are, for the three rules, with and without pooling."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence.estimates import Sums, jackknife, propagate
from sims.evidence.verdict import HOLDS
from sims.study.checks import value_check
from sims.study.claim import KERNEL, STRIDE, Check, Claim, Control, Setting
from sims.study.study import Experiment
from theory.laws.pooling import pooled_mean
from theory.laws.three_layer import class_similarity
from theory.metrics.similarity import rescaled
from theory.rules import RULES

MARGIN = 0.08  # of a cosine: DeconvNet pictures share offsets, so that one pair says little
SAME = 0.05  # how far from 1 a cosine of "class-insensitive" pictures may be
LAW = 0.03  # of a similarity less its prediction
ONE_FILTER = 16  # trials of one filter in each group: they cost little, and their sums predict every N
DISTANCE = 0.04  # relative, of a ratio of distances


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    rows = []
    for filters in study.settings["filters"]:
        network = ThreeLayer(study.image, kernel, stride, filters=filters, logits=2)
        rows += unpooled(study, network)
    pooled(
        study, ThreeLayer(study.image, kernel, stride, filters=max(study.settings["filters"]), logits=2, pool=2), rows
    )
    study.table("similarity", **{key: [row[key] for row in rows] for key in rows[0]})


def unpooled(study, network):
    """The similarity of two logits at one N, for every rule, against its law."""
    checks = []
    for rule in RULES:
        exact = class_similarity(**network.geometry, filters=network.filters, rule=rule)
        printed = dict(printed=1.0, printed_margin=SAME) if rule == "guided" else {}
        checks.append(
            value_check(
                f"{rule}-{network.filters}",
                f"E⟨s_k, s_k'⟩/E‖s‖², {rule}, N = {network.filters}",
                partial(similarity, rule),
                exact,
                study.margin(MARGIN),
                **printed,
            )
        )
    smallest = network.filters == min(study.settings["filters"])
    if smallest:
        checks += [farther(other, network.filters) for other in ("guided", "deconvnet")]
    study.sample(
        Experiment(f"filters-{network.filters}", partial(chunk, network), 900 if smallest else 128, tuple(checks))
    )
    return [found(study, network, check.name, check.name.split("-")[0]) for check in checks[:3]]


def found(study, network, name, rule):
    """The line of one row in the table behind the figure."""
    row = next(row for row in study.result.rows if row["name"] == name)
    return {
        "rule": rule,
        "pooled": network.pool is not None,
        "filters": network.filters,
        **{key: row[key] for key in ("estimate", "low", "high")},
        "exact": row["exact"],
    }


def farther(other, filters):
    """The papers' average l2 distance, saliency's over another rule's: "much larger" needs at least 1."""
    return Check(
        f"distance-{other}",
        f"average l2 distance of two logits' maps in [0, 1], saliency over {other}, N = {filters}",
        lambda sums: sums["saliency"]["distance"] / sums[other]["distance"],
        DISTANCE,
        Control(
            "the ratio the other way round",
            statistic=lambda sums: sums[other]["distance"] / sums["saliency"]["distance"],
        ),
        HOLDS,
        printed=1.0,
        printed_side="at least",
    )


def pooled(study, network, rows):
    """The same under 2×2 pooling. Saliency's law is still 0; the others follow from one filter and the exact limit."""
    checks = [
        value_check(
            "saliency-pooled",
            "E⟨s_k, s_k'⟩/E‖s‖², saliency, 2×2 pooling",
            partial(similarity, "saliency"),
            0.0,
            study.margin(MARGIN),
        )
    ]
    for rule in ("deconvnet", "guided"):
        checks.append(
            Check(
                f"{rule}-pooled",
                f"E⟨s_k, s_k'⟩/E‖s‖², {rule}, 2×2 pooling, as printed class-insensitive",
                partial(similarity, rule),
                study.margin(MARGIN),
                Control("saliency in its place", statistic=partial(similarity, "saliency")),
                "refuted",
                printed=1.0,
                printed_margin=SAME,
            )
        )
    measured = study.sample(Experiment("pooled", partial(chunk, network), 128, tuple(checks)))
    one = study.draw("one-filter", partial(chunk, replace(network, filters=1)), study.budget.groups, ONE_FILTER)
    rows += [found(study, network, check.name, check.name.split("-")[0]) for check in checks]
    grid = np.unique(np.geomspace(1, network.filters, 25).round().astype(int)).tolist()
    table = {"rule": [], "filters": [], "predicted": []}
    for rule in ("deconvnet", "guided"):
        limit = square_of_limit(network, rule)
        predicted = {n: jackknife(one, partial(grown, rule, n, limit)) for n in grid}
        for n in grid:
            table["rule"].append(rule), table["filters"].append(n), table["predicted"].append(predicted[n])
        check = value_check(
            f"{rule}-pooled-law",
            f"E⟨s_k, s_k'⟩/E‖s‖², {rule}, 2×2 pooling, less (X + (N−1)M)/(Y + (N−1)M): X, Y measured at "
            "N = 1, M = ‖E s₁‖² exact",
            None,
            0.0,
            study.margin(LAW),
        )
        study.conclude(check, propagate(np.subtract.reduce, [measured[f"{rule}-pooled"], predicted[network.filters]]))
    study.table("pooled_law", **table)


def square_of_limit(network, rule):
    """‖E s‖² of one filter."""
    scales = dict(filter_scale=network.scale, readout_scale=network.scale)
    return (pooled_mean(**network.geometry, pool=2, rule=rule, **scales) ** 2).sum()


def grown(rule, filters, limit, sums):
    """The similarity at so many filters from the sums of one, whose squared mean is `limit`."""
    across, own = (sums[rule][name] / sums[rule]["count"] + (filters - 1) * limit for name in ("dot", "square"))
    return across / own


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
    pooling = takes.three_layer(shape, kernel, stride, max(filters), pictures, 2, stored=True)
    return sum(parts, pooling * budget.trials(128))


CLAIM = Claim(
    id="class_sensitivity",
    title="Class sensitivity",
    source="Nie et al. 2018, abstract and 'average l2 distance statistics' (slides)",
    statement="Guided and DeconvNet pictures hardly depend on the class; saliency does.",
    printed="guided: the same picture for every class; average l2 distance largest for saliency",
    exact="cos(s_k, s_k') → 0 (saliency), 1/π (DeconvNet), and 1 with N (guided), by a law without free parameters",
    run=run,
    needs=needs,
    seconds=32,
    settings=(
        Setting("filters", (16, 64, 256), "numbers of filters N"),
        KERNEL,
        STRIDE,
    ),
)

"""The covariance of the three pictures: entry by entry on a small image, by trace and along directions on the
picture.
"""

from functools import partial

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums, across_halves, jackknife
from sims.evidence.verdict import interval
from sims.study.claim import KERNEL, STRIDE, Claim
from sims.study.rows import Law, Twin
from sims.study.study import Experiment
from theory.geometry.patches import unit
from theory.laws import covariance as laws
from theory.laws.three_layer import guided_mean
from theory.rules import RULES

ENTRIES = 0.02  # of the squared Frobenius norm: 14 % of the matrix
MARGIN = 0.15  # relative, of a variance along a direction; a third of it of the trace
SIDE = 9  # pixels of the small image
OTHER = {"saliency": "guided", "deconvnet": "saliency", "guided": "deconvnet"}


def run(study):
    small = ThreeLayer(reduced(study.image, SIDE)[:, :SIDE, :SIDE], 3, 2, padding=1, filters=4, dtype=np.float64)
    entries(study, small)
    network = ThreeLayer(study.image, study.settings["kernel"], study.settings["stride"], filters=16)
    directions(study, network)


def entries(study, network):
    """All entries of E s sᵀ at once: the squared distance of the matrix from its law, over the law's square."""
    scales = dict(filters=network.filters, filter_scale=network.scale, readout_scale=network.scale)
    table = []
    for rule in RULES:
        matrix = laws.covariance(**network.geometry, **scales, rule=rule)
        if rule == "guided":
            mean = guided_mean(**network.geometry, **scales).ravel()
            matrix = matrix + np.outer(mean, mean)
        row = Law(
            name=f"entries-{rule}",
            what="‖E s sᵀ − law‖²_F/‖law‖²_F",
            of=partial(away, "own", matrix),
            measure=across_halves(lambda sums: 1.0),
            value=0.0,
            margin=ENTRIES,
            twin=Twin(f"{OTHER[rule]} in its place", partial(away, "twin", matrix)),
        )
        rules = {"own": rule, "twin": instead(OTHER[rule], rule)}
        found = study.sample(Experiment(f"entries-{rule}", partial(outer, network, rules), 8000, (row,)))
        table += alike(rule, network.image.shape, found.groups, matrix)
    study.table("alike", **{key: [line[key] for line in table] for key in table[0]})


def alike(rule, shape, groups, matrix):
    """How the pixels of the first channel go with the one in the middle: E s_a s_b/√(E s_a² E s_b²), for the figure."""
    (_, rows, columns), middle = shape, np.ravel_multi_index((0, shape[1] // 2, shape[2] // 2), shape)
    narrow = [Sums(middle=sums["own"][middle], square=np.diag(sums["own"]).copy()) for sums in groups]
    law = Sums(middle=matrix[middle], square=np.diag(matrix))
    of = lambda n: lambda sums: sums["middle"][n] / np.sqrt(sums["square"][middle] * sums["square"][n])
    for n in range(rows * columns):
        found = interval(jackknife(narrow, of(n)))
        place = {"rule": rule, "row": n // columns, "column": n % columns}
        yield {**place, "measured": found.value, "low": found.low, "high": found.high, "law": of(n)(law)}


def outer(network, rules, rng, trials):
    """Sums of s sᵀ under each of the `rules`, by their names."""
    total = Sums(count=trials, **dict.fromkeys(rules, 0.0))
    for pictures in network.batches(rng, trials, list(rules.values())):
        for name, s in zip(rules, pictures.reshape(len(pictures), len(rules), -1).swapaxes(0, 1)):
            total[name] = total[name] + s.T.astype(np.float64) @ s
    return total


def away(part, matrix, sums):
    """How far the mean of s sᵀ is from a matrix, in lengths of that."""
    return (sums[part] / sums["count"] - matrix).ravel() / np.linalg.norm(matrix)


def directions(study, network):
    """Var⟨s, e⟩ of guided backpropagation along the mean, the picture, and white noise; and the trace."""
    scales = dict(filters=network.filters, filter_scale=network.scale, readout_scale=network.scale)
    noise = study.rng("direction").standard_normal(network.image.shape)
    named = {"mean": guided_mean(**network.geometry), "image": network.image, "noise": noise}
    margin, rows = study.margin(MARGIN), []
    for name, direction in named.items():
        e = unit(direction.ravel()).reshape(direction.shape)
        exact = laws.variance_along(e, **network.geometry, **scales)
        what = f"Var⟨s, e⟩ over its exact value, e along the {name}"
        rows.append(law(f"along-{name}", what, partial(variance, name, exact), margin))
    trace = laws.covariance_trace(**network.geometry, **scales)
    of = lambda part: lambda sums: estimates.noise(sums[part]) / trace
    rows.append(law("trace", "tr Cov s over its exact value", of, margin / 3))
    parts = {"guided": "guided", "twin": instead("saliency", "guided")}
    study.sample(Experiment("directions", partial(picture_sums.chunk, network, parts, None, named), 5000, tuple(rows)))
    found = study.result.rows[-len(rows) :]
    columns = {"name": "name", "measured": "estimate", "low": "low", "high": "high"}
    study.table("directions", **{column: [row[key] for row in found] for column, key in columns.items()})


def law(name, what, of, margin):
    """A law whose ratio to what is measured is 1; of(part) reads it off a part of the sums."""
    twin = Twin("saliency in its place", of("twin"))
    return Law(name=name, what=what, of=of("guided"), value=1.0, margin=margin, twin=twin)


def variance(name, exact, part):
    """The variance of s along a named direction, over its law."""

    def ratio(sums):
        a, aa, _ = sums[part][name]
        n = sums[part]["count"]
        return (aa - a * a / n) / (n - 1) / exact

    return ratio


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    return takes.three_layer(shape, kernel, stride, filters=16, pictures=2) * budget.trials(5000)


CLAIM = Claim(
    id="covariance",
    title="The covariance of the pictures",
    source="not in the papers, which print N(0, I) (Theorem 2) and nothing for guided backpropagation",
    statement="Second moments are Σ_jl a_jl D_jᵀ B_jl D_l, exactly, at every N.",
    printed="–",
    exact="a_jj = E h(V)², a_jl = (E h(V))²; B_jl = E[wwᵀ · masks] in closed form",
    run=run,
    needs=needs,
    seconds=40,
    settings=(KERNEL, STRIDE),
)

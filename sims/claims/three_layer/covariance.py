"""The covariance of the three pictures: entry by entry on a small image, by trace and along directions on the
picture.
"""

from functools import partial

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, neighbours, picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums, across_halves
from sims.study.claim import KERNEL, STRIDE, Claim
from sims.study.common import twinned
from sims.study.rows import Law
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
    lines = []
    for rule in RULES:
        matrix = laws.covariance(**network.geometry, **network.scales, rule=rule)
        if rule == "guided":
            mean = guided_mean(**network.geometry, **network.scales).ravel()
            matrix = matrix + np.outer(mean, mean)
        row = Law(
            name=f"entries-{rule}",
            what="‖E s sᵀ − law‖²_F/‖law‖²_F",
            **twinned("own", "twin", away(matrix), f"{OTHER[rule]} in its place"),
            value=0.0,
            margin=ENTRIES,
        )
        rules = {"own": rule, "twin": instead(OTHER[rule], rule)}
        found = study.sample(Experiment(f"entries-{rule}", partial(outer, network, rules), 8000, (row,)))
        lines += [{"rule": rule, **line} for line in neighbours.alike(found.groups, "own", matrix, network.image.shape)]
    study.tabulate("alike", lines)


def outer(network, rules, rng, trials):
    """Sums of s sᵀ under each of the `rules`, by their names."""
    total = Sums(count=trials, **dict.fromkeys(rules, 0.0))
    for pictures in network.batches(rng, trials, list(rules.values())):
        for name, s in zip(rules, pictures.reshape(len(pictures), len(rules), -1).swapaxes(0, 1)):
            total[name] = total[name] + s.T.astype(np.float64) @ s
    return total


def away(matrix):
    """How far the mean of s sᵀ is from a matrix, in lengths of that."""
    of = lambda part: lambda sums: (sums[part] / sums["count"] - matrix).ravel() / np.linalg.norm(matrix)
    return lambda part: {"of": of(part), "measure": across_halves(lambda sums: 1.0)}


def directions(study, network):
    """Var⟨s, e⟩ of guided backpropagation along the mean, the picture, and white noise; and the trace."""
    noise = study.rng("direction").standard_normal(network.image.shape)
    named = {"mean": guided_mean(**network.geometry), "image": network.image, "noise": noise}
    margin, rows = study.margin(MARGIN), []
    for name, direction in named.items():
        e = unit(direction.ravel()).reshape(direction.shape)
        exact = laws.variance_along(e, **network.geometry, **network.scales)
        what = f"Var⟨s, e⟩ over its exact value, e along the {name}"
        rows.append(law(f"along-{name}", what, variance(name, exact), margin))
    trace = laws.covariance_trace(**network.geometry, **network.scales)
    of = lambda part: lambda sums: estimates.noise(sums[part]) / trace
    rows.append(law("trace", "tr Cov s over its exact value", of, margin / 3))
    parts = {"guided": "guided", "twin": instead("saliency", "guided")}
    study.sample(Experiment("directions", partial(picture_sums.chunk, network, parts, None, named), 5000, tuple(rows)))
    names = [row.name for row in rows]
    study.table("directions", name=names, **study.columns(names, measured="estimate", low="low", high="high"))


def law(name, what, of, margin):
    """A law whose ratio to what is measured is 1; of(part) reads it off a part of the sums."""
    return Law(name=name, what=what, value=1.0, margin=margin, **twinned("guided", "twin", of, "saliency in its place"))


def variance(name, exact):
    """The variance of s along a named direction, over its law."""
    return lambda part: lambda sums: estimates.variance_along(sums[part], name) / exact


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
    said="Not printed: what the noise looks like.",
    true="The covariance of any two pixels is known, for all three rules and at every width.",
    meaning="Which blotches are chance can be told from the law alone.",
    headline="entries-deconvnet",
    decides=("entries-saliency", "entries-deconvnet", "entries-guided", "along-image", "trace"),
    run=run,
    needs=needs,
    seconds=40,
    settings=(KERNEL, STRIDE),
)

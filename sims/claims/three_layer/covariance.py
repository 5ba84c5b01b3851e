"""The covariance of the three pictures: entry by entry on a small image, by trace and along directions on the
picture.
"""

from functools import partial

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.estimates import Sums
from sims.study.checks import value_check
from sims.study.claim import KERNEL, STRIDE, Claim, Control
from sims.study.study import Experiment
from theory.geometry.patches import unit
from theory.laws import covariance as laws
from theory.laws.three_layer import guided_mean
from theory.rules import RULES

ENTRIES = 0.02  # of the squared Frobenius norm: 14 % of the matrix
MARGIN = 0.15  # relative, of a variance along a direction
SIDE = 9  # pixels of the small image


def run(study):
    small = ThreeLayer(reduced(study.image, SIDE)[:, :SIDE, :SIDE], 3, 2, padding=1, filters=4, dtype=np.float64)
    entries(study, small)
    network = ThreeLayer(study.image, study.settings["kernel"], study.settings["stride"], filters=16)
    directions(study, network)


def entries(study, network):
    """All entries of E s sᵀ at once: the squared distance of the matrix from its law, over the law's square."""
    scales = dict(filters=network.filters, filter_scale=network.scale, readout_scale=network.scale)
    matrices = {}
    for rule in RULES:
        matrix = laws.covariance(**network.geometry, **scales, rule=rule)
        mean = guided_mean(**network.geometry, **scales).ravel() if rule == "guided" else np.zeros(len(matrix))
        matrices[rule] = matrix + np.outer(mean, mean)
    for rule, matrix in matrices.items():
        check = value_check(
            f"entries-{rule}",
            "‖E s sᵀ − law‖²_F/‖law‖²_F",
            partial(distance, rule, matrix),
            0.0,
            ENTRIES,
            control=Control("the law times 1.3", statistic=partial(distance, rule, 1.3 * matrix)),
        )
        study.sample(Experiment(f"entries-{rule}", partial(outer, network, rule), 8000, (check,)))


def outer(network, rule, rng, trials):
    """Sums of s, of s sᵀ and of |s|⁴."""
    s = np.array([picture.ravel() for [picture] in network.pictures(rng, trials, (rule,))])
    squares = (s * s).sum(axis=1)
    return Sums(count=trials, outer=s.T @ s, fourth=squares @ squares)


def distance(rule, matrix, sums):
    """Unbiased ‖E s sᵀ − matrix‖²_F, over ‖matrix‖²_F."""
    n = sums["count"]
    square = ((sums["outer"] ** 2).sum() - sums["fourth"]) / (n * (n - 1))
    return (square - 2 * (sums["outer"] * matrix).sum() / n + (matrix**2).sum()) / (matrix**2).sum()


def directions(study, network):
    """Var⟨s, e⟩ of guided backpropagation along the mean, the picture, and white noise; and the trace."""
    scales = dict(filters=network.filters, filter_scale=network.scale, readout_scale=network.scale)
    noise = study.rng("direction").standard_normal(network.image.shape)
    named = {"mean": guided_mean(**network.geometry), "image": network.image, "noise": noise}
    margin, checks = study.margin(MARGIN), []
    for name, direction in named.items():
        e = unit(direction.ravel()).reshape(direction.shape)
        exact = laws.variance_along(e, **network.geometry, **scales)
        check = value_check(
            f"along-{name}",
            f"Var⟨s, e⟩ over its exact value, e along the {name}",
            partial(variance, name, exact),
            1.0,
            margin,
        )
        checks.append(check)
    trace = laws.covariance_trace(**network.geometry, **scales)
    checks.append(
        value_check(
            "trace",
            "tr Cov s over its exact value",
            lambda sums: estimates.noise(sums["guided"]) / trace,
            1.0,
            margin / 3,
        )
    )
    study.sample(Experiment("directions", picture_sums.guided(network, **named), 5000, tuple(checks)))
    rows = study.result.rows[-len(checks) :]
    study.table(
        "directions",
        name=[row["name"] for row in rows],
        measured=[row["estimate"] for row in rows],
        low=[row["low"] for row in rows],
        high=[row["high"] for row in rows],
    )


def variance(name, exact, sums):
    """The variance of s along a named direction, over its law."""
    a, aa, _ = sums["guided"][name]
    n = sums["guided"]["count"]
    return (aa - a * a / n) / (n - 1) / exact


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    return takes.three_layer(shape, kernel, stride, filters=16) * budget.trials(5000)


CLAIM = Claim(
    id="covariance",
    title="The covariance of the pictures",
    source="not in the papers, which print N(0, I) (Theorem 2) and nothing for guided backpropagation",
    statement="Second moments are Σ_jl a_jl D_jᵀ B_jl D_l, exactly, at every N.",
    printed="–",
    exact="a_jj = E h(V)², a_jl = (E h(V))²; B_jl = E[wwᵀ · masks] in closed form",
    run=run,
    needs=needs,
    seconds=33,
    settings=(KERNEL, STRIDE),
)

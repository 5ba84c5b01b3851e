"""Beyond Gaussian weights: which part of Theorem 1 survives another law of the filters."""

from functools import partial

import numpy as np
from scipy.special import gammaln

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.random import weight_laws
from sims.study import common
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import EXACT, LIMIT, Finding, Law
from sims.study.study import Experiment
from theory.geometry.patches import extract, fold
from theory.laws.three_layer import guided_mean

ANGLE = 0.01  # of sin²: a direction that is the same for every purpose of a picture
SCALE = 0.03  # relative; the deviation of a truncated normal law is 12 % off
LEAK = 0.1  # of the twins' backward ReLU: a tenth off the scale
TRUNCATED = 0.8796256610342398  # the standard deviation of a normal law cut at two deviations
LAWS = ("truncated", "rademacher", "uniform", "laplace", "student", "spherical")


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = partial(ThreeLayer, study.image, kernel, stride, filters=filters)
    for law in LAWS:
        one_law(study, law, network(law=getattr(weight_laws, law)))
    skewed(study, network(law=weight_laws.correlated))
    laws = [row["name"] for row in study.result.rows if row["kind"] == "law"]
    study.table("laws", name=laws, **study.columns(laws, "estimate", "low", "high", "law", "margin"))


def one_law(study, law, network):
    """Direction and scale of E s under one law, against those of Gaussian filters of the same variance."""
    mean = guided_mean(**network.geometry, **network.scales)
    factor = {"truncated": TRUNCATED, "spherical": spherical_factor(network.entries)}.get(law, 1.0)
    tag = EXACT if law == "spherical" else LIMIT  # wᵀŷ of independent entries is normal for many of them
    length = picture_sums.length_along("mean", np.linalg.norm(mean) * factor)
    what = "length of E s along Σ D_jᵀŷ_j, over that of Gaussian filters of the same variance"
    rows = [
        common.direction(f"{law}-direction", "Σ D_jᵀŷ_j", mean, study.margin(ANGLE), tag),
        Law(
            name=f"{law}-scale",
            what=what,
            value=1.0,
            tag=tag,
            margin=study.margin(SCALE),
            **common.leaking(LEAK, length),
        ),
    ]
    if law == "truncated":
        rows += common.along(mean, ANGLE, ", truncated weights")
    study.sample(experiment(law, network, rows, mean=mean))


def experiment(name, network, rows, **directions):
    chunk = picture_sums.guided_and_leaky(network, LEAK, **directions)
    return Experiment(name, chunk, 2e4 / network.filters, tuple(rows))


def spherical_factor(p):
    """E of the rectified part of a vector uniform on the sphere of radius √p, over 1/√(2π)."""
    return np.sqrt(p / 2) * np.exp(gammaln(p / 2) - gammaln((p + 1) / 2))


def skewed(study, network):
    """Gaussian filters whose entries correlate: E w̃ ∝ Σy, and the picture leaves the direction of Theorem 1."""
    mean, turned = guided_mean(**network.geometry), correlated_mean(network)
    where = "Σ D_jᵀΣy_j/√(y_jᵀΣy_j)"
    away = Finding(
        name="correlated-direction",
        what="sin² of the angle between E s and Σ D_jᵀŷ_j, filters whose entries correlate",
        of=picture_sums.angle_to("white"),
    )
    rows = [common.direction("correlated-law", where, turned, study.margin(ANGLE)), away]
    study.sample(experiment("correlated", network, rows, mean=turned, white=mean))


def correlated_mean(network):
    """E s of Gaussian filters of covariance Σ, up to its scale: Σ_j D_jᵀ Σy_j/√(y_jᵀΣy_j)."""
    k = network.kernel
    patches = extract(**network.geometry)
    steps = np.abs(np.subtract.outer(np.arange(k), np.arange(k)))
    turned = (patches.reshape(-1, k) @ 0.5**steps).reshape(patches.shape)
    length = np.sqrt((patches * turned).sum(axis=1, keepdims=True))
    turned = np.divide(turned, length, out=np.zeros_like(turned), where=length > 0)
    return fold(turned, network.image.shape, k, network.stride)


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    return takes.three_layer(shape, kernel, stride, filters, 2) * len(LAWS) * budget.trials(2e4 / filters)


CLAIM = Claim(
    id="weight_laws",
    title="Beyond Gaussian weights",
    source="Nie et al. 2018, section 'Experiments' (A:272)",
    statement="“their weights are all sampled from the truncated Gaussians with a zero-mean and standard deviation "
    "0.1”, by which the experiments “verify our theoretical analysis”, which is of Gaussian ones.",
    premise="truncated normal filters, Gaussian readout, no bias",
    readings={
        "approximately": "the cosine of E s and Theorem 1's direction is 0.95 or more: a tenth of its energy is else",
        "strict": "sin² of the angle is at most 1 %",
    },
    printed="Theorem 1 with truncated weights",
    exact="spherical laws keep the direction exactly; independent entries keep it closely and the scale with their "
    "variance; correlated entries turn it to Σ_j D_jᵀ Σy_j/√(y_jᵀΣy_j)",
    said="The theory, proved for Gaussian weights, describes experiments with truncated ones.",
    true="It does, and for other independent laws too; correlated filters turn the picture.",
    meaning="That the input is redrawn does not hang on how the weights were drawn.",
    headline="truncated-scale",
    decides=("cosine", "angle", "truncated-scale", "student-scale", "correlated-law", "correlated-direction"),
    run=run,
    needs=needs,
    seconds=30,
    settings=(Setting("filters", 64, "number of filters N"), KERNEL, STRIDE),
)

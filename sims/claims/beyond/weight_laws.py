"""Beyond Gaussian weights: which part of Theorem 1 survives another law of the filters."""

import numpy as np
from scipy.special import gammaln

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.random import weight_laws
from sims.study.checks import value_check
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.study import Experiment
from theory.geometry.patches import extract, fold, unit
from theory.laws.three_layer import guided_mean

ANGLE = 0.01  # of sin²
SCALE = 0.03  # relative
TRUNCATED = 0.8796256610342398  # the standard deviation of a normal law cut at two deviations
LAWS = ("truncated", "rademacher", "uniform", "laplace", "student", "spherical")


def run(study):
    image = study.image
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    for law in LAWS:
        one_law(study, law, ThreeLayer(image, kernel, stride, filters=filters, law=getattr(weight_laws, law)))
    skewed(study, ThreeLayer(image, kernel, stride, filters=filters, law=weight_laws.correlated))
    rows = study.result.rows
    study.table(
        "laws", **{key: [row[key] for row in rows] for key in ("name", "estimate", "low", "high", "exact", "margin")}
    )


def one_law(study, law, network):
    """Direction and scale of E s under one law, against those of Gaussian filters of the same variance."""
    mean = guided_mean(
        **network.geometry, filters=network.filters, filter_scale=network.scale, readout_scale=network.scale
    )
    factor = {"truncated": TRUNCATED, "spherical": spherical_factor(len(network.image) * network.kernel**2)}.get(
        law, 1.0
    )
    direction = value_check(
        f"{law}-direction",
        "sin² of the angle between E s and Σ D_jᵀŷ_j",
        picture_sums.angle_to("mean"),
        0.0,
        study.margin(ANGLE),
        printed=0.0,
    )
    scale = value_check(
        f"{law}-scale",
        "length of E s along it, over that of Gaussian filters of the same variance",
        lambda sums: estimates.along(sums["guided"], "mean") / np.linalg.norm(mean) / factor,
        1.0,
        study.margin(SCALE),
    )
    study.sample(Experiment(law, picture_sums.guided(network, mean=mean), 2e4 / network.filters, (direction, scale)))


def spherical_factor(p):
    """E of the rectified part of a vector uniform on the sphere of radius √p, over 1/√(2π)."""
    return np.sqrt(p / 2) * np.exp(gammaln(p / 2) - gammaln((p + 1) / 2))


def skewed(study, network):
    """Filters whose entries correlate: E w̃ ∝ Σy, and the picture leaves the printed direction by a known angle."""
    mean, exact_mean = guided_mean(**network.geometry), correlated_mean(network)
    exact = 1 - float(unit(mean.ravel()) @ unit(exact_mean.ravel())) ** 2
    away = value_check(
        "correlated-direction",
        "sin² of the angle between E s and Σ D_jᵀŷ_j",
        picture_sums.angle_to("mean"),
        exact,
        study.margin(ANGLE),
        printed=0.0,
    )
    back = value_check(
        "correlated-law",
        "sin² of the angle between E s and Σ D_jᵀΣy_j/√(y_jᵀΣy_j)",
        picture_sums.angle_to("law"),
        0.0,
        study.margin(ANGLE),
    )
    study.sample(
        Experiment(
            "correlated", picture_sums.guided(network, mean=mean, law=exact_mean), 2e4 / network.filters, (away, back)
        )
    )


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
    return takes.three_layer(shape, kernel, stride, filters) * len(LAWS) * budget.trials(2e4 / filters)


CLAIM = Claim(
    id="weight_laws",
    title="Beyond Gaussian weights",
    source="Nie et al. 2018, section 'Experiments' (truncated normal weights)",
    statement="Theorem 1 is proved for Gaussian filters and tried with truncated ones.",
    printed="E s ∝ Σ_j D_jᵀ ŷ_j also in the experiments",
    exact="spherical laws keep the direction exactly; independent entries keep it closely and the "
    "scale with their variance; "
    "correlated entries turn it to Σ_j D_jᵀ Σy_j/√(y_jᵀΣy_j)",
    run=run,
    needs=needs,
    seconds=11,
    settings=(
        Setting("filters", 64, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

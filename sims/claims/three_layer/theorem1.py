"""Theorem 1, direction: E s is proportional to Σ_j D_jᵀ ŷ_j, at every number of filters."""

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.evidence.verdict import HOLDS
from sims.study.claim import KERNEL, STRIDE, Check, Claim, Control, Setting
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.geometry.patches import unit
from theory.laws.three_layer import guided_mean

MARGIN = 0.01  # of sin²: an angle of 5.7°


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    mean = unit(guided_mean(study.image, kernel, stride).ravel())
    noise = study.rng("across").standard_normal(mean.shape)
    across = unit(noise - (noise @ mean) * mean)
    tilt = np.sqrt(2 * study.margin(MARGIN))  # the sine of a direction that is off by twice the margin
    tilted = np.sqrt(1 - tilt**2) * mean + tilt * across
    angles = []
    for filters in study.settings["filters"]:
        network = ThreeLayer(study.image, kernel, stride, filters=filters)
        check = Check(
            name=f"filters-{filters}",
            what="sin² of the angle between E s and Σ D_jᵀŷ_j",
            printed=0.0,
            exact=0.0,
            margin=study.margin(MARGIN),
            expected=HOLDS,
            statistic=picture_sums.angle_to("mean"),
            control=Control(
                "a direction tilted from it by twice the margin",
                statistic=picture_sums.angle_to("tilted"),
            ),
        )
        chunk = picture_sums.guided(network, mean=mean, tilted=tilted)
        trials = (
            10000 / filters * study.budget.margin
        )  # the error of a vanishing square falls as 1/trials, not as its root
        angles.append(study.sample(Experiment(check.name, chunk, trials, (check,)))[check.name])
    study.table(
        "direction",
        filters=study.settings["filters"],
        sine_squared=[each.value for each in angles],
        low=[row["low"] for row in study.result.rows],
        high=[row["high"] for row in study.result.rows],
        margin=[row["margin"] for row in study.result.rows],
    )


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    parts = (
        takes.three_layer(shape, kernel, stride, n) * budget.trials(10000 / n * budget.margin)
        for n in settings["filters"]
    )
    return sum(parts, Needs())


CLAIM = Claim(
    id="theorem1",
    title="Theorem 1: direction",
    source="Nie et al. 2018, Theorem 1; TR-GBP, Theorem 1, Eq. 6–7",
    statement="For N sufficiently large the guided picture points along Σ_j D_jᵀ y_j/‖y_j‖.",
    printed="E s ∝ Σ_j D_jᵀ y_j/‖y_j‖ as N → ∞",
    exact="E s ∝ Σ_j D_jᵀ ŷ_j at every N, N = 1 included",
    run=run,
    needs=needs,
    seconds=42,
    settings=(
        Setting("filters", (1, 4, 64, 256), "numbers of filters N"),
        KERNEL,
        STRIDE,
    ),
)

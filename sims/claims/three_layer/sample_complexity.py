"""Sample complexity: the number of filters N at which the relative error reaches ε, measured, against A/ε²."""

import math

import numpy as np

from sims.checks import noise
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.evidence.estimates import propagate
from sims.evidence.slopes import power, times_as_many
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import Law
from sims.system.needs import Needs
from theory.laws.three_layer import noise_to_signal

MARGIN = 0.1  # relative
SLOPE = 0.1
EPSILONS = (2.0, 1.0, 0.5)
STEP = math.sqrt(2)  # the two networks that bracket N have N/STEP and N·STEP filters


def run(study):
    kernel, stride, epsilons = (study.settings[name] for name in ("kernel", "stride", "epsilons"))
    constant = noise_to_signal(study.image, kernel, stride)
    more = times_as_many(epsilons, EPSILONS)
    reached = [crossing(study, epsilon, constant, kernel, stride, more) for epsilon in epsilons]
    laws = constant / np.square(epsilons)
    names = [f"epsilon-{each:g}" for each in epsilons]
    columns = study.columns(names, by=laws, measured="estimate", low="low", high="high")
    study.table("complexity", epsilon=epsilons, law=laws, **columns)
    if len(epsilons) > 1:
        slope(study, epsilons, laws, reached)


def slope(study, epsilons, laws, reached):
    """The least-squares slope of log N(ε) against log ε."""
    margin = study.margin(SLOPE)
    estimate = propagate(lambda ratios: power(epsilons, ratios * laws), reached)
    study.conclude(Law(name="slope", what="slope of log N against log ε", value=-2.0, margin=margin), estimate)
    study.table("slope", **study.columns(["slope"], measured="estimate", low="low", high="high"), law=[-2.0])


def crossing(study, epsilon, constant, kernel, stride, more):
    """N(ε), where the line through two measured points, in logarithms, crosses ε², over the law's A/ε²; `more`
    times the trials.
    """
    law = constant / epsilon**2
    counts = np.array([max(1, round(law / STEP)), max(2, round(law * STEP))])
    found, before = [], study.result.trials
    for filters in counts:
        network = ThreeLayer(study.image, kernel, stride, filters=int(filters))
        trials = more * picture_sums.enough_trials(filters, MARGIN)
        experiment = f"epsilon-{epsilon:g}-filters-{filters}"
        own = dict(margin=study.margin(MARGIN), trials=trials, experiment=experiment)
        found.append(noise.measured(study, f"noise-{filters}", network, **own))

    def reached(ratios):
        low, high = np.log(ratios * constant / counts)
        share = (low - 2 * math.log(epsilon)) / (low - high)
        return counts[0] * (counts[1] / counts[0]) ** share / law

    margin = study.margin(MARGIN)
    estimate = propagate(reached, found)
    what = f"measured N(ε = {epsilon:g}) over A/ε² = {law:.4g}"
    row = Law(name=f"epsilon-{epsilon:g}", what=what, value=1.0, margin=margin)
    study.conclude(row, estimate, trials=study.result.trials - before)
    return estimate


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    rule = np.pi**2 * shape[0] * min(kernel, stride) ** 2  # π²p/m
    counts = (math.ceil(rule / epsilon**2 * STEP) for epsilon in settings["epsilons"])
    parts = (
        takes.three_layer(shape, kernel, stride, n, pictures=2) * budget.trials(picture_sums.enough_trials(n, MARGIN))
        for n in counts
    )
    return sum(parts, Needs())


CLAIM = Claim(
    id="sample_complexity",
    title="Sample complexity",
    source="TR-GBP, section 4.2, answer 1 (T:146)",
    statement="“N = Õ(p/ε²)”, where “Õ(·) hides some other factors”, has no constant to judge. Ours has one: how many "
    "filters bring the relative error of a picture down to ε.",
    printed="N = Õ(p/ε²), no constant",
    exact="N = A/ε², A exact for the picture at hand",
    said="Not printed: the bound has no constant.",
    true="The number of filters for a given error is known exactly, for the picture at hand.",
    meaning="One can say beforehand how wide a network must be to redraw a picture to a given error.",
    headline="epsilon-0.5",
    decides=("epsilon-2", "epsilon-1", "epsilon-0.5", "slope"),
    run=run,
    needs=needs,
    seconds=16,
    settings=(
        Setting("epsilons", EPSILONS, "relative errors ε", least=0.05, most=10),
        KERNEL,
        STRIDE,
    ),
)

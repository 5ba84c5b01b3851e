"""Convergence in the number of filters N: noise-to-signal against A/N, and the cosine with x, no fitted parameter."""

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.defects import misplaced
from sims.evidence.estimates import propagate
from sims.evidence.slopes import power, times_as_many
from sims.study import common
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_LEAST, LIMIT, Law, Reading, Twin
from sims.study.study import Experiment
from theory.laws.three_layer import expected_cosine, guided_mean, limit_cosine, noise_to_signal

MARGIN = 0.1  # relative, of the noise-to-signal ratio
COSINE = 0.01  # absolute: cosines are read to two digits
SLOPE = 0.03  # of the slope −1
READ = 0.05  # how far it may be from −1
GRID = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
GALLERY = (8, 16, 32, 64, 256)


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    networks = [ThreeLayer(study.image, kernel, stride, filters=n) for n in study.settings["filters"]]
    filters = np.array([network.filters for network in networks])
    laws, curve = (law(**networks[0].geometry, filters=filters) for law in (noise_to_signal, expected_cosine))
    more = times_as_many(filters, GRID)
    noises, cosines = zip(*(measure(study, network, exact, more) for network, exact in zip(networks, curve)))
    grows(study, filters, curve, cosines)
    slope = rate(study, filters, laws, noises)
    names = lambda part: [f"{part}-{network.filters}" for network in networks]
    ends = lambda key: {key: "estimate", f"{key}_low": "low", f"{key}_high": "high"}
    noise = study.columns(names("noise"), by=laws, **ends("noise_to_signal"))
    cosine = study.columns(names("cosine"), **ends("cosine"))
    study.table("filters", filters=filters, law=laws, cosine_law=curve, **noise, **cosine)
    found = study.columns(["slope"], "low", "high") | {"law": [-1.0]}
    limit = limit_cosine(study.image, kernel, stride)
    study.table("slope", measured=[slope.value], **found, limit_cosine=[limit])
    gallery(study, kernel, stride)


def measure(study, network, exact, more):
    """Noise-to-signal over A/N, and the mean cosine with x, `exact` by the curve, at one N; `more` times the trials."""
    margin = study.margin(MARGIN)
    noise = common.noise(f"noise-{network.filters}", network, margin)
    of = lambda direction: lambda sums: estimates.mean_cosine(sums["guided"], direction)
    apart = Twin(f"patches put back {common.APART} pixels off", of("apart"))
    cosine = Law(
        name=f"cosine-{network.filters}",
        what="E cos(s, x)",
        of=of("image"),
        value=exact,
        margin=study.margin(COSINE),
        tag=LIMIT,  # of many filters: it leaves out a term in 1/N (three_layer.mean_cosine), far below COSINE here
        twin=apart if exact > 5 * COSINE and common.moves(network.image, MARGIN) else None,
    )
    directions = dict(image=network.image, apart=misplaced(network.image, common.APART))
    chunk = picture_sums.guided_and_leaky(network, margin, **directions)
    trials = more * picture_sums.enough_trials(network.filters, MARGIN)
    found = study.sample(Experiment(f"filters-{network.filters}", chunk, trials, (noise, cosine)))
    return found[noise.name], found[cosine.name]


def grows(study, filters, curve, cosines):
    """The cosine at each N less that at the one before it in size."""
    order = np.argsort(filters)
    for before, after in zip(order, order[1:]):
        what = f"E cos(s, x) at N = {filters[after]} less that at {filters[before]}"
        own = dict(reading="better", value=0.0, side=AT_LEAST, law=curve[after] - curve[before])
        row = Reading(name=f"better-{filters[after]}", what=what, **own)
        study.conclude(row, propagate(lambda values: values[1] - values[0], [cosines[before], cosines[after]]))


def rate(study, filters, laws, ratios):
    """The slope of log noise-to-signal against log N, each point weighted by its precision."""
    weights = np.array([each.value / each.error for each in ratios]) ** 2
    slope = propagate(lambda values: power(filters, values * laws, weights), ratios)
    what = "slope of log noise-to-signal against log N"
    study.conclude(Law(name="slope", what=what, value=-1.0, margin=study.margin(SLOPE)), slope)
    own = dict(value=-1.0, margin=study.margin(READ), law=-1.0)
    study.conclude(Reading(name="rate", reading="rate", what=what, **own), slope)
    return slope


def gallery(study, kernel, stride):
    """One picture at each of a few N, beside the exact limit and x."""
    study.pictures({"x": study.image, "limit": guided_mean(study.image, kernel, stride)})
    networks = {f"filters-{n}": ThreeLayer(study.image, kernel, stride, filters=n) for n in GALLERY}
    law = expected_cosine(study.image, kernel, stride, filters=np.array(GALLERY))
    study.table("gallery", filters=GALLERY, cosine=common.gallery(study, networks), predicted=law)


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    trials = lambda n: budget.trials(picture_sums.enough_trials(n, MARGIN))
    parts = (takes.three_layer(shape, kernel, stride, n, pictures=2) * trials(n) for n in settings["filters"])
    return sum(parts, takes.three_layer(shape, kernel, stride, max(GALLERY)))


CLAIM = Claim(
    id="convergence_filters",
    title="Convergence in the number of filters N",
    source="Nie et al. 2018, section 'Impact of Local Connections' (A:380; A:329–346; step (a) of the proof, A:161)",
    statement="“as the number of filters N increases …, the visual quality of GBP in the CNN … becomes better”.",
    premise="the printed three-layer CNN (A:272) on a photograph",
    readings={
        "better": "the cosine of a picture with x is larger at each N than at the one before",
        "rate": "noise falls as the sample mean's does: noise-to-signal as 1/N, a slope of −1 within 0.05",
    },
    printed="noise-to-signal ∝ 1/N",
    exact="E‖s−Es‖²/‖Es‖² = A/N with A known; cos(s, x) follows from it",
    said="The more filters, the better the picture.",
    true="So it is: noise falls as one over the number of filters, with a constant that is known beforehand.",
    meaning="Wider networks give cleaner copies of the input, not better explanations.",
    headline="slope",
    decides=("rate", "better-1024", "cosine-16", "cosine-64", "cosine-256", "noise-256"),
    run=run,
    needs=needs,
    seconds=37,
    settings=(
        Setting("filters", GRID, "numbers of filters N", distinct=2),
        KERNEL,
        STRIDE,
    ),
)

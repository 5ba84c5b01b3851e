"""Convergence in the number of filters N: noise-to-signal against A/N, and the cosine with x, no fitted parameter."""

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.estimates import propagate
from sims.evidence.slopes import times_as_many
from sims.evidence.verdict import HOLDS
from sims.study import checks
from sims.study.claim import KERNEL, STRIDE, Check, Claim, Control, Setting
from sims.study.study import Experiment
from theory.laws.three_layer import expected_cosine, guided_mean, limit_cosine, noise_to_signal
from theory.metrics.similarity import cosine

MARGIN = 0.1  # relative, of the noise-to-signal ratio
COSINE = 0.01
SLOPE = 0.03
GRID = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
GALLERY = (8, 16, 32, 64, 256)


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    networks = [ThreeLayer(study.image, kernel, stride, filters=n) for n in study.settings["filters"]]
    filters = np.array([network.filters for network in networks])
    laws, curve = (law(**networks[0].geometry, filters=filters) for law in (noise_to_signal, expected_cosine))
    more = times_as_many(filters, GRID)
    found = [measure(study, network, exact, more) for network, exact in zip(networks, curve)]
    ratios = [noise for noise, _ in found]
    slope = slope_check(study, filters, laws, ratios)
    rows = {row["name"]: row for row in study.result.rows}
    columns = {
        "filters": filters,
        "law": laws,
        "cosine_law": curve,
    }
    for part, key, scale in (("noise", "noise_to_signal", laws), ("cosine", "cosine", np.ones(len(laws)))):
        for field, column in (("estimate", key), ("low", f"{key}_low"), ("high", f"{key}_high")):
            columns[column] = [rows[f"{part}-{network.filters}"][field] * by for network, by in zip(networks, scale)]
    study.table("filters", **columns)
    study.table(
        "slope",
        measured=[slope.value],
        low=[rows["slope"]["low"]],
        high=[rows["slope"]["high"]],
        law=[-1.0],
        limit_cosine=[limit_cosine(study.image, kernel, stride)],
    )
    gallery(study, kernel, stride)


def measure(study, network, exact, more):
    """Noise-to-signal over A/N, and the mean cosine with x, `exact` by the curve, at one N; `more` times the trials."""
    margin = study.margin(MARGIN)
    noise = checks.noise_check(f"noise-{network.filters}", network, margin)
    cosine = Check(
        name=f"cosine-{network.filters}",
        what="E cos(s, x)",
        exact=exact,
        margin=study.margin(COSINE),
        expected=HOLDS,
        statistic=lambda sums: estimates.mean_cosine(sums["guided"], "image"),
        control=Control("the curve moved by twice the margin", target=exact + 2 * study.margin(COSINE)),
    )
    chunk = picture_sums.guided_and_leaky(network, margin, image=network.image)
    trials = more * picture_sums.enough_trials(network.filters, MARGIN)
    found = study.sample(Experiment(f"filters-{network.filters}", chunk, trials, (noise, cosine)))
    return found[noise.name], found[cosine.name]


def slope_check(study, filters, laws, ratios):
    """The slope of log noise-to-signal against log N, each point weighted by its precision."""
    logs = np.log(filters)
    weights = np.array([each.value / each.error for each in ratios]) ** 2
    centred = logs - np.average(logs, weights=weights)
    slope = propagate(lambda values: (weights * centred) @ np.log(values * laws) / (weights @ centred**2), ratios)
    margin = study.margin(SLOPE)
    study.conclude(
        Check(
            "slope",
            "slope of log noise-to-signal against log N",
            None,
            margin,
            Control("a slope of −1 plus twice the margin", target=-1 + 2 * margin),
            HOLDS,
            exact=-1.0,
            printed=-1.0,
        ),
        slope,
    )
    return slope


def gallery(study, kernel, stride):
    """One picture at each of a few N, beside the exact limit and x."""
    image = study.image
    study.picture("x", image)
    study.picture("limit", guided_mean(image, kernel, stride))
    cosines = []
    for filters in GALLERY:
        network = ThreeLayer(image, kernel, stride, filters=filters)
        [[picture]] = network.pictures(study.rng("gallery", filters), 1)
        study.picture(f"filters-{filters}", picture)
        cosines.append(cosine(picture, image))
    study.table(
        "gallery",
        filters=GALLERY,
        cosine=cosines,
        predicted=expected_cosine(image, kernel, stride, filters=np.array(GALLERY)),
    )


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    parts = (
        takes.three_layer(shape, kernel, stride, n, pictures=2) * budget.trials(picture_sums.enough_trials(n, MARGIN))
        for n in settings["filters"]
    )
    return sum(parts, takes.three_layer(shape, kernel, stride, max(GALLERY)))


CLAIM = Claim(
    id="convergence_filters",
    title="Convergence in the number of filters N",
    source="Nie et al. 2018, proof of Theorem 1, step (a), and Figure 'gbp_fi'; TR-GBP, section 4.2, answer 1",
    statement="The sample mean over filters tends to its expectation: noise falls and the image comes back as N grows.",
    printed="noise-to-signal ∝ 1/N",
    exact="E‖s−Es‖²/‖Es‖² = A/N with A known; cos(s, x) follows from it",
    run=run,
    needs=needs,
    seconds=37,
    settings=(
        Setting("filters", GRID, "numbers of filters N", distinct=2),
        KERNEL,
        STRIDE,
    ),
)

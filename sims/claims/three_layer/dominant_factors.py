"""Do the filter size p and the number of filters N dominate the noise? A over p in lines and images, and over N."""

import numpy as np

from sims.data import images
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.evidence.estimates import propagate
from sims.evidence.slopes import times_as_many
from sims.study import common
from sims.study.claim import MOST_PIXELS, Claim, Setting
from sims.study.rows import AT_LEAST, Law, Reading
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory import as_printed
from theory.laws.three_layer import noise_to_signal, noise_to_signal_rule

MARGIN = 0.1  # relative
EXPONENT = 0.05  # of the power of p
SLOPE = 0.25  # how far a power may be from 1 and still be called that
MORE = 8  # times as many filters
SIDE = 64  # pixels of the two-dimensional picture
FILTERS = 16
KERNELS = (1, 3, 5, 7, 9, 11, 13, 15)


def run(study):
    kernels = study.settings["kernels"]
    line, square = pictures(study, max(kernels))
    for name, image, shape, stride, trials in (
        ("patch", square, lambda k: (k, k), None, 2000),
        ("line-stride-1", line, lambda k: (1, k), 1, 2000),
        ("line-stride-2", line, lambda k: (1, k), (1, 2), 2000),
        ("image-stride-1", square, lambda k: (k, k), 1, 400),
        ("image-stride-2", square, lambda k: (k, k), 2, 400),
    ):
        sweep(study, name, image, kernels, shape, stride, times_as_many(kernels, KERNELS) * trials)
    filters(study, square)


def pictures(study, largest):
    """The strongest line (1, 1, W) of the picture's first channel, and the picture at a smaller size."""
    row = np.linalg.norm(study.image[0], axis=1).argmax()
    return study.image[:1, row : row + 1], images.reduced(study.image, max(SIDE, largest))


def sweep(study, name, image, kernels, shape, stride, trials):
    """One geometry over all kernels: every A against its law, and the power of p with which A grows."""
    sizes, laws, rules, found = [], [], [], []
    for k in kernels:
        network = (
            ThreeLayer(images.strongest_patch(image, k), k, filters=16 * FILTERS)
            if stride is None
            else ThreeLayer(image, shape(k), stride, filters=FILTERS)
        )
        p = len(image) * np.prod(network.windows.kernel)
        margin = study.margin(MARGIN)
        check = common.noise(f"{name}-{k}", network, margin, f", p = {p}")
        chunk = picture_sums.guided_and_leaky(network, margin)
        spread = 1 + 6 / p  # of ‖s‖², where a picture has few pixels
        found.append(study.sample(Experiment(check.name, chunk, spread * trials, (check,)))[check.name])
        sizes.append(p)
        laws.append(noise_to_signal(**network.geometry))
        rules.append(np.pi**2 * p if stride is None else noise_to_signal_rule(shape(k), stride, len(image)))
    rows = study.result.rows[-len(kernels) :]
    study.table(
        name,
        kernel=kernels,
        p=sizes,
        law=laws,
        rule=rules,
        measured=np.multiply(laws, [e.value for e in found]),
        low=np.multiply(laws, [row["low"] for row in rows]),
        high=np.multiply(laws, [row["high"] for row in rows]),
    )
    over_rule(study, name, np.array(laws) / rules, found)
    if len(kernels) > 1:
        exponent(study, name, np.array(sizes), np.array(laws), found)
    if name.startswith("image"):
        grows(study, name, kernels, laws, found)


def over_rule(study, name, exact, found):
    """How far the rule of thumb is from A, on geometric average over the kernels."""
    average = lambda ratios: np.exp(np.log(ratios * exact).mean())
    what = "measured A over the rule π²p/m, geometric mean over the kernels"
    row = Law(name=f"{name}-rule", what=what, value=average(1.0), margin=study.margin(MARGIN))
    study.conclude(row, propagate(average, found))


def exponent(study, name, sizes, laws, found):
    """The least-squares slope of log A against log p, measured, printed (1) and exact."""
    centred = np.log(sizes) - np.log(sizes).mean()
    slope = lambda values: centred @ np.log(values) / (centred @ centred)
    exact, margin = slope(laws), study.margin(EXPONENT)
    what = f"power of p with which A grows, {name.replace('-', ' ')}"
    slopes = propagate(lambda ratios: slope(ratios * laws), found)
    study.conclude(Law(name=f"{name}-exponent", what=what, value=exact, margin=margin), slopes)
    if name.startswith("image"):
        own = dict(reading="slopes", value=as_printed.sample_complexity_exponent(), margin=SLOPE, law=exact)
        study.conclude(Reading(name=f"{name}-power", what=what, **own), slopes)
    study.table(f"{name}-exponent", measured=[slopes], exact=[exact], printed=[1.0])


def grows(study, name, kernels, laws, found):
    """The noise of the largest kernel over that of the smallest of more than one pixel, at one N."""
    sizes = [place for place, k in enumerate(kernels) if k > 1] or [0]
    low, high = sizes[0], sizes[-1]
    ratio = lambda values: values[1] * laws[high] / (values[0] * laws[low])
    row = Reading(
        name=f"{name}-growth",
        reading="factor",
        what=f"noise at {kernels[high]}×{kernels[high]} over that at {kernels[low]}×{kernels[low]}, N fixed",
        value=2.0,
        side=AT_LEAST,
        law=ratio((1.0, 1.0)),
    )
    study.conclude(row, propagate(ratio, [found[low], found[high]]))


def filters(study, image):
    """The noise at N over that at 8 N."""
    k, found, laws = min(7, image.shape[1] // 3), [], []
    for count in (FILTERS, MORE * FILTERS):
        network = ThreeLayer(image, k, 2, filters=count)
        row = common.noise(f"filters-{count}", network, study.margin(MARGIN))
        chunk = picture_sums.guided_and_leaky(network, study.margin(MARGIN))
        trials = picture_sums.enough_trials(count, MARGIN)
        found.append(study.sample(Experiment(row.name, chunk, trials, (row,)))[row.name])
        laws.append(noise_to_signal(**network.geometry, filters=count))
    ratio = lambda values: values[0] * laws[0] / (values[1] * laws[1])
    estimate = propagate(ratio, found)
    what = f"noise at N = {FILTERS} over that at {MORE * FILTERS}"
    row = Reading(name="filters", reading="factor", what=what, value=2.0, side=AT_LEAST, law=float(MORE))
    study.conclude(row, estimate)
    power = propagate(lambda values: np.log(ratio(values)) / np.log(MORE), found)
    what = "power of 1/N with which the noise falls"
    study.conclude(Reading(name="filters-power", reading="slopes", what=what, value=1.0, margin=SLOPE, law=1.0), power)


def needs(settings, shape, budget):
    kernels = settings["kernels"]
    square, line = takes.reduced(shape, max(SIDE, *kernels)), (1, 1, shape[-1])
    parts = (
        takes.three_layer(image, window, stride, filters, pictures=2) * budget.trials(trials)
        for k in kernels
        for image, window, stride, filters, trials in (
            ((shape[0], k, k), k, 1, 16 * FILTERS, 2000),
            (line, (1, k), 1, FILTERS, 3000),
            (square, k, 1, FILTERS, 400),
            (square, k, 2, FILTERS, 400),
        )
    )
    return sum(parts, Needs())


CLAIM = Claim(
    id="dominant_factors",
    title="What the noise depends on",
    source="TR-GBP, section 4.2, answer 1 (T:146)",
    statement="“So filter size p and filter num N are the dominant factors for noise.”",
    premise="attributions of an image by the three-layer network, stride 1 and 2",
    readings={
        "factor": "noise-to-signal grows by 2 or more from the smallest to the largest kernel of several pixels, and "
        "falls by 2 or more for 8 times as many filters",
        "slopes": "as p and as 1/N: powers of 1 within 0.25",
    },
    printed="noise grows with p and falls with N",
    exact="A/N with A ≈ π²p/m, m the coverage: overlap cancels p, and the stride decides; in one patch A = π²p − 1",
    said="So the size and the number of filters decide how noisy a picture is.",
    true="The number does; the size cancels, since larger filters overlap more. The stride decides.",
    meaning="A large filter with a small stride is as clean as a small one.",
    headline="image-stride-1-power",
    decides=(
        "image-stride-1-power",
        "image-stride-2-power",
        "image-stride-1-growth",
        "filters-power",
        "patch-exponent",
    ),
    run=run,
    needs=needs,
    seconds=28,
    settings=(Setting("kernels", KERNELS, "filter sizes k", most=MOST_PIXELS),),
)

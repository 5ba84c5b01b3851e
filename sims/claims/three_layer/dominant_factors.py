"""Do the filter size p and the number of filters N dominate the noise? A over p in lines and images, and over N."""

import numpy as np

from sims.checks import noise
from sims.data import images
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.evidence.estimates import propagate
from sims.evidence.slopes import power, times_as_many
from sims.study.claim import MOST_PIXELS, Claim, Setting
from sims.study.rows import AT_LEAST, Law, Reading
from sims.system.needs import Needs
from theory import as_printed
from theory.laws.three_layer import noise_to_signal

MARGIN = 0.1  # relative
EXPONENT = 0.05  # of the power of p
SLOPE = 0.25  # how far a power may be from 1 and still be called that
MORE = 8  # times as many filters
SIDE = 64  # pixels of the two-dimensional picture
FILTERS = 16
KERNELS = (1, 3, 5, 7, 9, 11, 13, 15)


def run(study):
    kernels = study.settings["kernels"]
    line = study.image[:1, [np.linalg.norm(study.image[0], axis=1).argmax()]]  # the strongest, (1, 1, W)
    square = images.reduced(study.image, max(SIDE, *kernels))
    for name, of, trials in (
        ("patch", lambda k: ThreeLayer(images.strongest_patch(square, k), k, filters=16 * FILTERS), 2000),
        ("line-stride-1", lambda k: ThreeLayer(line, (1, k), 1, filters=FILTERS), 2000),
        ("line-stride-2", lambda k: ThreeLayer(line, (1, k), (1, 2), filters=FILTERS), 2000),
        ("image-stride-1", lambda k: ThreeLayer(square, k, 1, filters=FILTERS), 400),
        ("image-stride-2", lambda k: ThreeLayer(square, k, 2, filters=FILTERS), 400),
    ):
        sweep(study, name, [of(k) for k in kernels], kernels, times_as_many(kernels, KERNELS) * trials)
    filters(study, square)


def sweep(study, name, networks, kernels, trials):
    """One geometry over all kernels: every A against its law, and the power of p with which A grows."""
    sizes, laws, found = noise.by_kernel(study, name, networks, kernels, study.margin(MARGIN), trials)
    if len(kernels) > 1:
        exponent(study, name, sizes, laws, found)
    if name.startswith("image"):
        grows(study, name, kernels, laws, found)


def exponent(study, name, sizes, laws, found):
    """The least-squares slope of log A against log p, measured, printed (1) and exact."""
    exact, slopes = power(sizes, laws), propagate(lambda ratios: power(sizes, ratios * laws), found)
    what = f"power of p with which A grows, {name.replace('-', ' ')}"
    study.conclude(Law(name=f"{name}-exponent", what=what, value=exact, margin=study.margin(EXPONENT)), slopes)
    if name.startswith("image"):
        own = dict(reading="slopes", value=as_printed.sample_complexity_exponent(), margin=SLOPE, law=exact)
        study.conclude(Reading(name=f"{name}-power", what=what, **own), slopes)
    study.table(f"{name}-exponent", measured=[slopes], exact=[exact], printed=[1.0])


def grows(study, name, kernels, laws, found):
    """The noise of the largest kernel over that of the smallest of more than one pixel, at one N."""
    sizes = [place for place, k in enumerate(kernels) if k > 1] or [0]
    low, high = sizes[0], sizes[-1]
    ratio = lambda values: values[1] * laws[high] / (values[0] * laws[low])
    what = f"noise at {kernels[high]}×{kernels[high]} over that at {kernels[low]}×{kernels[low]}, N fixed"
    own = dict(reading="factor", value=2.0, side=AT_LEAST, law=ratio((1.0, 1.0)))
    study.conclude(Reading(name=f"{name}-growth", what=what, **own), propagate(ratio, [found[low], found[high]]))


def filters(study, image):
    """The noise at N over that at 8 N."""
    counts, margin = (FILTERS, MORE * FILTERS), study.margin(MARGIN)
    networks = [ThreeLayer(image, min(7, image.shape[1] // 3), 2, filters=count) for count in counts]
    trials = [picture_sums.enough_trials(count, MARGIN) for count in counts]
    found = [noise.measured(study, f"filters-{net.filters}", net, margin, n) for net, n in zip(networks, trials)]
    laws = [noise_to_signal(**network.geometry, filters=network.filters) for network in networks]
    ratio = lambda values: values[0] * laws[0] / (values[1] * laws[1])
    what = f"noise at N = {FILTERS} over that at {MORE * FILTERS}"
    row = Reading(name="filters", reading="factor", what=what, value=2.0, side=AT_LEAST, law=float(MORE))
    study.conclude(row, propagate(ratio, found))
    falls = propagate(lambda values: np.log(ratio(values)) / np.log(MORE), found)
    what = "power of 1/N with which the noise falls"
    study.conclude(Reading(name="filters-power", reading="slopes", what=what, value=1.0, margin=SLOPE, law=1.0), falls)


def needs(settings, shape, budget):
    square, line = takes.reduced(shape, max(SIDE, *settings["kernels"])), (1, 1, shape[-1])
    parts = (
        takes.three_layer(image, window, stride, filters, pictures=2) * budget.trials(trials)
        for k in settings["kernels"]
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
    true="The number does; the size hardly, since larger filters overlap more. The stride matters, too.",
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

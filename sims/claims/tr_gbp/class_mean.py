"""Subtracting the mean over classes: what two other classes share afterwards, and whether x is left."""

from functools import partial

import numpy as np

from sims.checks.top_logits import CLASSES, TRIALS, of_the_top
from sims.data.images import at_least_two_patches, reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums, across_halves
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.panels import middle
from sims.study.rows import AT_MOST, Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws.covariance import readout_moments, second_moment_trace
from theory.laws.three_layer import class_similarity

SIDE = 48  # pixels, where the top 5 are drawn
MARGIN = 0.05  # relative, of energies; of a similarity
LEFT = 0.02  # of the energy that E R may hold


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = ThreeLayer(study.image, kernel, stride, filters=filters, logits=CLASSES + 2)
    rows = (*shared(study, network), *left(study, network))
    study.sample(Experiment("subtraction", partial(chunk, network), 600, rows))
    [pictures] = network.pictures(study.rng("panel"), 1)
    others = pictures[2:].mean(axis=0)
    for name, picture in {"picture": pictures[0], "others": others, "rest": pictures[0] - others}.items():
        study.picture(name, middle(picture))
    small = reduced(study.image, SIDE)
    at_least_two_patches(small, kernel, stride)
    of_the_top(study, ThreeLayer(small, kernel, stride, filters=filters, logits=CLASSES), study.settings["logits"])


def shared(study, network):
    """E⟨a, b⟩/E‖a‖² of two classes: ρ before. After, of X = E⟨s, s'⟩ and Y = E‖s‖², (Y − X)/K of (1 + 1/K)(Y − X)."""
    before = class_similarity(**network.geometry, filters=network.filters)
    after = 1 / (CLASSES + 1)
    margin = study.margin(MARGIN)
    alike = lambda part: lambda sums: sums[part]["inner"] / sums[part]["square"]
    what = "E⟨a, b⟩/E‖a‖² of the pictures of two classes"
    yield Law(name="before", what=what, of=alike("plain"), value=before, margin=margin)
    what = f"{what}, less the mean over {CLASSES} others"
    twin = Twin("nothing subtracted", alike("twin"))
    yield Law(name="after", what=what, of=alike("rest"), value=after, margin=margin, twin=twin)
    ratio = lambda sums: alike("rest")(sums) / alike("plain")(sums)
    what = "the same after over before"
    for key, bound in (("smaller", 1.0), ("half", 0.5)):
        own = dict(value=bound, side=AT_MOST, law=after / before)
        yield Reading(name=f"ratio-{key}", reading=key, what=what, of=ratio, **own)
    yield Reading(name="tenth", reading="gone", what="after", of=alike("rest"), value=0.1, side=AT_MOST, law=after)


def left(study, network):
    """What is left is noise: E R = 0, and E‖R‖² is known."""
    square, product = readout_moments("guided")
    of_class, across = (second_moment_trace(**network.geometry, rule="guided", square=a) for a in (square, product))
    energy = (1 + 1 / CLASSES) * network.filters * network.scale**4 * (of_class - across)
    mean = lambda part: lambda sums: sums[part]["sums"]["total"] / sums["count"]
    twin = Twin("nothing subtracted", mean("twin"))
    held = {"measure": across_halves(lambda sums: sums["rest"]["square"] / sums["count"])}
    what = "‖E R‖²/E‖R‖², R the picture less the mean over other classes"
    yield Law(name="mean", what=what, of=mean("rest"), **held, value=0.0, margin=LEFT, twin=twin)
    of = lambda sums: sums["rest"]["square"] / sums["count"] / energy
    what = "E‖R‖² over (1 + 1/K)(E‖s_k‖² − E⟨s_k, s_k'⟩)"
    yield Law(name="size", what=what, of=of, value=1.0, margin=study.margin(MARGIN))
    of = lambda sums: estimates.mean_cosine(sums["rest"]["sums"], "image")
    yield Reading(name="image", reading="gone", what="E cos(R, x)", of=of, value=0.1, side=AT_MOST, law=0.0)


def chunk(network, rng, trials):
    """Sums of two classes' pictures, plain and less the mean over the others; the twin subtracts nothing."""
    sums = {part: PictureSums(image=network.image) for part in ("plain", "rest", "twin")}
    found = {part: np.zeros(2) for part in sums}
    for pictures in network.pictures(rng, trials):
        pair, others = pictures[:2].astype(np.float64), pictures[2:].mean(axis=0)
        for part, (a, b) in (("plain", pair), ("rest", pair - others), ("twin", pair - instead(0.0, others))):
            sums[part].add(a)
            found[part] += (a * b).sum(), (a * a + b * b).sum() / 2
    parts = {part: Sums(sums=sums[part].sums(), inner=found[part][0], square=found[part][1]) for part in sums}
    return Sums(count=trials, **parts)


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    chosen = takes.three_layer(shape, kernel, stride, filters, CLASSES + 2, CLASSES + 2) * budget.trials(600)
    small = takes.three_layer(takes.reduced(shape, SIDE), kernel, stride, filters, 3 * CLASSES, CLASSES, stored=True)
    return chosen + (small + Needs(8 * settings["logits"])) * budget.trials(TRIALS)


CLAIM = Claim(
    id="class_mean",
    title="Subtracting what classes share",
    source="TR-GBP, Eq. 10 (T:119–122; the top 5, T:138)",
    statement="“Removing similarities shared by different classes: … we should focus on what is different across "
    "classes, rather than the similar information: R_k(x) = R̃_k − (1/K) Σ_i R̃_i”.",
    premise="the random three-layer network; two classes that are not among the five whose mean is subtracted",
    readings={
        "smaller": "the similarity of two classes' pictures is smaller after subtracting",
        "half": "it is half of what it was, or less",
        "gone": "it is 0.1 or less, and so is the cosine with x",
    },
    printed="similarities shared by classes are removed",
    exact="1/(K + 1) of similarity is left between two classes, whatever it was; E R = 0: all is noise. "
    "Of the top 5 logits E R is a small multiple of Σ D_jᵀy_j",
    said="Subtracting the mean over five classes takes away what classes share.",
    true="It takes some: two classes agreed at 0.56 and agree at 1/6 afterwards, whatever it was before.",
    meaning="After the subtraction, what is left of a random network's map is noise.",
    headline="after",
    decides=("before", "after", "ratio-smaller", "tenth", "image"),
    run=run,
    needs=needs,
    seconds=40,
    settings=(
        Setting("filters", 64, "number of filters N"),
        Setting("logits", 1000, "number of logits, of which the top 5 are taken", least=CLASSES),
        KERNEL,
        STRIDE,
    ),
)

"""Subtracting the mean over classes: what two other classes share afterwards, and whether x is left."""

from functools import partial

import numpy as np

from sims.data.images import at_least_two_patches, reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums, across_halves
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_MOST, FIRST_ORDER, Finding, Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.geometry.patches import unit
from theory.laws.covariance import readout_moments, second_moment_trace
from theory.laws.three_layer import class_similarity
from theory.laws.top_logits import top_energy, top_mean
from theory.metrics.similarity import cosine
from theory.networks import one_hot

CLASSES = 5  # TR-GBP subtracts the mean over the top 5
TOP = 5000  # networks: the top logits themselves vary
SIDE = 48  # pixels, where the top 5 are drawn
GROWTH = 0.1  # relative, of what the choice of a logit adds, as of the largest logit's
ANGLE = 0.05  # of sin²: a twentieth of the energy of E R is something else
MARGIN = 0.05  # relative, of energies; of a similarity
LEFT = 0.02  # of the energy that E R may hold


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = ThreeLayer(study.image, kernel, stride, filters=filters, logits=CLASSES + 2)
    rows = (*shared(study, network), *left(study, network))
    study.sample(Experiment("subtraction", partial(chunk, network), 600, rows))
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


def of_the_top(study, network, logits):
    """The largest logit's picture less the mean over the top 5, as Eq. 10 is used (T:138): E R is not 0."""
    scales = dict(filters=network.filters, filter_scale=network.scale, readout_scale=network.scale)
    mean = top_mean(**network.geometry, logits=logits, top=CLASSES, **scales)
    energy = top_energy(network.image, network.kernel, network.stride, logits, CLASSES, **scales)
    size, towards = np.linalg.norm(mean), unit(mean.ravel())
    length = lambda part: lambda sums: sums[part]["total"] @ towards / sums[part]["count"] / size
    square = lambda part: lambda sums: sums[part] / sums["count"] / energy
    share = lambda sums: (length("top")(sums) * size) ** 2 / square("energy")(sums) / energy
    top = f"the largest of {logits} logits, less the mean over the top {CLASSES}"
    first = f"{CLASSES} chosen beforehand in their place"
    own = dict(tag=FIRST_ORDER, value=1.0)
    rows = (
        Law(
            name="top-length",
            what=f"length of E R along Σ D_jᵀy_j over the law's: {top}",
            of=length("top"),
            margin=study.margin(GROWTH),
            twin=Twin(first, length("twin")),
            **own,
        ),
        Law(
            name="top-direction",
            what="sin² of the angle between the same E R and Σ D_jᵀy_j",
            **picture_sums.off("", towards, "top"),
            value=0.0,
            margin=study.margin(ANGLE),
            tag=FIRST_ORDER,
        ),
        Law(
            name="top-size",
            what="E‖R‖² of the same over (1 − 1/K)(E‖s_k‖² − E⟨s_k, s_k'⟩) and what the choice adds",
            of=square("energy"),
            margin=study.margin(MARGIN),
            twin=Twin("nothing subtracted", square("whole")),
            **own,
        ),
        Finding(
            name="top-share",
            what=f"part of E‖R‖² that E R holds along Σ D_jᵀy_j: {size**2 / energy:.2g} by the law",
            of=share,
        ),
    )
    study.sample(Experiment("top", partial(ranked, network, logits), TOP, rows))
    what = "cosine with x of what E R is by the law"
    study.exact(Finding(name="top-image", what=what), cosine(mean, network.image))


def ranked(network, logits, rng, trials):
    """Sums over R of the top classes and of the twin's, whose logits are the first; both less R at logits of 0.

    Given the activations a, a readout is what it has across a, and (f/‖a‖²) a of its logit f, N(0, c²‖a‖²): the others
    need not be drawn. At logits of 0 the classes are exchangeable, so that E R = 0: taken off, only noise goes.
    """
    found = {part: PictureSums() for part in ("top", "twin")}
    energy = whole = 0.0
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        drawn = network.draw(rng)
        passed = drawn.forward(inputs)
        every = rng.standard_normal(logits)
        highest = np.sort(every)[::-1][:CLASSES]
        still, *chosen = (
            rest_of_first(network, drawn, passed, values)
            for values in (np.zeros(CLASSES), highest, instead(every[:CLASSES], highest))
        )
        for part, (left, _) in zip(found, chosen):
            found[part].add(left - still[0])
        left, common = chosen[0]
        energy, whole = energy + (left**2).sum(), whole + ((left + instead(common, 0)) ** 2).sum()
    return Sums(count=trials, energy=energy, whole=whole, **{part: sums.sums() for part, sums in found.items()})


def rest_of_first(network, drawn, passed, values):
    """The first class's picture less the mean over all, and the mean, where the logits are `values` deviations."""
    activations, readout = np.maximum(passed.saved["1"], 0).ravel().astype(np.float64), drawn.layers[-1].weight
    energy = activations @ activations or np.inf  # of a dead network, whose readout stays
    wanted = values * network.scale * np.sqrt(energy) if np.isfinite(energy) else 0 * values
    readout += np.outer((wanted - readout @ activations) / energy, activations).astype(readout.dtype)
    pictures = [passed.backward(one_hot(k, passed.output), "guided")[0].astype(np.float64) for k in range(len(values))]
    common = np.mean(pictures, axis=0)
    return pictures[0] - common, common


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
    return chosen + (small + Needs(8 * settings["logits"])) * budget.trials(TOP)


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

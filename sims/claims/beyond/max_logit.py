"""The max-logit default: what choosing k as the largest of many logits does to each picture."""

from dataclasses import replace
from functools import partial

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from sims.data.images import at_least_two_patches, reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums, propagate
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import EXACT, FIRST_ORDER, Finding, Law, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.geometry.patches import extract, fold, unit
from theory.laws.three_layer import guided_mean
from theory.networks import one_hot
from theory.rules import RULES

MARGIN = 0.06  # relative
GROWTH = 0.1  # relative, of a growth
SIDE = 48


def run(study):
    logits, kernel, stride = (study.settings[name] for name in ("logits", "kernel", "stride"))
    small = reduced(study.image, SIDE)
    at_least_two_patches(small, kernel, stride)
    network = ThreeLayer(small, kernel, stride, filters=study.settings["filters"], logits=logits)
    mean = guided_mean(**network.geometry)
    largest = expected_maximum(logits)
    tilt = 1 + guided_tilt(network, mean, largest)
    rows = (*of_the_largest(study, logits, largest), grown(study, tilt), energy())
    drawn = study.sample(Experiment("logits", partial(chunk, network, mean), 256, rows))["guided"]
    largest_alone(study, network, mean, logits, tilt, drawn)
    at_full_size(study, ThreeLayer(study.image, network.kernel, network.stride, filters=256), logits, largest)
    study.table(
        "tilt",
        name=[row["name"] for row in study.result.rows],
        measured=[row["estimate"] for row in study.result.rows],
        exact=[row.get("law", row["estimate"]) for row in study.result.rows],
    )


def of_the_largest(study, logits, largest):
    """What the largest logit is, and ⟨s, x⟩ of saliency with it; the twin takes the first logit."""
    own = dict(value=largest, margin=study.margin(MARGIN) * largest, tag=EXACT)
    for name, what, key in (
        ("logit", f"E max f_k over the deviation of one logit, {logits} logits", "logit"),
        ("saliency", "E⟨s, x⟩ of saliency for the largest logit, over the deviation of f_k", "product"),
    ):
        of = lambda which, key=key: lambda sums: sums[which][key] / sums["count"]
        yield Law(name=name, what=what, of=of("largest"), **own, twin=Twin("the first logit in its place", of("twin")))


def grown(study, tilt):
    """How much longer guided's E s is."""
    return Law(
        name="guided",
        what="length of E s along Σ D_jᵀŷ_j for the largest logit over that for any logit",
        of=partial(longer, "largest"),
        value=tilt,
        margin=study.margin(MARGIN),
        tag=FIRST_ORDER,
        twin=Twin("the first logit in its place", partial(longer, "twin")) if tilt - 1 > 3 * MARGIN else None,
    )


def energy():
    of = lambda sums: sums["largest"]["deconvnet"]["square"] / sums["any"]["deconvnet"]["square"]
    return Finding(name="deconvnet", what="energy of DeconvNet for the largest logit over that for any logit", of=of)


def expected_maximum(count):
    """E of the largest of `count` independent standard normals."""
    return quad(lambda t: t * count * norm.pdf(t) * norm.cdf(t) ** (count - 1), -8, 12, limit=200)[0]


def guided_tilt(network, mean, largest):
    """What the choice adds to guided's length, to first order: V moves by E max · c a/‖a‖, a the activations.

    E σ(V) then grows by half of that, and a_ij w̃_ij has the mean c²y/2: Σ_j D_jᵀy_j comes in, over √(NΣ‖y_j‖²/2).
    """
    patches = extract(**network.geometry)
    added = fold(patches, network.image.shape, network.kernel, network.stride)
    direction = unit(mean.ravel())
    size = np.sqrt(network.filters * (patches**2).sum() / 2)
    return largest / 4 * (added.ravel() @ direction) / size / (mean.ravel() @ direction)


def chunk(network, mean, rng, trials):
    """Sums of the pictures of the largest logit, of the first, and of the twin's; each logit, and ⟨s, x⟩ of saliency,
    over the deviation of a logit.
    """
    names = "largest", "any", "twin"
    found = {which: {rule: PictureSums(mean=mean) for rule in RULES} for which in names}
    sums = {which: {"logit": 0.0, "product": 0.0} for which in names}
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        drawn = network.draw(rng)
        passed = drawn.forward(inputs)
        logits, activations = passed.output, np.maximum(passed.saved["1"], 0)
        deviation = network.scale * np.linalg.norm(activations) or np.inf  # of a dead network, whose logits are 0
        top = int(logits.argmax())
        for which, target in zip(names, (top, 0, instead(0, top))):
            sums[which]["logit"] += logits[0, target] / deviation
            for rule in RULES:
                picture = passed.backward(one_hot(target, logits), rule)[0]
                found[which][rule].add(picture)
                if rule == "saliency":
                    sums[which]["product"] += (picture * network.image).sum() / deviation
    nested = {which: {rule: each.sums() for rule, each in rules.items()} for which, rules in found.items()}
    return Sums(count=trials, **{which: Sums(**nested[which], **sums[which]) for which in names})


def longer(which, sums):
    """The length of guided's E s of some logit over that of any."""
    return estimates.along(sums[which]["guided"], "mean") / estimates.along(sums["any"]["guided"], "mean")


def largest_alone(study, network, mean, logits, tilt, drawn):
    """The draw of the largest logit alone, against the draw of all: the same growth."""
    small = replace(network, logits=1)
    what = "length of guided for the largest logit over that for any, drawn without the others"
    own = dict(value=tilt, margin=study.margin(MARGIN), tag=FIRST_ORDER)
    row = Law(name="largest-alone", what=what, of=partial(longer, "largest"), **own)
    experiment = Experiment("largest-alone", partial(conditional, small, mean, logits), 512, (row,))
    alone = study.sample(experiment)["largest-alone"]
    what = "the same with all logits drawn, over without"
    same = Law(name="same-growth", what=what, value=1.0, margin=study.margin(MARGIN))
    study.conclude(same, propagate(np.divide.reduce, [drawn, alone]))


def at_full_size(study, network, logits, largest):
    """The paper's network and picture, where its logits are too many to draw: only the largest one is."""
    mean = guided_mean(**network.geometry)
    growth = guided_tilt(network, mean, largest)
    rows = (
        Law(
            name="paper-guided",
            what="growth of E s along Σ D_jᵀŷ_j for the largest logit, the paper's network, over the first-order law",
            of=lambda sums: (longer("largest", sums) - 1) / growth,
            value=1.0,
            margin=study.margin(GROWTH),
            tag=FIRST_ORDER,
        ),
        Finding(
            name="paper-length",
            what=f"the same length over that for any logit: 1 + {growth:.2g} by the law",
            of=partial(longer, "largest"),
        ),
    )
    study.sample(Experiment("paper", partial(conditional, network, mean, logits), 64, rows))


def conditional(network, mean, count, rng, trials):
    """Sums of guided pictures of one logit of a network, and of what that logit is if it is the largest of `count`.

    Given the activations a, logits are independent N(0, c²‖a‖²), and V given its logit f is (f/‖a‖²) a + what V has
    across a. So V + (max − f)/‖a‖² a is distributed as the readout of the largest logit: the others need not be drawn.
    """
    found = {which: PictureSums(mean=mean) for which in ("largest", "any")}
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        drawn = network.draw(rng)
        passed = drawn.forward(inputs)
        activations, readout = np.maximum(passed.saved["1"], 0).ravel(), drawn.layers[-1].weight
        logits, logit = passed.output, passed.output[0, 0]
        maximum = network.scale * np.linalg.norm(activations) * rng.standard_normal(count).max()
        steps = {"any": (0, -2 * logit), "largest": (maximum + logit,)}  # from f to −f, which is as likely, to max
        energy = activations @ activations or np.inf  # of a dead network, whose readout stays
        for which, step in ((which, step) for which, row in steps.items() for step in row):
            readout += step / energy * activations
            found[which].add(passed.backward(one_hot(0, logits), "guided")[0])
    return Sums({which: Sums(guided=sums.sums()) for which, sums in found.items()})


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    logits, small, pictures = settings["logits"], takes.reduced(shape, SIDE), 3 * len(RULES)
    every = takes.three_layer(small, kernel, stride, filters, pictures, logits, stored=True)
    one = takes.three_layer(shape, kernel, stride, 256, 3, stored=True) + Needs(8 * logits)
    return every * budget.trials(256) + one * budget.trials(64)


CLAIM = Claim(
    id="max_logit",
    title="The max-logit default",
    source="Nie et al. 2018, section 'Experiments' (A:272)",
    statement="“By default, the backpropagation-based visualizations are calculated with respect to the maximum class "
    "logit”: a setting, while the theory is for any logit. Does it describe what is shown?",
    printed="the maximum class logit is shown",
    exact="V tilts along the activations by E max/√(NJ): guided grows by a known fraction, ⟨s, x⟩ of "
    "saliency is the logit itself",
    said="Not printed: pictures are shown of the largest logit, while the theory is for any.",
    true="The largest logit changes the picture by a known amount that vanishes with size.",
    meaning="Which class is explained makes next to no difference in a random network.",
    headline="guided",
    decides=("logit", "saliency", "guided", "deconvnet", "paper-length"),
    run=run,
    needs=needs,
    seconds=19,
    settings=(
        Setting("logits", 1000, "number of logits K", least=2),
        Setting("filters", 16, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

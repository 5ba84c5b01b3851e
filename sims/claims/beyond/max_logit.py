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
from sims.evidence.estimates import PictureSums, Sums, propagate
from sims.evidence.verdict import HOLDS
from sims.study.checks import value_check
from sims.study.claim import KERNEL, STRIDE, Check, Claim, Control, Setting
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.geometry.patches import extract, fold, unit
from theory.laws.three_layer import guided_mean
from theory.networks import one_hot
from theory.rules import RULES

MARGIN = 0.06  # relative
UNCHANGED = 0.1  # what counts as no difference
LITTLE = 0.01  # and at the papers' size
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
    checks = (
        value_check(
            "logit",
            f"E max f_k over the deviation of one logit, {logits} logits",
            lambda sums: sums["maximum"] / sums["count"],
            largest,
            study.margin(MARGIN) * largest,
        ),
        value_check(
            "guided",
            "length of E s along Σ D_jᵀŷ_j for the largest logit over that for any logit",
            longer,
            tilt,
            study.margin(MARGIN),
            printed=1.0,
            printed_margin=UNCHANGED,
        ),
        value_check(
            "saliency",
            "⟨E s, x⟩ of saliency for the largest logit, over the deviation of f_k",
            lambda sums: sums["product"] / sums["count"],
            largest,
            study.margin(MARGIN) * largest,
            printed=0.0,
        ),
        Check(
            "deconvnet",
            "energy of DeconvNet for the largest logit over that for any logit",
            lambda sums: sums["largest"]["deconvnet"]["square"] / sums["any"]["deconvnet"]["square"],
            UNCHANGED,
            Control("1 and three times the margin", target=1 + 3 * UNCHANGED),
            HOLDS,
            printed=1.0,
        ),
    )
    drawn = study.sample(Experiment("logits", partial(chunk, network, mean), 256, checks))["guided"]
    largest_alone(study, network, mean, logits, tilt, drawn)
    at_full_size(study, ThreeLayer(study.image, network.kernel, network.stride, filters=256), logits, largest)
    study.table(
        "tilt",
        name=[row["name"] for row in study.result.rows],
        measured=[row["estimate"] for row in study.result.rows],
        exact=[row["exact"] for row in study.result.rows],
    )


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
    """Sums of the pictures of the largest logit, and of the first; the largest logit over the deviation of one."""
    found = {which: {rule: PictureSums(mean=mean) for rule in RULES} for which in ("largest", "any")}
    maximum = product = 0.0
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        drawn = network.draw(rng)
        passed = drawn.forward(inputs)
        logits, activations = passed.output, np.maximum(passed.saved["1"], 0)
        deviation = network.scale * np.linalg.norm(activations) or np.inf  # of a dead network, whose logits are 0
        maximum += logits.max() / deviation
        for which, target in (("largest", int(logits.argmax())), ("any", 0)):
            for rule in RULES:
                picture = passed.backward(one_hot(target, logits), rule)[0]
                found[which][rule].add(picture)
                if (which, rule) == ("largest", "saliency"):
                    product += (picture * network.image).sum() / deviation
    nested = {which: Sums({rule: sums.sums() for rule, sums in rules.items()}) for which, rules in found.items()}
    return Sums(count=trials, maximum=maximum, product=product, **nested)


def longer(sums):
    return estimates.along(sums["largest"]["guided"], "mean") / estimates.along(sums["any"]["guided"], "mean")


def largest_alone(study, network, mean, logits, tilt, drawn):
    """The draw of the largest logit alone, against the draw of all: the same growth."""
    small = replace(network, logits=1)
    check = value_check(
        "largest-alone",
        "length of guided for the largest logit over that for any, drawn without the others",
        longer,
        tilt,
        study.margin(MARGIN),
    )
    alone = study.sample(Experiment("largest-alone", partial(conditional, small, mean, logits), 512, (check,)))[
        "largest-alone"
    ]
    same = value_check("same-growth", "the same with all logits drawn, over without", None, 1.0, study.margin(MARGIN))
    study.conclude(same, propagate(np.divide.reduce, [drawn, alone]))


def at_full_size(study, network, logits, largest):
    """The paper's network and picture, where its logits are too many to draw: only the largest one is."""
    mean = guided_mean(**network.geometry)
    growth = guided_tilt(network, mean, largest)
    checks = (
        value_check(
            "paper-guided",
            "growth of E s along Σ D_jᵀŷ_j for the largest logit, the paper's network, over the first-order law",
            lambda sums: (longer(sums) - 1) / growth,
            1.0,
            study.margin(GROWTH),
        ),
        value_check(
            "paper-no-difference",
            f"the same length over that for any logit: 1 + {growth:.2g} by the law",
            longer,
            1 + growth,
            LITTLE,
            printed=1.0,
        ),
    )
    study.sample(Experiment("paper", partial(conditional, network, mean, logits), 64, checks))


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
    logits, small, pictures = settings["logits"], takes.reduced(shape, SIDE), 2 * len(RULES)
    every = takes.three_layer(small, kernel, stride, filters, pictures, logits, stored=True)
    one = takes.three_layer(shape, kernel, stride, 256, 3, stored=True) + Needs(8 * logits)
    return every * budget.trials(256) + one * budget.trials(64)


CLAIM = Claim(
    id="max_logit",
    title="The max-logit default",
    source="Nie et al. 2018, section 'Experiments' (the maximum class logit)",
    statement="Pictures are computed for the largest logit; the theory is for any logit.",
    printed="no difference",
    exact="V tilts along the activations by E max/√(NJ): guided grows by a known fraction, ⟨s, x⟩ of "
    "saliency is the logit itself",
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

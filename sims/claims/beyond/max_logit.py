"""The max-logit default: what choosing k as the largest of many logits does to each picture."""

from functools import partial

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from sims.checks import largest as checks
from sims.checks.largest import MARGIN, longer
from sims.data.images import at_least_two_patches, reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import EXACT, FIRST_ORDER, Finding, Law, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.geometry.patches import extract, fold, unit
from theory.laws.three_layer import guided_mean
from theory.rules import RULES

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
    drawn = study.sample(Experiment("logits", partial(checks.chunk, network, mean), 256, rows))["guided"]
    checks.alone(study, network, mean, logits, tilt, drawn)
    paper = ThreeLayer(study.image, network.kernel, network.stride, filters=256)
    mean = guided_mean(**paper.geometry)
    checks.at_full_size(study, paper, mean, logits, guided_tilt(paper, mean, largest))
    study.tabulate("tilt", [line(row) for row in study.result.rows])


def line(row):
    return {"name": row["name"], "measured": row["estimate"], "exact": row.get("law", row["estimate"])}


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
        of=longer("largest"),
        value=tilt,
        margin=study.margin(MARGIN),
        tag=FIRST_ORDER,
        twin=Twin("the first logit in its place", longer("twin")) if tilt - 1 > 3 * MARGIN else None,
    )


def energy():
    of = lambda sums: sums["largest-deconvnet"]["square"] / sums["any-deconvnet"]["square"]
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

"""What max-pooling does to guided backpropagation and to saliency."""

from functools import partial

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.pooled import plain_and_pooled
from sims.evidence import picture_sums, shown
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import against
from sims.study.panels import middle, panel
from sims.study.rows import AT_LEAST, AT_MOST, Finding, Law, Reading
from sims.study.shown import INTERPRETABLE, NOISE, UNLIKE
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws.pooling import pooled_mean
from theory.laws.three_layer import guided_mean
from theory.metrics.similarity import cosine

RULES = ("guided", "deconvnet", "saliency")
TENTH = 0.1  # relative, of what a cosine was
SAME = 0.9  # of a cosine: an angle under 26°, at a glance the same
COSINE, PART = 0.03, 0.01  # of a cosine, of energy
PLACES = {"plain": "without pooling", "pooled": "2×2 pooling"}


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    plain, pooled = plain_and_pooled(study.image, kernel, stride, filters)
    law = cosine(pooled_mean(**pooled.geometry, pool=2), guided_mean(**plain.geometry))
    rows = [row for place in PLACES for row in (glance(place), *noise(study, place))] + impact(study, law)
    chunk = partial(shown.several, {"plain": (plain, ("guided", "saliency")), "pooled": (pooled, RULES)})
    study.sample(Experiment("both", chunk, 3e4 / filters, tuple(rows)))
    panel(study, {"plain": plain, "pooled": pooled}, ("guided", "saliency"))
    study.picture("x", middle(study.image))


def glance(place):
    """Guided is interpretable."""
    return Reading(
        name=f"guided-{place}",
        reading="glance",
        what=f"cosine of a guided picture and x at printed size, locally normalised, {PLACES[place]}",
        **against(f"{place}-saliency", f"{place}-guided", shown.single, "saliency"),
        value=INTERPRETABLE,
        side=AT_LEAST,
        expected="holds",
    )


def noise(study, place):
    """Saliency is random noise; by the law its E s is 0."""
    own, wrong = f"{place}-saliency", f"{place}-guided"
    what = f"part of the energy of saliency that its E s holds, {PLACES[place]}"
    held = dict(what=what, **against(wrong, own, shown.share, "guided"))
    yield Reading(name=f"{own}-mean", reading="glance", value=NOISE, side=AT_MOST, expected="holds", **held)
    yield Law(name=f"{own}-law", value=0.0, margin=study.margin(PART), **held)
    yield Reading(
        name=f"{own}-trace",
        reading="glance",
        what=f"E |cos(s, x)|, saliency, {PLACES[place]}",
        **against(wrong, own, shown.trace, "guided"),
        value=UNLIKE,
        side=AT_MOST,
        expected="holds",
    )


def impact(study, law):
    """How much of guided's cosine with x pooling leaves, and how far it turns E s."""
    beside = lambda of: against("pooled-deconvnet", "pooled-guided", of, "DeconvNet with pooling")
    ratio = lambda part: lambda sums: shown.trace(part)(sums) / shown.trace("plain-guided")(sums)
    turned = beside(partial(picture_sums.between, "plain-guided"))
    between = dict(what="cosine of guided's E s with and without pooling", **turned)
    local = lambda sums: shown.single("pooled-guided")(sums) / shown.single("plain-guided")(sums)
    return [
        Reading(
            name="number",
            reading="number",
            what="E |cos(s, x)| of guided, with pooling over without",
            **beside(ratio),
            value=1.0,
            margin=TENTH,
            expected="refuted",
        ),
        Reading(name="limits", reading="limits", value=SAME, side=AT_LEAST, law=law, **between),
        Law(name="limits-law", value=law, margin=study.margin(COSINE), **between),
        Finding(name="local", what="the same ratio at printed size, of locally normalised pictures", of=local),
    ]


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=5, stored=True)
    return Needs(5 * budget.groups * 8 * np.prod(shape)) + network * budget.trials(3e4 / filters)


CLAIM = Claim(
    id="pooling_impact",
    title="Max-pooling: guided and saliency",
    source="Nie et al. 2018, section 'Impact of Max-Pooling and Network Depth' (A:386)",
    statement="“neither GBP or saliency map is impacted by the max-pooling”",
    premise="a 2×2 max-pooling layer added after the ReLU of the three-layer network with 256 filters",
    readings={
        "glance": "with and without, single pictures of GBP are interpretable (0.5 at printed size, locally "
        "normalised) and saliency is random noise (at most a twentieth of the energy is E s, |cos(s, x)| at most 0.1)",
        "number": "the cosine of GBP with x is within a tenth of what it was",
        "limits": "the cosine of GBP's E s with and without is 0.9 or more: at a glance the same",
    },
    printed="both as without pooling",
    exact="saliency stays noise without a mean; guided loses part of x: its limit turns by a known angle",
    said="Guided backpropagation and saliency are not changed by max-pooling.",
    true="Guided still shows x, and saliency stays noise; in numbers guided's likeness with x falls by a third.",
    meaning="Pooling costs guided maps a part of the picture, and sharpens its details.",
    headline="guided-pooled",
    decides=("guided-plain", "guided-pooled", "number", "limits-law", "plain-saliency-mean", "pooled-saliency-mean"),
    run=run,
    needs=needs,
    seconds=22,
    settings=(Setting("filters", 256, "number of filters N"), KERNEL, STRIDE),
)

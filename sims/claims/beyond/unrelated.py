"""Image recovery and decisions: the pictures of the largest of many logits, and of any other."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.ensembles import largest
from sims.ensembles import needs as takes
from sims.ensembles.pooled import plain_and_pooled
from sims.evidence import logit_sums
from sims.evidence.logit_sums import alone, means, similarity
from sims.evidence.verdict import REFUTED
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import twinned
from sims.study.panels import middle
from sims.study.rows import AT_LEAST, LIMIT, Finding, Law, Reading
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws.three_layer import class_similarity

MEANS, SINGLE = 0.95, 0.9  # of a cosine
SAME = 0.02  # of a cosine of mean pictures
ALIKE = 0.03  # of a similarity
APART = 16  # pixels by which the twin puts the other logit's picture back: a mean picture has few fine details
WHERE = {"guided": "guided", "deconvnet": "DeconvNet with 2×2 pooling"}


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    networks = dict(zip(WHERE, plain_and_pooled(study.image, kernel, stride, filters)))
    law = class_similarity(**networks["guided"].geometry, filters=filters)
    for rule, network in networks.items():
        rows = [*printed(rule, law if rule == "guided" else None), *laws(study, rule, law)]
        draw = partial(largest.and_another, replace(network, logits=2), rule, study.settings["logits"])
        study.sample(Experiment(rule, partial(logit_sums.chunk, draw, APART), 128, tuple(rows)))
        [pictures] = draw(study.rng("panel", rule), 1)
        study.pictures({f"{rule}-{which}": middle(picture) for which, picture in pictures.items()})


def printed(rule, law):
    """The cosine of two mean pictures, and of two single ones."""
    which = f"the largest logit and any other, {WHERE[rule]}"
    mean = dict(what=f"cosine of the mean pictures of {which}", law=1.0, **moved(means))
    yield Reading(name=f"{rule}-mean", reading="mean", value=MEANS, side=AT_LEAST, **mean)
    single = dict(what=f"E cos(s_k, s_k') of {which}", law=law, expected=REFUTED, **moved(alone))
    yield Reading(name=f"{rule}-single", reading="single", value=SINGLE, side=AT_LEAST, **single)


def laws(study, rule, law):
    """E s has the same direction whatever the logit, up to a tilt that vanishes as the image grows; s by its law."""
    which = f"the largest logit and any other, {WHERE[rule]}"
    what = f"cosine of the mean pictures of {which}"
    yield Law(name=f"{rule}-law", what=what, value=1.0, margin=study.margin(SAME), tag=LIMIT, **moved(means))
    named = dict(name=f"{rule}-similarity", what=f"E⟨s_k, s_k'⟩/√(E‖s_k‖² E‖s_k'‖²) of {which}")
    if rule == "guided":
        yield Law(**named, value=law, margin=study.margin(ALIKE), tag=LIMIT, **moved(similarity))
    else:
        yield Finding(**named, of=similarity("other"))


def moved(of):
    return twinned("other", "moved", of, f"the other logit's patches put back {APART} pixels off")


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=3, logits=2, stored=True)
    network = Needs(network.bytes + 8 * settings["logits"], network.operations + takes.DRAW * settings["logits"])
    return Needs(3 * budget.groups * 8 * np.prod(shape)) + network * (2 * budget.trials(128))


CLAIM = Claim(
    id="unrelated",
    title="Image recovery and decisions",
    source="Nie et al. 2018, slides (S:147); abstract (B:13); conclusions (A:71)",
    statement="“GBP and DeconvNet are essentially doing (partial) image recovery, which is unrelated to the network "
    "decisions.”",
    premise="random three-layer networks, DeconvNet with a 2×2 max-pooling layer; the largest logit and any other",
    readings={
        "mean": "the cosine of their mean pictures is 0.95 or more: what of them is not noise is the same",
        "single": "the cosine of two single pictures is 0.9 or more: at a glance the same",
    },
    printed="the same picture whatever the logit",
    exact="E s does not depend on the logit, but for a tilt that vanishes with size; two pictures of one network share "
    "what the law of class similarity says",
    said="Guided and DeconvNet recover the image, whatever the network decides.",
    true="Mean pictures are the same for any logit; single ones agree at 0.78 (guided), 0.58 (DeconvNet, pooled).",
    meaning="In a random network the map does not depend on the decision.",
    headline="guided-mean",
    decides=("guided-mean", "deconvnet-mean", "guided-single", "deconvnet-single", "guided-similarity"),
    run=run,
    needs=needs,
    seconds=20,
    settings=(
        Setting("logits", 1000, "number of logits K", least=2),
        Setting("filters", 256, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

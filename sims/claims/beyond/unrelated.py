"""Image recovery and decisions: the pictures of the largest of many logits, and of any other."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.pooled import plain_and_pooled
from sims.evidence import looks
from sims.evidence.defects import misplaced
from sims.evidence.estimates import Sums
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_LEAST, LIMIT, Finding, Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws.three_layer import class_similarity
from theory.metrics.similarity import cosine

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
        chunk = partial(pairs, replace(network, logits=2), rule, study.settings["logits"])
        study.sample(Experiment(rule, chunk, 128, tuple(rows)))
        panel(study, replace(network, logits=2), rule)


def panel(study, network, rule):
    """The pictures of two logits of one network, for the figure."""
    rng = study.rng("panel", rule)
    inputs = network.image[None].astype(network.dtype)
    normals = rng.standard_normal(study.settings["logits"])
    for name, picture in of_two(network.draw(rng), inputs, rule, network.scale, normals).items():
        study.picture(f"{rule}-{name}", looks.middle(picture))


def printed(rule, law):
    """The cosine of two mean pictures, and of two single ones."""
    which = f"the largest logit and any other, {WHERE[rule]}"
    single = dict(reading="single", what=f"E cos(s_k, s_k') of {which}", of=alone, value=SINGLE)
    yield Reading(name=f"{rule}-mean", reading="mean", value=MEANS, side=AT_LEAST, law=1.0, **of_means(which))
    yield Reading(name=f"{rule}-single", side=AT_LEAST, law=law, expected="refuted", twin=twin(alone), **single)


def laws(study, rule, law):
    """E s has the same direction whatever the logit, up to a tilt that vanishes as the image grows; s by its law."""
    which = f"the largest logit and any other, {WHERE[rule]}"
    yield Law(name=f"{rule}-law", value=1.0, margin=study.margin(SAME), tag=LIMIT, **of_means(which))
    what = f"E⟨s_k, s_k'⟩/√(E‖s_k‖² E‖s_k'‖²) of {which}"
    if rule == "guided":
        own = dict(value=law, margin=study.margin(ALIKE), tag=LIMIT, twin=twin(similarity))
        yield Law(name=f"{rule}-similarity", what=what, of=similarity, **own)
    else:
        yield Finding(name=f"{rule}-similarity", what=what, of=similarity)


def of_means(which):
    return dict(what=f"cosine of the mean pictures of {which}", of=means, twin=twin(means))


def twin(of):
    return Twin(f"the other logit's patches put back {APART} pixels off", partial(of, other="moved"))


def pairs(network, rule, logits, rng, trials):
    """Sums over the pictures of the largest of so many logits and of another; and over that one's moved."""
    total = {"largest": 0.0, "other": 0.0, "moved": 0.0}
    numbers = {"squares": np.zeros(2), "other-products": np.zeros(2), "moved-products": np.zeros(2)}
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        pictures = of_two(network.draw(rng), inputs, rule, network.scale, rng.standard_normal(logits))
        pictures["moved"] = misplaced(pictures["other"], APART)
        one = pictures["largest"]
        numbers["squares"] += [(one**2).sum(), (pictures["other"] ** 2).sum()]
        for name in ("other", "moved"):
            numbers[f"{name}-products"] += [(one * pictures[name]).sum(), cosine(one, pictures[name])]
        total = {name: total[name] + pictures[name].ravel() for name in total}
    return Sums(count=trials, **total, **numbers)


def of_two(network, inputs, rule, scale, normals):
    """The pictures of the largest of many logits, and of another: given the activations a all are c‖a‖ times normals.

    V given its logit f is (f/‖a‖²) a and what V has across a: the readouts of the others need not be drawn.
    """
    top = network.nodes[-2].name
    passed = network.forward(inputs, keep=[top])
    a, largest = passed.outputs[top].ravel(), normals.argmax()
    length = np.linalg.norm(a) or np.inf  # of a dead network, whose readouts stay
    wanted = {"largest": normals[largest], "other": normals[largest - 1]}
    found = {}
    for (name, normal), readout in zip(wanted.items(), network.layers[-1].weight):
        tilted = readout + ((scale * normal - readout @ a / length) / length * a).astype(readout.dtype)
        signal = tilted.reshape(passed.outputs[top].shape)
        found[name] = passed.backward(signal, rule, at=top)[0].astype(np.float64)
    return found


def means(sums, other="other"):
    """The cosine of the two E s, from products of different trials."""
    n = sums["count"]
    product = sums["largest"] @ sums[other] - sums[f"{other}-products"][0]
    squares = [sums[name] @ sums[name] - square for name, square in zip(("largest", "other"), sums["squares"])]
    return product / np.sqrt(abs(squares[0] * squares[1])) if n > 1 else np.nan


def alone(sums, other="other"):
    """E cos of two pictures of one network."""
    return sums[f"{other}-products"][1] / sums["count"]


def similarity(sums, other="other"):
    return sums[f"{other}-products"][0] / np.sqrt(np.prod(sums["squares"]))


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

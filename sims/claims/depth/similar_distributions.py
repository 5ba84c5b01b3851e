"""TR-GBP: similar laws for every logit, and so alike pictures. The laws are one; saliency's pictures are not alike."""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import corner
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack
from sims.evidence.defects import instead
from sims.evidence.entry_sums import distance_of_two, read
from sims.evidence.estimates import Sums
from sims.study.claim import WIDTH, Claim, Setting
from sims.study.rows import AT_LEAST, AT_MOST, EXACT, LIMIT, Law, Reading, Twin
from sims.study.study import Experiment
from theory.laws import depth
from theory.metrics.similarity import cosine

WITHIN, ALIKE = 0.05, 0.9  # of Kolmogorov; of a cosine: as declared
SAME = 0.02  # of Kolmogorov: well within what the reading allows
SIMILARITY = 0.05  # of a cosine: half of what is left between a reading and 1
SIDE = 16  # pixels of the input
RULES = "guided", "saliency"
READINGS = {"guided": "alike", "saliency": "inference"}


def run(study):
    stack = Stack(corner(study.image, SIDE), study.settings["width"], study.settings["layers"], logits=2)
    rows = [row for rule in RULES for row in of_rule(study, stack, rule)]
    study.sample(Experiment("two-logits", partial(chunk, stack), 3e5 / stack.width, tuple(rows)))


def of_rule(study, stack, rule):
    """The premise and the conclusion; for guided as a statement, for saliency as an inference."""
    place = f"{rule}, {stack.layers} ReLU layers of {stack.width}"
    similar = depth.class_similarity(rule, stack.layers, (stack.width,) * stack.layers + (stack.image.size,))
    apart = dict(
        what=f"Kolmogorov distance of the laws of an entry at the first activations, for two logits, {place}",
        of=partial(laws, rule, "second"),
        measure=distance_of_two,
        twin=Twin("a second logit of twice the weights", partial(laws, rule, "twice")),
    )
    other = "guided" if rule == "saliency" else "saliency"
    alike = dict(what=f"E cos of the pictures of two logits, {place}", of=partial(mean, rule))
    twin = Twin(f"{other} in its place", partial(mean, instead(other, rule)))
    yield Law(name=f"{rule}-law", value=0.0, margin=study.margin(SAME), **apart)
    key = READINGS[rule]
    yield Reading(name=f"{rule}-distributions", reading=key, value=WITHIN, side=AT_MOST, law=0.0, **apart)
    bound = dict(value=ALIKE, side=AT_LEAST, law=similar, twin=twin if rule == "guided" else None)
    yield Reading(name=f"{rule}-pictures", reading=key, **bound, **alike)
    tag = EXACT if rule == "saliency" else LIMIT  # by the signs of the readout
    margin = study.margin(SIMILARITY)
    yield Law(name=f"{rule}-similarity", value=similar, margin=margin, tag=tag, twin=twin, **alike)


def laws(rule, second, sums):
    return sums[rule]["first"], sums[rule][second]


def mean(rule, sums):
    return sums[rule]["cosine"] / sums["count"]


def chunk(stack, rng, trials):
    """Sums over networks: how the entries of two logits' signals are distributed, and the cosine of the pictures."""
    entries, cosines = {rule: [] for rule in RULES}, dict.fromkeys(RULES, 0.0)
    for _, signals in stack.passes(rng, trials, RULES):
        for rule in RULES:
            at_first, pictures = signals[rule][-2], signals[rule][-1]
            entries[rule].append(at_first * np.sqrt(at_first.shape[1] / 2))
            cosines[rule] += cosine(*pictures)
    found = Sums(count=trials)
    for rule in RULES:
        first, second = np.moveaxis(np.array(entries[rule]), 1, 0)
        twice = read(instead(2.0, 1.0) * second)
        found[rule] = Sums(first=read(first), second=read(second), twice=twice, cosine=cosines[rule])
    return found


def needs(settings, shape, budget):
    width, inputs = settings["width"], prod(takes.corner(shape, SIDE))
    return takes.stack(inputs, width, settings["layers"], 4, 2) * budget.trials(3e5 / width)


CLAIM = Claim(
    id="similar_distributions",
    title="Similar laws for every logit",
    source="TR-GBP, section 4.1 (T:103)",
    statement="“according to the central limited theorem and the Proposition 1, the backpropagation results might have "
    "similar distributions for different v_k, and so that GBP is class-insensitive”",
    premise="dense ReLU stacks, over the weights",
    readings={
        "alike": "the laws of Ṽ's entries for two logits are within 0.05, and GBP's pictures of them have a cosine of "
        "0.9 or more",
        "inference": "one law for every logit makes pictures alike: tried on saliency, which has one law, too",
    },
    printed="similar distributions, and so class-insensitive",
    exact="by exchange the law is one for every logit, under every rule; pictures are alike by what their signals "
    "share, (r²/2 + κ)/(r²/2 + 1), which is 0 for saliency",
    said="All classes' maps might have similar distributions, and so guided backpropagation cannot tell classes apart.",
    true="Distributions are alike for every class, but that is not why: saliency's are, too, and its maps differ.",
    meaning="Equal histograms don't mean equal pictures.",
    headline="saliency-pictures",
    decides=("guided-distributions", "guided-pictures", "saliency-distributions", "saliency-pictures"),
    run=run,
    needs=needs,
    seconds=10,
    settings=(WIDTH, Setting("layers", 6, "ReLU layers of the stack", least=4, most=100)),
)

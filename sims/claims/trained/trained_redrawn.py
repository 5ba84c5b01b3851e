"""Networks trained as a whole: does guided backpropagation stay identical when top layers are redrawn?"""

from functools import partial

import numpy as np

from sims.compiled.layers import accelerate
from sims.evidence.estimates import Sums
from sims.explain.untrained import untrained
from sims.study.claim import PHOTOGRAPHS, Claim
from sims.study.photographed import finding, read, reading
from sims.study.rows import AT_LEAST
from sims.trained import needs as takes
from sims.trained import sources
from sims.trained.pictures import largest, of_logit
from theory.laws import depth
from theory.metrics.similarity import cosine
from theory.rules import RULES

NAME = "efficientnet-lite0"
SAME, IDENTICAL = 0.9, 0.99
LIKE = "cosine of guided pictures before and after"
SHARES = {"classifier": 0.0, "quarter": 1 / 4, "half": 1 / 2, "most": 3 / 4, "all": 1.0}  # of the layers, from the top
CHAIN = 8  # layers of a random chain, for the law beside it


def run(study):
    published = sources.network(study, NAME)
    groups = study.each("photographs", partial(measured, published), sources.photographs(study))
    read(study, groups, [*readings(), *findings()], refuted=("identical",))
    beside(study, groups)


def readings():
    for name, part, value, words in (
        ("top", "classifier", SAME, "the classifier redrawn"),
        ("half", "half", SAME, "the upper half of the layers redrawn"),
        ("identical", "half", IDENTICAL, "the upper half of the layers redrawn"),
    ):
        own = dict(part=f"{part}-guided", wrong=f"{part}-saliency", key="cosine", value=value, side=AT_LEAST)
        yield reading(name, name, what=f"{LIKE}: {words}", **own)


def findings():
    for part in SHARES:
        for rule in RULES:
            what = f"cosine before and after, {rule}: redrawn from the top, {part}"
            yield finding(f"{part}-{rule}", f"{part}-{rule}", "cosine", what)


def measured(published, rng, photograph):
    """Of one photograph: cosines of the most probable class's pictures before and after, by share and rule."""
    image = sources.shown(photograph, published.preprocess)
    passed, target = largest(accelerate(published.network), image)
    before, found = of_logit(passed, target), Sums(count=1)
    for part, share in SHARES.items():
        other = accelerate(untrained(published.network, rng, above(published.network, share)))
        after = of_logit(other.forward(image[None]), target)
        found.update({f"{part}-{rule}": {"cosine": cosine(before[rule], after[rule])} for rule in RULES})
    return found


def above(network, share):
    """The name of the lowest layer that is redrawn: the topmost of those that have weights, or so large a share."""
    names = [node.name for node in network.nodes if "weight" in node.layer.parameters() and node.layer.weight.ndim > 1]
    return names[-max(1, round(share * len(names)))]


def beside(study, groups):
    """What the figure shows: the photographs' quartiles, and the law of a random chain of layers."""
    lines = []
    for part, share in SHARES.items():
        for rule in RULES:
            values = [group[f"{part}-{rule}"]["cosine"] for group in groups]
            quartiles = {f"q{q}": float(np.quantile(values, q / 100)) for q in (25, 50, 75)}
            lines.append({"part": part, "share": share, "rule": rule, **quartiles})
    study.tabulate("redrawn", lines)
    law = [depth.redrawn_similarity(CHAIN, n) for n in range(CHAIN)]
    study.table("law", share=[n / CHAIN for n in range(CHAIN)], guided=law)


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=24)


CLAIM = Claim(
    id="trained_redrawn",
    title="Trained networks: redrawn top layers",
    source="TR-GBP, section 4.1 (T:94); notes on guided backpropagation (G:59), after Adebayo et al. 2018",
    statement="“GBP stays identical even if the top layers are randomized” (T:94), “Guided Backprop is invariant to "
    "higher layer weights” (G:59)",
    premise="EfficientNet-Lite0, trained as a whole; layers drawn (He), normalisation the identity, from the top down; "
    "the most probable class before",
    readings={
        "top": "the cosine of the pictures before and after is 0.9 or more with the classifier redrawn, the top layer",
        "half": "it is 0.9 or more with the upper half of the layers redrawn",
        "identical": "it is 0.99 or more with the upper half",
    },
    printed="the picture stays identical",
    exact="measured: 0.998, 0.87, 0.05; in a random chain a law: 0.99 with one of 8 layers redrawn, 0.96 with four",
    said="Guided backpropagation stays identical when top layers are redrawn.",
    true="With the classifier redrawn it does (0.998); with half of the layers redrawn 0.87 is left, with all 0.05.",
    meaning="A guided map that survives new top layers is no evidence for the classifier.",
    headline="top",
    decides=("top", "half", "identical", "most-guided", "all-guided"),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=200,
    settings=(PHOTOGRAPHS,),
)

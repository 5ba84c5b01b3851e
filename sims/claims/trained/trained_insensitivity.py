"""Trained VGG-16: is saliency's average distance between two logits' maps much larger than the others'?"""

from functools import partial

from sims.evidence import pair_sums
from sims.evidence.verdict import HOLDS
from sims.study.claim import PHOTOGRAPHS, SIDE, Claim
from sims.study.common import against
from sims.study.rows import AT_MOST, Finding, Reading
from sims.trained import classes, sources
from sims.trained import needs as takes
from sims.trained.given import VGG16
from theory.rules import RULES

MODIFIED = "guided", "deconvnet"
READINGS = {  # and the distance, and what it is of saliency's at most
    "twice": ("unit_distance", 1 / 2),
    "twice-range": ("distance", 1 / 2),
    "four": ("unit_distance", 1 / 4),
    "four-range": ("distance", 1 / 4),
}


def run(study):
    tensors, prepare = sources.vgg16(study)
    groups = study.each("photographs", partial(classes.of_vgg16, tensors, prepare), sources.photographs(study))
    for reading, (key, value) in READINGS.items():
        for rule in MODIFIED:
            study.read(groups, of_average(reading, rule, key, value))
    for network in classes.NETWORKS:
        for rule in RULES:
            what = f"E cos of the pictures of two logits, {rule}, {network} convolutions"
            study.read(groups, Finding(name=f"{network}-{rule}-cosine", what=what, of=cosine(f"{network}-{rule}")))
            if rule != "saliency":
                what = f"average distance over saliency's, {rule}, {network} convolutions, entries rescaled"
                of = pair_sums.over(f"{network}-saliency")(f"{network}-{rule}")
                study.read(groups, Finding(name=f"{network}-{rule}-range", what=what, of=of))
    study.table("cosines", **{rule: [group[f"trained-{rule}"]["cosine"] for group in groups] for rule in RULES})


def of_average(reading, rule, key, value):
    return Reading(
        name=f"{rule}-{reading}",
        reading=reading,
        what=f"average distance of two logits' maps, {rule} over saliency",
        **against("trained-saliency", f"trained-{rule}", pair_sums.over("trained-saliency", key), "saliency"),
        value=value,
        side=AT_MOST,
        expected=HOLDS,
        prolongs=False,
    )


cosine = pair_sums.mean("cosine")


def needs(settings, shape, budget):
    return takes.vgg16(settings, passes=2, pictures=12)


CLAIM = Claim(
    id="trained_insensitivity",
    title="Trained networks: distance of two classes' maps",
    source="Nie et al. 2018, slide 'average l2 distance statistics' (S:118)",
    statement="“The average L2 distance of saliency map is much larger than that of both GBP and DeconvNet in either a "
    "random VGG or a trained VGG”: the trained VGG",
    premise="VGG-16’s published convolutions, dense layers drawn for every photograph; the largest logit and another",
    readings={
        "twice": "saliency's average distance of maps at norm 1 is 2 times that of both, or more: a bar chart shows it",
        "twice-range": "the same of entries rescaled to [0, 1]: the text says norm and range at once",
        "four": "4 times, maps at norm 1",
        "four-range": "4 times, entries rescaled",
    },
    printed="average l2 distance much larger for saliency than for both",
    exact="measured: cosines 0.9992 (guided), 0.9993 (DeconvNet), 0.00 (saliency)",
    said="Between two classes saliency changes much more than guided or DeconvNet in a trained VGG.",
    true="It does: the distance of guided’s and of DeconvNet’s maps is 0.03 of saliency’s.",
    meaning="In a trained network, too, the guided maps of two classes are one map.",
    headline="guided-twice",
    decides=(
        "guided-twice",
        "deconvnet-twice",
        "trained-guided-cosine",
        "trained-deconvnet-cosine",
        "trained-saliency-cosine",
    ),
    run=run,
    networks=(VGG16,),
    needs=needs,
    seconds=700,
    settings=(PHOTOGRAPHS, SIDE),
)

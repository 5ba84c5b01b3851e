"""Is TR-GBP's map of a class that is not in the picture below the average?"""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.evidence import medians
from sims.evidence.estimates import Sums
from sims.study.claim import PHOTOGRAPHS, Claim
from sims.study.photographed import finding, read, reading
from sims.study.rows import AT_LEAST, AT_MOST
from sims.trained import maps, sources
from sims.trained import needs as takes
from sims.trained.maps import NAME, OURS

WHOLE = "biases alone"  # before anything is subtracted
METHODS = (OURS, WHOLE)
PLACES = {
    "predicted": 0,
    "second": 1,
    "fifth": 4,
    "sixth": 5,
    "absent": -1,
}  # among the classes, the most probable first
SUM, BELOW = "sum of R_k over that of |R_k|", "share of the pixels below 0"


def run(study):
    own = maps.evaluator(study, METHODS)
    groups = study.each("photographs", partial(measured, own), sources.photographs(study))
    read(study, groups, [*readings(), *findings()])


def readings():
    for name, part, wrong, side in (
        ("absent", "absent", f"absent, {WHOLE}", AT_MOST),
        ("predicted", "predicted", "absent", AT_LEAST),
    ):
        yield reading(f"{name}-sum", "sum", part, wrong, "sum", f"{SUM}: the {name} class", 0.0, side)
        side = {AT_MOST: AT_LEAST, AT_LEAST: AT_MOST}[side]
        own = dict(measure=medians.SHARE)
        yield reading(f"{name}-most", "most", part, wrong, "below", f"{BELOW}: the {name} class", 0.5, side, **own)


def findings():
    for name in PLACES:
        yield finding(f"{name}-mean", name, "sum", f"{SUM}: the {name} class of all by probability")
    yield finding("absent-whole", f"absent, {WHOLE}", "sum", f"{SUM}, nothing subtracted: the absent class")


def measured(own, rng, photograph):
    """Of the classes at PLACES: what of their maps is below 0; "absent" is the least probable one."""
    seen, found = own.see(photograph), Sums(count=1)
    for name, place in PLACES.items():
        planes = maps.by_method(own, seen, seen.order[place])
        found[name], found[f"{name}, {WHOLE}"] = (numbers(planes[method]) for method in METHODS)
    return found


def numbers(map):
    return {"sum": float(map.sum() / (np.abs(map).sum() or 1.0)), "below": float((map < 0).mean())}


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=25)


CLAIM = Claim(
    id="absent_class",
    title="TR-GBP: absent classes",
    source="TR-GBP, appendix A (T:277)",
    statement="“TR-GBP can highlight the correct regions for target classes according to their meaning, while absence "
    "class would be below the average”",
    premise="EfficientNet-Lite0, trained as a whole; the predicted class and the least probable one",
    readings={
        "sum": "the sum over the map of the least probable class is below 0, and that of the predicted class above",
        "most": "more than half of its pixels are below 0, and less than half of the predicted class’s",
    },
    printed="an absent class’s map is below 0, a present one’s above",
    exact="measured: Σ R_k over Σ |R_k| is −1.00 for the least probable class, 1.00 for the predicted one",
    said="An absent class’s map is below the average of the top five.",
    true="It is, everywhere: nearly all of the least probable class’s map is below 0, of the predicted one’s above.",
    meaning="The sign of a TR-GBP map tells how probable a class is, before it tells where it is.",
    headline="absent-sum",
    decides=("absent-sum", "predicted-sum", "absent-most", "predicted-most", "sixth-mean"),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=200,
    settings=(replace(PHOTOGRAPHS, default=128),),
)

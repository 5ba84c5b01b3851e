"""Is TR-GBP more complete than GBP, and more tightly confined than Grad-CAM, FullGrad and CAMERAS?"""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.evidence import medians
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.study.claim import PHOTOGRAPHS, Claim
from sims.study.photographed import finding, more, read
from sims.study.rows import AT_LEAST, Reading, Twin
from sims.trained import maps, sources
from sims.trained import needs as takes
from sims.trained.maps import NAME, OURS

WIDER = "grad-cam", "fullgrad", "cameras"
METHODS = (OURS, "guided", "saliency", *WIDER)
AREA = "share of the pixels that holds half of the positive part"


def run(study):
    own = maps.evaluator(study, METHODS)
    groups = study.each("photographs", partial(measured, own), sources.photographs(study))
    read(study, groups, [*both(), *twice(), *findings()], refuted=[f"confined-{other}-twice" for other in WIDER])


def pairs():
    """(What is larger, what is smaller, the name of the row)."""
    return [(OURS, "guided", "complete"), *((other, OURS, f"confined-{other}") for other in WIDER)]


def both():
    for large, small, name in pairs():
        yield more(f"{name}-both", "both", large, small, "area", f"{AREA}: {large} less {small}")


def twice():
    for large, small, name in pairs():
        of = lambda a, b: lambda sums: sums[a]["area"] - 2 * sums[b]["area"]
        yield Reading(
            name=f"{name}-twice",
            reading="twice",
            what=f"{AREA}: {large} less two times {small}, the median photograph",
            of=of(large, small),
            twin=Twin("the other way round", of(instead(small, large), instead(large, small))),
            measure=medians.within(-2.0, 1.0),
            value=0.0,
            side=AT_LEAST,
            expected="holds",
            prolongs=False,
        )


def findings():
    for name in METHODS:
        yield finding(f"area-{name}", name, "area", f"{AREA}: {name}", medians.SHARE)


def measured(own, rng, photograph):
    seen = own.see(photograph)
    return Sums(
        count=1, **{name: {"area": area(each)} for name, each in maps.by_method(own, seen, seen.predicted).items()}
    )


def area(map):
    """The share of the pixels, the largest first, that holds half of a map's positive part; 1 where it has none."""
    positive = np.sort(np.maximum(map, 0).ravel())[::-1]
    held = np.cumsum(positive)
    return float((np.searchsorted(held, held[-1] / 2) + 1) / held.size) if held[-1] > 0 else 1.0


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=60)


CLAIM = Claim(
    id="complete_confined",
    title="TR-GBP: complete and confined",
    source="TR-GBP, section 5.1 (T:168)",
    statement="“TR-GBP is more complete than GBP and more tightly confined to object regions than Grad-CAM, FullGrad, "
    "CAMERAS”",
    premise="EfficientNet-Lite0, trained as a whole; the predicted class; pixels that hold half of the positive part",
    readings={
        "both": "TR-GBP’s are more than GBP’s, and fewer than those of each of the three",
        "twice": "the same by a factor of two each",
    },
    printed="more pixels than GBP, fewer than Grad-CAM, FullGrad, CAMERAS",
    exact="measured: half of it lies on 0.26 of the pixels; GBP 0.05, Grad-CAM 0.23, CAMERAS 0.24, FullGrad 0.33",
    said="TR-GBP covers more than GBP, and less than Grad-CAM, FullGrad and CAMERAS.",
    true="It covers more than GBP (0.26 of the pixels for 0.05), less than FullGrad; the other two are not decided.",
    meaning="TR-GBP’s map covers about as wide a region as Grad-CAM’s.",
    headline="area-tr-gbp",
    decides=(
        "complete-both",
        "confined-grad-cam-both",
        "confined-fullgrad-both",
        "confined-cameras-both",
        "area-tr-gbp",
    ),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=400,
    settings=(replace(PHOTOGRAPHS, default=64),),
)

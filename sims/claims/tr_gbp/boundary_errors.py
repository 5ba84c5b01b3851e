"""Does the share of TR-GBP's map along the border tell wrong predictions from right ones, as no other method's does?"""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.evidence import aucs
from sims.evidence.estimates import Sums, mean_of
from sims.study.claim import PHOTOGRAPHS, Claim
from sims.study.common import against
from sims.study.rows import AT_LEAST, Finding, Reading
from sims.trained import maps, sources
from sims.trained import needs as takes
from sims.trained.maps import NAME, OURS

OTHERS = "saliency", "guided", "fullgrad", "grad-cam"
METHODS = (OURS, *OTHERS)
CHANCE, PRINTED = 0.5, 0.6
NEAREST = 10  # photographs of like confidence
NEAREST = 10  # photographs of like confidence
AUC = "AUC with which the border's share tells wrong predictions"


def run(study):
    own = maps.evaluator(study, METHODS)
    photographs = [each for each in sources.photographs(study) if each.label is not None]
    groups = study.each("photographs", partial(measured, own), photographs)
    for row in [*readings(), *findings()]:
        study.read(groups, row)
    study.read(groups, Finding(name="wrong", what="share of wrong predictions", of=mean_of("wrong")))
    table(study)


def readings():
    share = lambda name: lambda sums: sums[name]
    common = dict(side=AT_LEAST, prolongs=False, expected="holds")
    for name, value in (("above", CHANCE), ("table", PRINTED)):
        what = f"{AUC}, TR-GBP, the half with the larger shares"
        own = against("random", OURS, share, "a random number")
        yield Reading(name=name, reading=name, what=what, measure=aucs.auc_of_half, value=value, **own, **common)
    for other in OTHERS:
        two = lambda own, other=other: lambda sums: (sums[own], sums[other])
        own = against("random", OURS, two, "a random number")
        what = f"{AUC}, TR-GBP less {other}, all photographs"
        yield Reading(name=other, reading="others", what=what, measure=aucs.larger, value=0.0, **own, **common)


def findings():
    for name in METHODS:
        of = lambda sums, name=name: sums[name]
        yield Finding(name=f"all-{name}", what=f"{AUC}, {name}, all photographs", of=of, measure=aucs.auc)
        yield Finding(name=f"half-{name}", what=f"{AUC}, {name}, the larger half", of=of, measure=aucs.auc_of_half)
    of = lambda sums: -sums["confidence"]
    yield Finding(
        name="confidence",
        what="AUC of the network's own confidence, the lower the likelier wrong",
        of=of,
        measure=aucs.auc,
    )
    what = f"{AUC}, TR-GBP, its rank among the photographs of like confidence"
    yield Finding(name="beside-confidence", what=what, of=lambda sums: (sums["confidence"], sums[OURS]), measure=beside)


def beside(groups, statistic):
    """The AUC of a number's rank among the ten photographs of nearest confidence: what it adds to that."""
    confidence, values = np.array([statistic(group) for group in groups]).T
    order = np.argsort(confidence, kind="stable")
    ranks = np.empty(len(order))
    for place, number in enumerate(order):
        first = min(max(0, place - NEAREST // 2), max(0, len(order) - NEAREST))
        ranks[number] = (values[order[first : first + NEAREST]] < values[number]).mean()
    return aucs.estimate(*aucs.placements(ranks, aucs.wrong(groups)))


def table(study):
    """How many photographs would decide what is open: an interval shrinks as the root of their number."""
    lines, count = [], study.result.sources["photographs"]["number"]
    for row in study.result.rows:
        if row["kind"] == "reading":
            half, apart = row["high"] - row["estimate"], abs(row["estimate"] - row["printed"])
            lines.append({"row": row["name"], "photographs": float(count * (half / max(apart, 1e-3)) ** 2)})
    study.tabulate("needed", lines)


def measured(own, rng, photograph):
    """Of one photograph: whether the prediction is right, how sure it is, and the border's share by method."""
    seen = own.see(photograph)
    prediction = own.predicted(seen)
    shares = {name: own.measured(seen, "boundary", name)["share"] or 0.0 for name in METHODS}
    right = bool(prediction["correct"])
    return Sums(
        count=1, correct=right, wrong=1 - right, confidence=prediction["confidence"], random=rng.random(), **shares
    )


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=15)


CLAIM = Claim(
    id="boundary_errors",
    title="TR-GBP: the border tells errors",
    source="TR-GBP, section 5.4 (T:223, T:228), Table 2",
    statement="“TR-GBP has remarkable advance performance, which means that the boundary dependencies in TR-GBP are "
    "actually derived from prediction errors”, “but others not”",
    premise="EfficientNet-Lite0, trained as a whole; 16 pixels along the border; photographs whose class is known",
    readings={
        "above": "among the half of the photographs with the larger shares the AUC is above 0.5",
        "table": "it is 0.6 or more, as printed",
        "others": "it is above that of each other method, on all photographs",
    },
    printed="an AUC of 0.61 and 0.62, of others 0.51 to 0.57",
    exact="measured: 0.64 [0.34, 0.93] in the half; 3100 photographs would decide; confidence 0.88",
    said="TR-GBP’s values along the border tell wrong predictions, those of other methods don’t.",
    true="Not decided by 676 photographs: AUC 0.64 in that half, 0.53 in all; the network’s confidence has 0.88.",
    meaning="Whether a prediction is wrong the network’s confidence tells better; the border adds nothing to it here.",
    headline="half-tr-gbp",
    decides=("above", "table", "grad-cam", "all-tr-gbp", "confidence", "beside-confidence"),
    run=run,
    labelled=True,
    networks=(NAME,),
    needs=needs,
    seconds=1500,
    settings=(replace(PHOTOGRAPHS, default=1000),),
)

"""Do changes of the last layer lead to high scores along the border of TR-GBP's map?"""

from dataclasses import replace
from functools import partial

from sims.evidence import medians
from sims.evidence.estimates import Sums
from sims.study.claim import PHOTOGRAPHS, Claim
from sims.study.photographed import finding, more, read, reading
from sims.study.rows import AT_LEAST
from sims.trained import maps, sources
from sims.trained import needs as takes
from sims.trained.maps import NAME, OURS
from theory.metrics.boundary import border, boundary_share

SIDE = 224
EVEN = float(border((SIDE, SIDE)).mean())  # of the pixels, within 16 of the border
SHARE = "share of the positive part within 16 pixels of the border"


def run(study):
    own = maps.evaluator(study, [OURS, "guided"])
    groups = study.each("photographs", partial(measured, own), sources.photographs(study))
    what = f"{SHARE}: with the classifier redrawn less before, TR-GBP"
    high = dict(part=f"after-{OURS}", wrong=f"before-{OURS}", key="share", value=EVEN, side=AT_LEAST)
    rows = [
        more("more", "more", f"after-{OURS}", f"before-{OURS}", "share", what),
        reading("high", "high", what=f"{SHARE}: with the classifier redrawn, TR-GBP", measure=medians.SHARE, **high),
    ]
    for when in ("before", "after", "same-class"):
        for name in own.methods:
            rows.append(finding(f"{when}-{name}", f"{when}-{name}", "share", f"{SHARE}: {when}, {name}", medians.SHARE))
    read(study, groups, rows, refuted=("high",))


def measured(own, rng, photograph):
    seen, found = own.see(photograph), Sums(count=1)
    network = maps.partly_redrawn(own.network, rng, 0.0)
    for name, asked in own.methods.items():
        found[f"before-{name}"] = {"share": boundary_share(seen.map(asked, seen.predicted)) or 0.0}
        for when, target in (("after", int(network(seen.inputs)[0].argmax())), ("same-class", seen.predicted)):
            found[f"{when}-{name}"] = {"share": boundary_share(asked(network, seen.inputs, target)[0]) or 0.0}
    return found


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=18)


CLAIM = Claim(
    id="fc_boundaries",
    title="TR-GBP: the last layer and the border",
    source="TR-GBP, section 5.4 (T:223)",
    statement="“the changes of fc layer lead to high scores in boundaries”",
    premise="EfficientNet-Lite0, trained as a whole; the classifier’s weights drawn from their own normal law; "
    "each map of its own network’s predicted class",
    readings={
        "more": "with the classifier redrawn more of TR-GBP’s positive part lies along the border than before",
        "high": "more than the border’s share of the pixels, 0.27",
    },
    printed="the border scores high with another last layer",
    exact="measured: 0.19 after, 0.17 before; of the class that was predicted before none of it is positive",
    said="Changes of the last layer lead to high scores along the border.",
    true="Not decided: 0.19 of it lies along the border after, 0.17 before; of the pixels there are 0.27.",
    meaning="A high score along the border is no sign that the classifier changed.",
    headline="more",
    decides=("more", "high", "before-tr-gbp", "after-tr-gbp", "after-guided"),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=120,
    settings=(replace(PHOTOGRAPHS, default=256),),
)

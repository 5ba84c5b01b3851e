"""Are TR-GBP's values along the border weaker than inside, in a trained network?"""

from functools import partial

import numpy as np

from sims.evidence import medians
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.study.claim import PHOTOGRAPHS, Claim
from sims.study.photographed import finding, number, read
from sims.study.rows import AT_MOST, Law, Reading, Twin
from sims.trained import maps, sources
from sims.trained import needs as takes
from sims.trained.maps import ABLATED, NAME, OURS
from theory.attribution import METHODS
from theory.metrics.shares import plane
from theory.metrics.similarity import cosine

ALIKE = 0.5
RING = "mean of |map| within 16 pixels of the border, over it and that inside"
PARTS = {"map": "TR-GBP's map", "ones": "the maps of ones, nothing subtracted"}
TOP = 5  # classes whose mean is removed
ROUNDING = 1e-9


def run(study):
    own = maps.evaluator(study, [OURS, "guided"])
    groups = study.each("photographs", partial(measured, own), sources.photographs(study))
    read(study, groups, [*readings(), finding("guided", "guided", "ring", f"{RING}: GBP's map", medians.SHARE)])
    study.read(groups, class_mean())
    for name, words in (("measured", "that Eq. 10 leaves"), ("by-cosine", "(1 − 1/K)(1 − mean cosine) would leave")):
        what = f"share of the top {TOP} classes' energy {words}"
        study.read(groups, finding(f"left-{name}", "left", name, what, medians.within(0.0, 2.0)))


def readings():
    for part, words in PARTS.items():
        yield Reading(
            name=part,
            reading=part,
            what=f"{RING}: {words}, the median photograph",
            of=number("ring")(part),
            twin=Twin(
                "moved by half of the picture: what was inside is the border", number(instead("moved", "ring"))(part)
            ),
            measure=medians.SHARE,
            value=ALIKE,
            side=AT_MOST,
            expected="holds",
            prolongs=False,
        )


def class_mean():
    """What Eq. 10 leaves of the energy of the top classes' maps, whatever their lengths."""
    of = lambda part: lambda sums: sums["left"]["measured"] - sums["left"][part]
    return Law(
        name="class-mean",
        what=f"share of the top {TOP} classes' energy that Eq. 10 leaves, less (1 − 1/K)(1 − E⟨s, s'⟩/E‖s‖²)",
        of=of("law"),
        twin=Twin("1 − 1/K left out", of(instead("without", "law"))),
        value=0.0,
        margin=ROUNDING,
        measure=medians.exactly,
    )


def measured(own, rng, photograph):
    seen, found = own.see(photograph), Sums(count=1)
    ours, guided = (plane(seen.map(own.methods[name], seen.predicted)) for name in (OURS, "guided"))
    for name, map in (
        ("map", ours),
        ("guided", guided),
        ("ones", maps.of_ones(own.network, seen.inputs, seen.predicted)),
    ):
        moved = np.roll(map, [length // 2 for length in map.shape], axis=(0, 1))
        found[name] = {"ring": maps.ring(map), "moved": maps.ring(moved)}
    found["left"] = left(own, seen)
    return found


def left(own, seen):
    """Of the top classes' maps, nothing subtracted: the share of their energy that their mean does not take."""
    asked = ABLATED["biases alone"]
    whole = METHODS[OURS](own.network, seen.inputs, [[int(k)] for k in seen.order[:TOP]], **asked.settings)[:, 0, 0]
    flat = whole.reshape(TOP, -1).astype(np.float64)
    products, square = flat @ flat.T, (flat**2).sum(axis=1).mean()
    pairs = np.triu_indices(TOP, 1)
    similarity, alike = products[pairs].mean() / square, np.mean([cosine(flat[i], flat[j]) for i, j in zip(*pairs)])
    measured = ((flat - flat.mean(axis=0)) ** 2).sum() / (flat**2).sum()
    share = 1 - 1 / TOP
    return {
        "measured": measured,
        "law": share * (1 - similarity),
        "without": 1 - similarity,
        "by-cosine": share * (1 - alike),
    }


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=22)


CLAIM = Claim(
    id="weak_borders",
    title="TR-GBP: weaker at the border, trained",
    source="TR-GBP, section 4.2 (T:160)",
    statement="“Note that we have predicted that the boundaries of attribution must be weaker”, of a trained network",
    premise="EfficientNet-Lite0, trained as a whole; the predicted class; 16 pixels along the border",
    readings={
        "ones": "the mean of |map| of ones, nothing subtracted, is smaller along the border than inside",
        "map": "that of TR-GBP’s map is",
    },
    printed="the border is weaker",
    exact="Eq. 10 leaves (1 − 1/K)(1 − E⟨s, s’⟩/E‖s‖²) of the top K classes’ energy, whatever the network",
    said="TR-GBP’s values must be weaker along the border.",
    true="They are, and so are GBP’s: 0.36 and 0.35, where 0.5 would be the border and the inside alike.",
    meaning="A weak border says little of a method: photographs have their object in the middle.",
    headline="map",
    decides=("ones", "map", "guided", "class-mean", "left-measured"),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=200,
    settings=(PHOTOGRAPHS,),
)

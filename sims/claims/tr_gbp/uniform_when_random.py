"""Does TR-GBP's map become uniform, with weak borders, as all weights of a trained network are redrawn?"""

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
from theory.attribution import METHODS
from theory.metrics.shares import plane

UNIFORM, ALIKE = 0.9, 0.5  # "nearly uniform" less its borders; of the ring
SHARES = {"trained": None, "half": 0.5, "random": 1.0}  # of the layers, redrawn from the top down
FLAT = "cosine with a constant"
RING = "mean of |map| within 16 pixels of the border, over it and that inside"
PARTS = {"ones": "the maps of ones, nothing subtracted", "map": "|R_k|"}


def run(study):
    own = maps.evaluator(study, [OURS])
    groups = study.each("photographs", partial(measured, own), sources.photographs(study))
    read(study, groups, [*readings(), *findings()], refuted=("map",))


def readings():
    for part, words in PARTS.items():
        own = dict(part=f"random-{part}", wrong=f"trained-{part}-signed", key="flat", value=UNIFORM, side=AT_LEAST)
        yield reading(part, part, what=f"{FLAT}: {words}, all weights redrawn", **own)
    own = dict(
        part="random-ones", wrong="random-ones-moved", key="ring", value=ALIKE, side=AT_MOST, measure=medians.SHARE
    )
    yield reading("weak", "ones", what=f"{RING}: the maps of ones, all weights redrawn", **own)


def findings():
    for share in SHARES:
        for part, words in PARTS.items():
            name = f"{share}-{part}"
            yield finding(f"{name}-flat", name, "flat", f"{FLAT}: {words}, {share}")
            yield finding(f"{name}-ring", name, "ring", f"{RING}: {words}, {share}", medians.SHARE)


def measured(own, rng, photograph):
    seen, found = own.see(photograph), Sums(count=1)
    for name, share in SHARES.items():
        network = own.network if share is None else maps.partly_redrawn(own.network, rng, share)
        signed = plane(METHODS[OURS](network, seen.inputs, seen.predicted)[0])
        ones = maps.of_ones(network, seen.inputs, seen.predicted)
        found[f"{name}-map"], found[f"{name}-ones"] = numbers(np.abs(signed)), numbers(ones)
        found[f"{name}-map-signed"] = found[f"{name}-ones-signed"] = numbers(signed)
        found[f"{name}-ones-moved"] = numbers(np.roll(ones, [length // 2 for length in ones.shape], axis=(0, 1)))
    return found


def numbers(map):
    return {"flat": maps.flatness(map), "ring": maps.ring(map)}


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=45)


CLAIM = Claim(
    id="uniform_when_random",
    title="TR-GBP: uniform when random",
    source="TR-GBP, section 5.2.2 (T:192), section 4.2 (T:156)",
    statement="“the attribution results of TR-GPB converge to uniform with weak boundaries and random noises”, as "
    "layers are randomised from the top to the bottom",
    premise="EfficientNet-Lite0; all weights drawn from each layer’s own normal law, normalisation as it was",
    readings={
        "ones": "the cosine of the maps of ones, nothing subtracted, with a constant is 0.9 or more, and they are "
        "smaller along the border than inside",
        "map": "that of |R_k| with a constant is 0.9 or more",
    },
    printed="uniform, weak borders, noise",
    exact="measured: cosine with a constant 0.93 of the maps of ones (trained: 0.89), 0.80 of |R_k| (0.83)",
    said="With all weights redrawn TR-GBP’s map is uniform, with weak borders and noise.",
    true="The maps of ones do (0.93), and their border is weaker; TR-GBP’s own map does not (0.80).",
    meaning="A TR-GBP map does not turn uniform when the network is random.",
    headline="map",
    decides=("ones", "map", "weak", "trained-ones-flat", "random-map-ring"),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=250,
    settings=(replace(PHOTOGRAPHS, default=256),),
)

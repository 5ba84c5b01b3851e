"""Have the bottom layers' maps of TR-GBP more noise than the top layers', in a trained network?"""

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
from theory.geometry.resize import bilinear

LEAST = 4  # pixels a side of a map that has neighbours to speak of
NOISE = "what a pixel has without its neighbours, 1 − correlation, of the layers' raw maps"
SHARED = "share of pixels of the layers' maps"
NAMES = {"shown": "shown", "noise": "own-size"}  # of what is read


def run(study):
    own = maps.evaluator(study, [OURS])
    groups = study.each("photographs", partial(measured, own), sources.photographs(study))
    read(study, groups, [*readings(), *findings()], refuted=("own-size", "factor"))
    layers(study, groups)


def readings():
    for key, words in (("shown", f"{NOISE}, enlarged to the input's size"), ("noise", NOISE)):
        what = f"{words}: the lower half's mean less the upper half's"
        yield more(NAMES[key], NAMES[key], "lower", "upper", key, what)
    of = lambda a, b: lambda sums: sums[a]["noise"] - 2 * sums[b]["noise"]
    yield Reading(
        name="factor",
        reading="factor",
        what=f"{NOISE}: the lower half's mean less twice the upper half's, the median photograph",
        of=of("lower", "upper"),
        twin=Twin("the other way round", of(instead("upper", "lower"), instead("lower", "upper"))),
        measure=medians.within(-6.0, 2.0),
        value=0.0,
        side=AT_LEAST,
        expected="holds",
        prolongs=False,
    )


def findings():
    for half in ("lower", "upper"):
        yield finding(f"{half}-noise", half, "noise", f"{NOISE}: the {half} half's mean", medians.within(0.0, 2.0))


def measured(own, rng, photograph):
    """The noise of every layer's map, nothing subtracted, and the means over the lower and the upper half."""
    seen = own.see(photograph)
    found = maps.of_layers(own.network, seen.inputs, seen.predicted, subtract_mean=False)
    found = {name: map for name, map in found if min(map.shape) >= LEAST and name != "input"}
    size, middle = seen.inputs.shape[2:], len(found) // 2
    each = {name: noise(map) for name, map in found.items()}
    by_key = {"noise": list(each.values()), "shown": [noise(enlarged(map, size)) for map in found.values()]}
    parts = {"lower": slice(None, middle), "upper": slice(middle, None)}
    halves = {
        half: {key: float(np.mean(values[part])) for key, values in by_key.items()} for half, part in parts.items()
    }
    return Sums(count=1, layers=each, **halves)


def enlarged(map, size):
    return bilinear(map[None, None], size)[0, 0]


def noise(map):
    """1 − the correlation of neighbours, along rows and along columns on average; 1 of a constant."""
    pairs = (map[:, 1:], map[:, :-1]), (map[1:], map[:-1])
    return float(
        1 - np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] if np.ptp(a) and np.ptp(b) else 0 for a, b in pairs])
    )


def layers(study, groups):
    """What the figure shows: the median photograph and half of them, layer by layer from the bottom up."""
    names = list(groups[0]["layers"])
    quartiles = {
        f"q{q}": [float(np.quantile([g["layers"][n] for g in groups], q / 100)) for n in names] for q in (25, 50, 75)
    }
    study.table("layers", layer=names, **quartiles)


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=8)


CLAIM = Claim(
    id="noise_by_layer",
    title="TR-GBP: noise by layer, trained",
    source="TR-GBP, appendix B (T:289)",
    statement="“it is clear that the results of bottom layers have more noise than top layers”, of a trained network",
    premise="EfficientNet-Lite0, trained as a whole; the layers’ maps of 4 pixels a side or more, "
    "nothing subtracted; the predicted class",
    readings={
        "shown": "enlarged to the input’s size, as figures show them, what a pixel has without its neighbours, 1 less "
        "their correlation, is more in the lower half of the layers",
        "own-size": "the same at their own sizes",
        "factor": "at their own sizes, twice as much or more",
    },
    printed="bottom layers’ maps have more noise",
    exact="measured: 1 − correlation of neighbours is 0.34 in the lower half of the layers, 0.40 in the upper",
    said="The maps of bottom layers have more noise than those of top layers.",
    true="At one size, as figures show them, they have; at their own sizes it is the top layers’ (0.40 for 0.34).",
    meaning="How noisy a layer’s map looks is mostly how much it was enlarged.",
    headline="lower-noise",
    decides=("shown", "own-size", "factor", "lower-noise", "upper-noise"),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=120,
    settings=(PHOTOGRAPHS,),
)

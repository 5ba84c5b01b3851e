"""Are the maps of improbable classes zero, for want of an activated unit?"""

from functools import partial

import numpy as np

from sims.evidence import medians
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.study.claim import PHOTOGRAPHS, Claim
from sims.study.photographed import finding, number, read
from sims.study.rows import AT_LEAST, Law, Reading, Twin
from sims.trained import maps, sources
from sims.trained import needs as takes
from sims.trained.maps import NAME

LOW = 100  # classes, the least probable ones
ZERO = "share of the classes whose guided map is 0 everywhere"
RANKS = 0, -1  # of the classes whose maps are looked at


def run(study):
    own = maps.evaluator(study, ["guided"])
    groups = study.each("photographs", partial(measured, own), sources.photographs(study))
    fewest = "share of the last map's channels through which a signal of the class with the fewest passes"
    study.read(groups, criterion())
    rows = [of_share("might", "all", 1e-3, "all"), of_share("low", "low", 1e-2, f"the {LOW} least probable")]
    read(study, groups, [*rows, finding("fewest", "fewest", "share", fewest, medians.SHARE)])


def of_share(name, part, value, words):
    return Reading(
        name=name,
        reading=name,
        what=f"{ZERO}, of {words}, the median photograph",
        of=number("zero")(part),
        measure=medians.SHARE,
        value=value,
        side=AT_LEAST,
        expected="refuted",
        prolongs=False,
    )


def criterion():
    """A map is 0 where no weight of its class is positive at an open unit: held against two classes' maps."""
    of = lambda part: lambda sums: sums["tried"][part]
    return Law(
        name="criterion",
        what="share of two classes' maps of which it says wrong whether they are 0",
        of=of("wrong"),
        twin=Twin("its opposite", of(instead("opposite", "wrong"))),
        value=0.0,
        margin=1e-9,
        measure=medians.exactly,
    )


def measured(own, rng, photograph):
    """Shares of the classes whose guided signal ends at the last activation: no positive weight meets an open unit."""
    seen = own.see(photograph)
    weight, open_ = own.network.nodes[-1].layer.weight, open_channels(own.network, seen.inputs)
    paths = ((weight > 0) & open_).sum(axis=1)
    told = [bool(paths[seen.order[rank]]) for rank in RANKS]
    there = [bool(seen.map(own.methods["guided"], int(seen.order[rank])).any()) for rank in RANKS]
    wrong = float(np.mean(np.not_equal(told, there)))
    return Sums(
        count=1,
        all={"zero": float((paths == 0).mean())},
        low={"zero": float((paths[seen.order[-LOW:]] == 0).mean())},
        fewest={"share": float(paths.min() / weight.shape[1])},
        tried={"wrong": wrong, "opposite": 1 - wrong},
    )


def open_channels(network, inputs):
    """Whether the last activation lets a signal through anywhere in a channel, (C,)."""
    last = network.activations()[-1]
    passed = network.forward(inputs, until=last)
    return (np.asarray(network.node(last).layer.slope(passed.saved[last]))[0] > 0).any(axis=(1, 2))


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=6)


CLAIM = Claim(
    id="zeroed",
    title="TR-GBP: classes without a map",
    source="TR-GBP, section 4.1 (T:138)",
    statement="“In practice, categories with low prediction probabilities might not have any activated M^L in "
    "Eqn.(2), so their backpropagations might be set to zero after the fc-layer”",
    premise="EfficientNet-Lite0, trained as a whole: signals end where no positive weight meets an open unit",
    readings={
        "might": "of all 1000 classes the guided map of one or more is 0 everywhere, for the median photograph",
        "low": "of the hundred least probable ones",
    },
    printed="maps of improbable classes may be zero",
    exact="a class’s map is 0 if and only if no positive weight of it meets an open unit of the last map",
    said="Maps of improbable classes may be zero, for want of an activated unit.",
    true="Not here: of 1000 classes none has a map of 0; to each a fifth of the last map’s channels is open, or more.",
    meaning="That improbable classes had no map is no reason to average over the top five alone.",
    headline="might",
    decides=("might", "low", "fewest", "criterion"),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=120,
    settings=(PHOTOGRAPHS,),
)

"""DeconvNet beside guided backpropagation, both under max-pooling."""

from functools import partial

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.pooled import plain_and_pooled
from sims.evidence import picture_sums, shown
from sims.evidence.defects import misplaced
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import against, put_back
from sims.study.rows import AT_LEAST, Finding, Law, Reading
from sims.study.shown import INTERPRETABLE
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws.pooling import pooled_mean
from theory.metrics.quality import band_correlation
from theory.metrics.similarity import cosine

RULES = ("guided", "deconvnet")
COSINE = 0.03
ALIKE, SAME = 0.8, 0.95  # of a cosine
APART = 8  # pixels
DRAWINGS = 32  # networks


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    _, network = plain_and_pooled(study.image, kernel, stride, filters)
    limits = {rule: pooled_mean(**network.geometry, pool=2, rule=rule) for rule in RULES}
    study.pictures({f"{rule}-limit": limit for rule, limit in limits.items()})
    drawn = study.draw("lines", partial(shown.drawings, {"pooled": network}, (*RULES, "saliency")), DRAWINGS, 1)
    study.read_all(drawn, *map(interpretable, RULES))
    rows = []
    for rule, other in zip(RULES, RULES[::-1]):
        rows += towards(study, rule, other, cosine(limits[rule], limits[other]))
    what = "cosine of a picture and x at printed size, as they are"
    rows += [Finding(name=f"{rule}-visible", what=f"{what}; {rule}", of=shown.visible(rule)) for rule in RULES]
    directions = {f"{rule}-limit": limit for rule, limit in limits.items()}
    directions |= {f"{rule}-moved": misplaced(limit, APART) for rule, limit in limits.items()}
    chunk = shown.of_network(network, (*RULES, "saliency"), **directions)
    study.sample(Experiment("pooled", chunk, 3e4 / filters, tuple(rows)))
    for scale in (1, 2, 4, 8):
        what = f"correlation of the two limits in the octave at {scale} pixels"
        study.exact(Finding(name=f"band-{scale}", what=what), band_correlation(*limits.values(), scale))


def interpretable(rule):
    return Reading(
        name=f"{rule}-picture",
        reading="alike",
        what=f"correlation of a picture with x in its best octave, 2×2 pooling, {rule}",
        **against("pooled-saliency", f"pooled-{rule}", shown.drawn, "saliency"),
        value=INTERPRETABLE,
        side=AT_LEAST,
        expected="holds",
    )


def towards(study, rule, other, law):
    """The cosine of one rule's E s with the other's limit: by both readings, and by the law."""
    what = f"cosine of the E s of {rule} with the exact limit of {other}, 2×2 pooling"
    of = partial(picture_sums.along_share, part=rule)
    own = dict(what=what, **put_back(APART, f"{other}-limit", f"{other}-moved", of))
    for reading, least in (("alike", ALIKE), ("same", SAME)):
        yield Reading(name=f"{rule}-{reading}", reading=reading, value=least, side=AT_LEAST, law=law, **own)
    yield Law(name=f"{rule}-limit", value=law, margin=study.margin(COSINE), **own)


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=3, stored=True)
    return Needs(3 * budget.groups * 8 * np.prod(shape)) + network * budget.trials(3e4 / filters)


CLAIM = Claim(
    id="pooling_alike",
    title="Max-pooling: DeconvNet and guided alike",
    source="Nie et al. 2018, slides (S:72)",
    statement="“By introducing the max-pooling, DeconvNet behaves approximately the same with GBP.”",
    premise="a 2×2 max-pooling layer added after the ReLU of the three-layer network with 256 filters",
    readings={
        "alike": "single pictures of both are interpretable as line drawings are (0.5 in the best octave), and the "
        "cosine of the E s of neither with the other's limit is under 0.8: alike behaviour, not the same picture",
        "same": "both cosines are 0.95: a twentieth off, a tenth of the energy is something else",
    },
    printed="DeconvNet as GBP",
    exact="two limits that lie at a known angle: DeconvNet's holds no mean of a window, guided's does",
    said="With max-pooling DeconvNet behaves as guided backpropagation does.",
    true="Nearly: the two mean pictures are known, and have a cosine of 0.85; fine detail agrees at 0.97.",
    meaning="With pooling the two rules are nearly one.",
    headline="guided-limit",
    decides=("guided-picture", "deconvnet-picture", "guided-alike", "deconvnet-alike", "guided-same", "guided-limit"),
    run=run,
    needs=needs,
    seconds=20,
    settings=(Setting("filters", 256, "number of filters N"), KERNEL, STRIDE),
)

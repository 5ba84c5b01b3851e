"""Trained networks: what an attack that changes the predicted class does to the pictures."""

from functools import partial

from sims.compiled.layers import accelerate
from sims.evidence import medians
from sims.evidence.estimates import Sums
from sims.study.claim import PHOTOGRAPHS, SIDE, Claim
from sims.study.common import against
from sims.study.photographed import finding, read
from sims.study.rows import AT_LEAST, AT_MOST, Finding, Reading
from sims.trained import attack, partly, sources
from sims.trained import needs as takes
from sims.trained.given import VGG16
from theory.rules import RULES

MODIFIED = "guided", "deconvnet"
WHOLE = "efficientnet-lite0"
SIGNIFICANT, UNCHANGED, STRICT, TIMES = 0.5, 0.9, 0.95, 2  # of cosines; of changes
LIKE = "cosine of the pictures before and after the attack"


def run(study):
    tensors, prepare = sources.vgg16(study)
    lite = sources.network(study, WHOLE)
    groups = study.each("photographs", partial(measured, tensors, prepare, lite), sources.photographs(study))
    for name in ("vgg16", "lite"):
        what = f"share of photographs whose class one of the steps changes, {name}"
        study.read(
            groups,
            Finding(
                name=f"{name}-changed",
                what=what,
                of=lambda sums, name=name: sums[name]["changed"] / sums[name]["count"],
            ),
        )
    changed = [group for group in groups if group["vgg16"]["changed"]]
    read(study, changed, [*compared(), *words(), *strict(), *findings("vgg16", MODIFIED)])
    changed = [group for group in groups if group["lite"]["changed"]]
    for row in findings("lite", RULES):
        study.read(changed, row)


def compared():
    """Saliency's change over the others'."""
    for rule in MODIFIED:
        of = lambda part: lambda sums: (1 - sums["vgg16"]["saliency"]) - TIMES * (1 - sums["vgg16"][part])
        yield Reading(
            name=f"{rule}-compared",
            reading="compared",
            what=f"saliency's change, 1 − cosine, less {TIMES} times that of {rule}, the median photograph",
            **against("saliency", rule, of),
            measure=medians.within(2 - 2 * TIMES - 2, 2.0),
            value=0.0,
            side=AT_LEAST,
            expected="holds",
            prolongs=False,
        )


def words():
    own = lambda part: lambda sums: sums["vgg16"][part]
    common = dict(measure=medians.COSINE, expected="holds", prolongs=False)
    what = f"{LIKE}, saliency, the median photograph"
    name = dict(name="saliency-words", reading="words", what=what)
    yield Reading(**name, **against("guided", "saliency", own), value=SIGNIFICANT, side=AT_MOST, **common)
    yield from unchanged("words", UNCHANGED)


def strict():
    yield from unchanged("strict", STRICT)


def unchanged(reading, value):
    own = lambda part: lambda sums: sums["vgg16"][part]
    for rule in MODIFIED:
        yield Reading(
            name=f"{rule}-{reading}",
            reading=reading,
            what=f"{LIKE}, {rule}, the median photograph",
            **against("saliency", rule, own),
            measure=medians.COSINE,
            value=value,
            side=AT_LEAST,
            expected="holds",
            prolongs=False,
        )


def findings(network, rules):
    if network == "lite":
        for rule in rules:
            yield finding(f"lite-{rule}", "lite", rule, f"{LIKE}, EfficientNet-Lite0, {rule}")
    what = "step of the attack, of the 256 of a byte"
    yield finding(f"{network}-step", network, "step", f"{what}, {network}", medians.within(0.0, 256.0))
    yield finding(f"{network}-x", network, "x", f"cosine of x before and after, {network}")


def measured(tensors, prepare, lite, rng, photograph):
    """Of one photograph: what the attack changes in VGG-16 and in a network that is trained as a whole."""
    vgg16 = partly.mixed(tensors, partly.drawn(rng, prepare.size), prepare.size)
    of = lambda network, prepare: attack.compared(network, prepare, sources.shown(photograph, prepare))
    return Sums(count=1, vgg16=of(vgg16, prepare), lite=of(accelerate(lite.network), lite.preprocess))


def needs(settings, shape, budget):
    return takes.vgg16(settings, passes=8, pictures=7)


CLAIM = Claim(
    id="trained_attack",
    title="Trained networks: an attack changes the class",
    source="Nie et al. 2018, slide 'adversarial attack on VGG' (S:132)",
    statement="“Saliency map changes significantly whereas GBP and DeconvNet remain almost unchanged after replacing "
    "‘panda’ by ‘busby’”, “in a trained VGG-16 net”",
    premise="VGG-16’s published convolutions, dense layers drawn for every photograph; the smallest step of FGSM that "
    "changes the predicted class; each picture at its own predicted class",
    readings={
        "compared": "saliency’s change, 1 − cosine, is 2 times that of both others, or more",
        "words": "saliency’s cosine is below 0.5, and the others’ 0.9 or more",
        "strict": "the others’ is 0.95 or more",
    },
    printed="saliency changes significantly, the others hardly",
    exact="measured: cosine 0.16, 0.997, 0.99; in the wholly trained EfficientNet-Lite0 guided keeps 0.95",
    said="When an attack changes the class, saliency changes significantly, guided and DeconvNet hardly.",
    true="It does: cosine 0.16 before and after for saliency, 0.997 for guided, 0.99 for DeconvNet.",
    meaning="A guided map does not tell that the network has been fooled.",
    headline="guided-compared",
    decides=("saliency-words", "guided-words", "deconvnet-words", "guided-compared", "deconvnet-compared"),
    run=run,
    networks=(VGG16, WHOLE),
    needs=needs,
    seconds=1200,
    settings=(PHOTOGRAPHS, SIDE),
)

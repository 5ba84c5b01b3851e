"""Trained VGG-16: does DeconvNet need max-pooling to give anything of the image back?"""

from functools import partial

from sims.compiled.layers import accelerate
from sims.evidence import medians
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.evidence.recovered import finest, recovered
from sims.study.claim import PHOTOGRAPHS, SIDE, Claim
from sims.study.photographed import finding, more, read, reading
from sims.study.rows import AT_LEAST, AT_MOST, Law, Twin
from sims.trained import needs as takes
from sims.trained import partly, sources
from sims.trained.given import VGG16
from sims.trained.pictures import of_largest, of_logit
from theory.layers import AveragePool2d, MaxPool2d
from theory.metrics.similarity import cosine

MODIFIED = "guided", "deconvnet"
HALF = 0.5
ROUNDING = 1e-6  # of a cosine in float32
WORDS = {"lines": "correlation with x in the best octave", "seen": "cosine with x, 64×64 and locally normalised"}
READINGS = {"lines": "needed", "seen": "interpretable"}


def run(study):
    tensors, prepare = sources.vgg16(study)
    photographs = sources.photographs(study)
    other = sources.shown(photographs[0], prepare)
    groups = study.each("photographs", partial(measured, tensors, prepare, other), photographs)
    what = f"{WORDS['lines']}: DeconvNet, with max-pooling less without"
    less = more("less", "less", "switched-deconvnet", "spread-deconvnet", "lines", what)
    read(study, groups, [less, *needed(), blind(), *findings()], refuted=("interpretable-with",))


def needed():
    for key, name in READINGS.items():
        common = dict(reading=name, key=key, value=HALF)
        own = dict(part="switched-deconvnet", wrong="spread-deconvnet", side=AT_LEAST)
        yield reading(f"{name}-with", what=f"{WORDS[key]}: DeconvNet, max-pooling", **own, **common)
        what = f"{WORDS[key]}: DeconvNet, its signal spread evenly over each window"
        yield reading(
            f"{name}-without", part="spread-deconvnet", wrong="switched-guided", what=what, side=AT_MOST, **common
        )


def blind():
    """Without switches DeconvNet's picture of a logit is the same for any image."""
    what = (
        "1 − cosine of DeconvNet's pictures of two photographs and one logit, without switches, the median photograph"
    )
    of = lambda rule: lambda sums: 1 - sums["others"][rule]
    twin = Twin("guided backpropagation, whose masks know the image", of(instead("guided", "deconvnet")))
    return Law(
        name="blind", what=what, of=of("deconvnet"), twin=twin, value=0.0, margin=ROUNDING, measure=medians.exactly
    )


def findings():
    for key in WORDS:
        for pooling in ("switched", "spread"):
            yield finding(f"guided-{key}-{pooling}", f"{pooling}-guided", key, f"{WORDS[key]}: guided, {pooling}")
    what = "share of the energy in octaves of 1 to 8 pixels that is in the finest"
    for part in ("switched-guided", "switched-deconvnet"):
        yield finding(f"{part}-finest", part, "finest", f"{what}: {part.rpartition('-')[2]}", medians.SHARE)
    yield finding("x-finest", "x", "finest", f"{what}: x", medians.SHARE)


def measured(tensors, prepare, other, rng, photograph):
    """Of one photograph: numbers by way of unpooling and rule, and likenesses to the pictures of another."""
    image = sources.shown(photograph, prepare)
    switched = partly.mixed(tensors, partly.drawn(rng, prepare.size), prepare.size)
    spread = evenly(switched)
    found = Sums(count=1, x={"finest": finest(image)})
    for name, network in (("switched", switched), ("spread", spread)):
        pictures = of_largest(network, image, MODIFIED)
        found |= {f"{name}-{rule}": recovered(picture, image) for rule, picture in pictures.items()}
    both = [
        of_logit(spread.forward(each[None]), 0, MODIFIED)
        for each in (image, other if (other != image).any() else -image)
    ]
    found["others"] = {rule: cosine(*(each[rule] for each in both)) for rule in MODIFIED}
    return found


def evenly(network):
    """The network with means over windows in place of maxima."""
    pools = {node.name: node.layer for node in network.nodes if isinstance(node.layer, MaxPool2d)}
    return accelerate(network.replace({name: AveragePool2d(pool.size, pool.stride) for name, pool in pools.items()}))


def needs(settings, shape, budget):
    return takes.vgg16(settings, passes=4, pictures=8)


CLAIM = Claim(
    id="needs_pooling",
    title="Trained networks: DeconvNet and max-pooling",
    source="Nie et al. 2018, conclusions (A:71), section 'Impact of Max-Pooling' (A:386)",
    statement="“DeconvNet also relies on the max-pooling to recover the input”, “the max-pooling is critical in "
    "helping DeconvNet produce human-interpretable visualizations via image recovery”",
    premise="VGG-16’s published convolutions, dense layers drawn for every photograph; with max-pooling, and means",
    readings={
        "less": "the correlation with x in the best octave is larger with max-pooling than with means over its windows",
        "needed": "it is 0.5 or more with max-pooling, and less without",
        "interpretable": "the same of the cosine with x at 64×64, both locally normalised",
    },
    printed="with max-pooling DeconvNet recovers, without it does not",
    exact="without switches DeconvNet’s picture does not depend on the image at all",
    said="DeconvNet relies on max-pooling to recover the input.",
    true="It does: DeconvNet’s picture correlates with the image at 0.59 with max-pooling, at 0.01 without.",
    meaning="What a DeconvNet map shows of your image comes from the switches of max-pooling.",
    headline="needed-with",
    decides=("less", "needed-with", "needed-without", "blind"),
    run=run,
    networks=(VGG16,),
    needs=needs,
    seconds=900,
    settings=(PHOTOGRAPHS, SIDE),
)

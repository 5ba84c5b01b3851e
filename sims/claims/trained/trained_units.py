"""Trained VGG-16: does a single unit's picture show the part of the image that activates it?"""

from dataclasses import replace
from functools import partial

from sims.evidence.estimates import Sums
from sims.study.claim import PHOTOGRAPHS, SIDE, Claim
from sims.study.photographed import finding, read, reading
from sims.study.rows import AT_LEAST
from sims.trained import needs as takes
from sims.trained import partly, sources, units
from sims.trained.given import VGG16
from theory.rules import RULES

MAPS = {"conv3_3": 6, "conv4_3": 9, "conv5_3": 12}  # and which of the network's ReLUs
HALF = 0.5
LINES, SEEN = (
    "correlation with x in the best octave, on the unit's field",
    "cosine with x on the field, locally normalised",
)

WHERE = f"{LINES}, blocks of 16×16 pixels weighted by their energy"


def run(study):
    tensors, prepare = sources.vgg16(study)
    photographs = sources.photographs(study)
    groups = study.each("photographs", partial(measured, tensors, prepare, photographs), photographs)
    read(study, groups, [*readings(), *findings()], refuted=("conv5_3-shows",))


def readings():
    for key, name, what in (("where", "part", WHERE), ("lines", "shows", LINES), ("seen", "interpretable", SEEN)):
        for map_ in MAPS:
            own = dict(part=f"{map_}-deconvnet", wrong=f"{map_}-elsewhere", key=key, value=HALF, side=AT_LEAST)
            yield reading(f"{map_}-{name}", name, what=f"{what}: DeconvNet, a unit of {map_}", **own)


def findings():
    for map_ in MAPS:
        for rule in RULES:
            part = f"{map_}-{rule}"
            of = f"{rule}, a unit of {map_}"
            if rule != "deconvnet":
                yield finding(f"{part}-lines", part, "lines", f"{LINES}: {of}")
            yield finding(f"{part}-weights", part, "weights", f"cosine with its picture of another photograph: {of}")
            yield finding(f"{part}-other", part, "other", f"cosine with the picture of another unit at its place: {of}")


def measured(tensors, prepare, photographs, rng, photograph):
    """Of one photograph, beside another that is drawn at random: what units of each map show, by rule."""
    others = [each for each in photographs if each.name != photograph.name] or [photograph]
    images = [sources.shown(each, prepare) for each in (photograph, others[int(rng.integers(len(others)))])]
    network = partly.mixed(tensors, partly.empty(prepare.size), prepare.size)
    found = Sums(count=1)
    for map_, number in MAPS.items():
        own = units.compared(network, network.activations()[number], images, rng)
        found.update({f"{map_}-{key}": value for key, value in own.items()})
    return found


def needs(settings, shape, budget):
    return takes.vgg16(settings, passes=6, pictures=12)


CLAIM = Claim(
    id="trained_units",
    title="Trained networks: pictures of single units",
    source="notes on guided backpropagation, on DeconvNet (G:27)",
    statement="“Typically, a single neuron is left non-zero in the high level feature map. Then the resulting "
    "reconstructed image shows the part of the input image that is most strongly activating this neuron (and hence the "
    "part that is most discriminative to it)”",
    premise="VGG-16’s published convolutions, DeconvNet; a channel of conv3_3, conv4_3 and conv5_3, drawn among the "
    "active ones, at its maximum",
    readings={
        "part": "on the unit’s receptive field the picture’s correlation with x in its best octave is 0.5 or more, "
        "blocks of 16×16 pixels weighted by the picture’s energy: what there is of it is x",
        "shows": "the same of the whole field, in which the picture fades towards the border",
        "interpretable": "on the field its cosine with x, both locally normalised, is 0.5 or more",
    },
    printed="a unit’s picture shows the part of the image that activates it",
    exact="measured: correlation 0.63 to 0.68 with x; two units’ pictures at a place 0.90 (conv3_3) to 0.998 (conv5_3)",
    said="The picture of a single unit shows the part of the image that activates it.",
    true="It does, and so does any other unit’s: 0.67 like the image where it is, 0.998 like each other.",
    meaning="A unit’s picture is a window on the image; it does not say what the unit looks for.",
    headline="conv5_3-part",
    decides=("conv3_3-part", "conv4_3-part", "conv5_3-part", "conv5_3-deconvnet-weights", "conv5_3-deconvnet-other"),
    run=run,
    networks=(VGG16,),
    needs=needs,
    seconds=400,
    settings=(replace(PHOTOGRAPHS, default=64), SIDE),
)

"""Trained VGG-16: do guided backpropagation and DeconvNet give back a part of the image?"""

from dataclasses import replace
from functools import partial

from sims.evidence.estimates import Sums
from sims.evidence.recovered import recovered
from sims.study.claim import PHOTOGRAPHS, SIDE, Claim
from sims.study.panels import middle
from sims.study.photographed import finding, read, reading
from sims.study.rows import AT_LEAST
from sims.trained import needs as takes
from sims.trained import partly, sources
from sims.trained.given import VGG16
from sims.trained.pictures import of_largest
from theory.rules import RULES

MODIFIED = "guided", "deconvnet"
HALF = 0.5
WORDS = {
    "where": "correlation with x in the best octave, blocks weighted by their energy",
    "lines": "correlation with x in the best octave",
    "seen": "cosine with x, 64×64 and locally normalised",
}
READINGS = {"where": "where", "lines": "lines", "seen": "interpretable"}
NETWORKS = {"trained": range(partly.LAYERS), "random": ()}  # and which of their layers are published


def run(study):
    tensors, prepare = sources.vgg16(study)
    groups = study.each("photographs", partial(measured, tensors, prepare), sources.photographs(study))
    read(study, groups, [*readings(), *findings()], refuted=("deconvnet-interpretable",))
    panel(study, tensors, prepare)


def readings():
    for key, name in READINGS.items():
        for rule in MODIFIED:
            what = f"{WORDS[key]}: {rule}"
            own = dict(part=f"trained-{rule}", wrong="trained-saliency", key=key, value=HALF, side=AT_LEAST)
            yield reading(f"{rule}-{name}", name, what=what, **own)


def findings():
    for rule in RULES:
        yield finding(f"{rule}-cosine", f"trained-{rule}", "cosine", f"cosine with x: {rule}")
        for key, name in READINGS.items():
            what = f"{WORDS[key]}: {rule}, random weights"
            yield finding(f"{rule}-{name}-random", f"random-{rule}", key, what)
    for key, name in READINGS.items():
        yield finding(f"saliency-{name}", "trained-saliency", key, f"{WORDS[key]}: saliency")


def measured(tensors, prepare, rng, photograph):
    """Of one photograph: numbers by network and rule."""
    image, random = sources.shown(photograph, prepare), partly.drawn(rng, prepare.size)
    found = Sums(count=1)
    for name, trained in NETWORKS.items():
        pictures = of_largest(partly.mixed(tensors, random, prepare.size, trained), image)
        found |= {f"{name}-{rule}": recovered(picture, image) for rule, picture in pictures.items()}
    return found


def panel(study, tensors, prepare):
    """The photograph that ships with Matplotlib, and its pictures: for the figure."""
    example, random = sources.example(prepare), partly.drawn(study.rng("panel"), prepare.size)
    study.picture("x", middle(example))
    for name, trained in NETWORKS.items():
        pictures = of_largest(partly.mixed(tensors, random, prepare.size, trained), example)
        study.pictures({f"{name}-{rule}": middle(picture) for rule, picture in pictures.items()})


def needs(settings, shape, budget):
    return takes.vgg16(settings, passes=2, pictures=6)


CLAIM = Claim(
    id="partial_recovery",
    title="Trained networks: partial image recovery",
    source="Nie et al. 2018, conclusions (A:71), abstract (B:13)",
    statement="“unlike saliency map, both GBP and DeconvNet are essentially doing (partial) image recovery”, in the "
    "trained VGG, “where only those ‘active’ image patches are preserved” (A:419)",
    premise="VGG-16’s published convolutions, dense layers drawn for every photograph; the largest logit",
    readings={
        "where": "in blocks of 32×32 pixels, weighted by the picture’s energy in them, its correlation with x in its "
        "best octave is 0.5 or more: what there is of it is x",
        "lines": "the correlation of the whole picture with x in its best octave is 0.5 or more, as of a line drawing",
        "interpretable": "cosine with x of 0.5 or more at 64×64, both locally normalised",
    },
    printed="guided and DeconvNet give back a part of x",
    exact="measured: correlation 0.79 and 0.67 where there is energy; 0.91 and 0.50 with random weights; saliency 0.03",
    said="In a trained network guided and DeconvNet give back parts of the image.",
    true="They do: where guided’s map has energy it correlates with the image at 0.79, DeconvNet’s at 0.67.",
    meaning="A guided map of a trained network is the image, filtered: the shapes that you see are the image’s.",
    headline="guided-where",
    decides=("guided-where", "deconvnet-where", "guided-lines", "deconvnet-lines", "saliency-where"),
    run=run,
    networks=(VGG16,),
    needs=needs,
    seconds=600,
    settings=(replace(PHOTOGRAPHS, default=64), SIDE),
)

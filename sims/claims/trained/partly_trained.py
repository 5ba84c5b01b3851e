"""VGG-16 with partly trained weights: which layers make the difference between random and trained pictures?"""

from functools import partial

import numpy as np

from sims.evidence import medians
from sims.evidence.estimates import Sums
from sims.evidence.recovered import recovered
from sims.study.claim import PHOTOGRAPHS, SIDE, Claim
from sims.study.common import against
from sims.study.photographed import finding, read
from sims.study.rows import Law
from sims.trained import needs as takes
from sims.trained import partly, sources
from sims.trained.given import VGG16
from sims.trained.pictures import drawn_at, of_largest
from theory.metrics.similarity import cosine

LEVELS = 0, 1, 2, 4, 7, 10, 13  # convolutions from the bottom
ROUNDING = 1e-9  # of a cosine
SINGLE = LEVELS[1:]
NUMBERS = {"full": "the picture of all trained layers", "x": "x", "lines": "x in its best octave"}


def run(study):
    tensors, prepare = sources.vgg16(study)
    groups = study.each("photographs", partial(measured, tensors, prepare), sources.photographs(study))
    study.read(groups, same())
    read(study, groups, list(findings()))
    curves(study, groups)


def same():
    """All layers trained is the picture itself; its twin has random weights in the last three convolutions."""
    of = lambda part: lambda sums: 1 - sums[part]["full"]
    what = "1 − cosine with the picture of all trained layers, trained up to convolution 13"
    twin = against("up-to-10", "up-to-13", of)
    return Law(name="same", what=what, **twin, value=0.0, margin=ROUNDING, measure=medians.exactly)


def findings():
    """Similarities of guided pictures, with trained weights up to a layer, and in all but one."""
    for part, words in parts().items():
        for number, other in NUMBERS.items():
            yield finding(f"{part}-{number}", part, number, f"cosine with {other}: {words}")
    for level in SINGLE:
        for name in ("trained", "random"):
            what = f"cosine with x, signals drawn at convolution {level}: {name} convolutions below"
            yield finding(f"below-{level}-{name}", f"below-{level}", name, what)


def parts():
    """{part: which layers of it are trained, in words}."""
    up_to = {f"up-to-{n}": f"trained up to convolution {n}" if n else "no trained layer" for n in LEVELS}
    return up_to | {f"all-but-{n}": f"trained all but convolution {n}" for n in SINGLE}


def layers_of(part):
    """The numbers of the trained layers, from 0."""
    n = int(part.rpartition("-")[2])
    if part.startswith("up-to"):
        return range(n)
    return [each for each in range(partly.CONVOLUTIONS) if each != n - 1]


def measured(tensors, prepare, rng, photograph):
    """Of one photograph, one set of random weights: numbers by part."""
    image, random = sources.shown(photograph, prepare), partly.drawn(rng, prepare.size)
    networks = {part: partly.mixed(tensors, random, prepare.size, layers_of(part)) for part in parts()}
    whole = networks[f"up-to-{partly.CONVOLUTIONS}"]
    full = of_largest(whole, image, ["guided"])["guided"]
    found = Sums(count=1)
    for part, network in networks.items():
        found[part] = numbers(of_largest(network, image, ["guided"])["guided"], image, full)
    both = {"trained": whole, "random": networks["up-to-0"]}
    for level in SINGLE:
        found[f"below-{level}"] = {name: drawn_at(each, level, image, rng) for name, each in both.items()}
    return found


def numbers(picture, image, full):
    own = recovered(picture, image)
    return {"full": cosine(picture, full), "x": own["cosine"], "lines": own["lines"]}


def curves(study, groups):
    """What the figure shows: medians and the middle half of the photographs."""
    quartiles = lambda values, name: {f"{name}{q}": float(np.quantile(values, q / 100)) for q in (25, 50, 75)}
    lines = []
    for part in parts():
        line = {"part": part.rpartition("-")[0], "level": int(part.rpartition("-")[2])}
        for number in NUMBERS:
            line |= quartiles([group[part][number] for group in groups], number)
        lines.append(line)
    study.tabulate("levels", lines)


def needs(settings, shape, budget):
    return takes.vgg16(settings, passes=25, pictures=25)


CLAIM = Claim(
    id="partly_trained",
    title="VGG-16 with partly trained weights",
    source="Nie et al. 2018, slide 'VGG with partly trained weights' (S:136, S:140)",
    statement="“Investigate the contributions of different layers in the trained VGG-16 net to the visual differences "
    "of GBP between trained and random nets”, “up to the indexed layer”, “except for the indexed layer”: an experiment "
    "whose outcome the sources do not print",
    premise="VGG-16’s published convolutions, all other weights drawn (He) for every photograph; the largest logit",
    printed="which layers make the difference is asked",
    exact="measured: 0.46 with no trained layer, 0.72 with one, 0.87 with seven; 0.44 with all but the first",
    said="Not printed: which layers make the difference between random and trained pictures.",
    true="The first layer makes most of it: cosine with the trained picture 0.46 without, 0.72 with it alone.",
    meaning="What training adds to a guided map is mostly the filters of the first layer.",
    headline="up-to-1-full",
    decides=(
        "up-to-0-full",
        "up-to-1-full",
        "up-to-7-full",
        "all-but-1-full",
        "all-but-13-full",
        "same",
    ),
    run=run,
    networks=(VGG16,),
    needs=needs,
    seconds=1500,
    settings=(PHOTOGRAPHS, SIDE),
)

"""Depth: what a random VGG-16 gives back, beside three layers with max-pooling."""

from functools import partial

from sims.data.images import reduced, suitable
from sims.ensembles import needs as takes
from sims.ensembles import perturbed, random_vgg
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import pair_sums, picture_sums, shown
from sims.evidence.defects import misplaced
from sims.evidence.estimates import mean_of
from sims.evidence.verdict import HOLDS, INCONCLUSIVE, REFUTED
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_LEAST, Finding, Reading, Twin
from sims.study.shown import interpretable, random_noise
from theory.laws.pooling import pooled_mean
from theory.rules import RULES

SAME, STRICT = 0.8, 0.9  # the cosine of two mean pictures that are "basically unchanged"
POOL, FILTERS = 2, 256
APART = 16  # pixels by which the twins put pictures back
ATTACKED = 64  # pixels a side of the picture that is attacked
PART = {row: {rule: f"{row}-{rule}" for rule in RULES} for row in ("three-layer", "vgg16")}
EXPECTED = {"same": {"guided": HOLDS, "deconvnet": INCONCLUSIVE}, "strict": {"guided": REFUTED}}


def run(study):
    image, networks = suitable(study.image), study.settings["networks"]
    pooled = ThreeLayer(image, study.settings["kernel"], study.settings["stride"], filters=FILTERS, pool=POOL)
    limits = {rule: pooled_mean(**pooled.geometry, pool=POOL, rule=rule) for rule in ("guided", "deconvnet")}
    named = {**limits, **{f"{rule} moved": misplaced(limit, APART) for rule, limit in limits.items()}}
    draws = {
        "three-layer": partial(random_vgg.normalised, partial(pooled.pictures, rules=tuple(RULES))),
        "vgg16": partial(random_vgg.pictures, image, tuple(RULES)),
    }
    for row, draw in draws.items():
        groups = study.draw(row, partial(shown.chunk, PART[row].values(), image, draw, **named), networks, 1)
        study.read_all(groups, *behaviours(row, PART[row]))
    study.read_all(groups, *(row for rule in limits for row in unchanged(rule)))
    attack(study, suitable(reduced(image, ATTACKED)), networks, study.settings["epsilon"])


def behaviours(row, part):
    """Guided and DeconvNet show x and saliency is noise, in one row of the figure."""
    for rule, expected in (("guided", HOLDS), ("deconvnet", REFUTED)):
        yield interpretable("behaviours", part[rule], expected, f"{rule}, {row}", part["saliency"])
    yield from random_noise("behaviours", part["saliency"], f"saliency, {row}", part["guided"])


def unchanged(rule):
    """E s of VGG-16 along the exact limit of three layers with max-pooling."""
    of = partial(picture_sums.along_share, part=PART["vgg16"][rule])
    for reading, least in (("same", SAME), ("strict", STRICT)):
        yield Reading(
            name=f"{rule}-{reading}",
            reading=reading,
            what=f"cosine of VGG-16's E s and the limit of three layers with pooling, {rule}",
            of=of(rule),
            value=least,
            side=AT_LEAST,
            expected=EXPECTED[reading].get(rule, INCONCLUSIVE),
            twin=Twin(f"pictures put back {APART} pixels off", of(f"{rule} moved")),
        )


def attack(study, image, networks, epsilon):
    """FGSM, which is printed of a trained network alone."""
    what = f"E cos of pictures before and after FGSM, ε = {epsilon:g}, {{}}, VGG-16 at {ATTACKED} pixels"
    rows = [Finding(name=f"{rule}-attack", what=what.format(rule), of=mean_of(rule)) for rule in RULES]
    chunk = partial(pair_sums.cosines, partial(perturbed.of_vgg, image, epsilon))
    study.read_all(study.draw("attack", chunk, networks, 1), *rows)


def needs(settings, shape, budget):
    kernel, stride, networks = (settings[name] for name in ("kernel", "stride", "networks"))
    pooled = takes.three_layer(takes.corner(shape, 224), kernel, stride, FILTERS, pictures=3, stored=True)
    small = takes.corner(shape, ATTACKED)
    return random_vgg.needs(networks, shape, 4) + random_vgg.needs(networks, small, 8) + pooled * networks


CLAIM = Claim(
    id="vgg16_depth",
    title="VGG-16 with random weights: depth",
    source="Nie et al. 2018, section 'Impact of Max-Pooling and Network Depth' (A:419); slides (S:108)",
    statement="“Though there are subtle visual differences between the top row and bottom row …, the behaviors of "
    "backpropagation-based methods are basically unchanged after increasing the network depth”; “Three visualizations "
    "change little”",
    premise="three layers with 2×2 max-pooling and VGG-16, random weights, no biases; pictures of unit length (A:115)",
    readings={
        "behaviours": "guided and DeconvNet show x (cosine 0.5 or more at 64×64, locally normalised) and saliency is "
        "noise (a twentieth of the energy is E s, cosine with x 0.1 at most), in both rows",
        "same": "the mean pictures of VGG-16 and three layers with pooling have a cosine of 0.8 or more",
        "strict": "of 0.9 or more",
    },
    printed="what three layers with pooling show, VGG-16 shows",
    exact="measured: guided stays close to the pooled limit of three layers, and below 0.9 of it",
    said="Depth changes little: a random VGG-16 draws what three layers with pooling draw.",
    true="Undecided for DeconvNet; guided's mean picture in VGG-16 has a cosine of 0.85 with that of three layers.",
    meaning="What is known of three layers is a fair guide to a deep network's map, not its copy.",
    headline="guided-same",
    decides=(
        "vgg16-guided-interpretable",
        "vgg16-deconvnet-interpretable",
        "vgg16-saliency-noise",
        "guided-same",
        "deconvnet-same",
    ),
    run=run,
    needs=needs,
    seconds=75,
    settings=(
        Setting("networks", 24, "random networks, at any budget", least=8),
        Setting("epsilon", 0.01, "FGSM's step over the range of x", least=0.0001, most=1),
        KERNEL,
        STRIDE,
    ),
)

"""VGG-16 with random weights: whether every fine-grained detail of the input comes back."""

from functools import partial

from sims.data.images import suitable
from sims.ensembles import random_vgg
from sims.evidence.defects import misplaced
from sims.evidence.detail_sums import BLOCK, OCTAVES, details, in_octave
from sims.evidence.estimates import Sums, mean_of
from sims.evidence.verdict import HOLDS, INCONCLUSIVE, REFUTED
from sims.study.claim import Claim, Setting
from sims.study.rows import AT_LEAST, Reading, Twin
from theory.metrics.quality import ssim

RULES = ("guided", "deconvnet")
APART = BLOCK // 2  # pixels by which the twins put pictures back: beyond the coarsest octave
LEAST = {"patches": 0.9, "octaves": 0.8, "structure": 0.5}
EXPECTED = {  # of the photograph; the others hold
    "deconvnet-patches": REFUTED,
    "deconvnet-structure": REFUTED,
    "deconvnet-octave-1": REFUTED,
    "deconvnet-octave-2": INCONCLUSIVE,
    "deconvnet-octave-4": INCONCLUSIVE,
    "deconvnet-octave-8": INCONCLUSIVE,
}


def run(study):
    image = suitable(study.image)
    moved = misplaced(image, APART)
    groups = study.draw("networks", partial(chunk, image, moved), study.settings["networks"], 1)
    rows = []
    for rule in RULES:
        for key, what in (("patches", "share of 32×32 blocks that correlate with x"), ("structure", "SSIM")):
            of, twin = (mean_of(rule, place, key) for place in ("x", "moved"))
            rows.append(reading(rule, key, key, f"{what}, a single picture of {rule}", of, twin))
        for scale in OCTAVES:
            of = lambda place, rule=rule, scale=scale: lambda sums: in_octave(sums[rule], place, scale, sums["count"])
            what = f"correlation of the mean picture with x in the octave of {scale} pixels, {rule}"
            rows.append(reading(rule, "octaves", f"octave-{scale}", what, of(image), of(moved)))
    found = study.read_all(groups, *rows)
    octaves = [(row.name, value) for row, value in zip(rows, found) if row.reading == "octaves"]
    study.table("octaves", row=[name for name, _ in octaves], correlation=[value for _, value in octaves])
    panel(study, image)


def reading(rule, key, name, what, of, twin):
    return Reading(
        name=f"{rule}-{name}",
        reading=key,
        what=what,
        of=of,
        value=LEAST[key],
        side=AT_LEAST,
        expected=EXPECTED.get(f"{rule}-{name}", HOLDS),
        twin=Twin(f"pictures put back {APART} pixels off", twin),
    )


def chunk(image, moved, rng, trials):
    """Sums over networks: the pictures, the energy of each octave, and each picture's details of x and of x moved."""
    found = []
    for drawn in random_vgg.pictures(image, RULES, rng, trials):
        found.append([details(picture, image, moved) for picture in drawn])
    return Sums(count=trials, **{rule: sum(each[1:], each[0]) for rule, each in zip(RULES, zip(*found))})


def panel(study, image):
    """The input, and both rules' pictures in one network."""
    [drawn] = random_vgg.pictures(image, RULES, study.rng("panel"), 1)
    study.pictures({"x": image, **dict(zip(RULES, drawn))})
    study.table("panel", rule=list(RULES), ssim=[ssim(picture, image) for picture in drawn])


def needs(settings, shape, budget):
    return random_vgg.needs(settings["networks"], shape, 3)


CLAIM = Claim(
    id="vgg16_details",
    title="VGG-16 with random weights: details",
    source="Nie et al. 2018, section 'Impact of Max-Pooling and Network Depth' (A:419)",
    statement="“both GBP and DeconvNet reconstruct every fine-grained detail of the input image in the random VGG, "
    "which is different from the trained VGG … where only those “active” image patches are preserved”",
    premise="He's weights, no biases; pictures of unit length (A:115)",
    readings={
        "patches": "no patch is lost: in 90 % of the blocks of 32×32 pixels a picture's correlation with x is 0.5 or "
        "more",
        "octaves": "the mean picture's correlation with x is 0.8 or more in every octave, at 1, 2, 4, 8 pixels",
        "structure": "SSIM of a picture and x is 0.5 or more",
    },
    printed="every detail of x, by both rules",
    exact="measured: true of guided backpropagation",
    said="In a random VGG-16 guided and DeconvNet reconstruct every fine-grained detail.",
    true="Guided does; DeconvNet does not: a structural similarity of 0.21 with the input, guided's 0.54.",
    meaning="An untrained VGG-16's guided map has all of the photograph's details.",
    headline="deconvnet-structure",
    decides=(
        "guided-patches",
        "guided-structure",
        "guided-octave-1",
        "deconvnet-patches",
        "deconvnet-structure",
        "deconvnet-octave-1",
    ),
    run=run,
    needs=needs,
    seconds=55,
    settings=(Setting("networks", 32, "random networks, at any budget", least=8),),
)

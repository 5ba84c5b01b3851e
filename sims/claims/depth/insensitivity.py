"""Class-insensitivity: distances of two logits' maps in random VGG-16, and where shallow networks stop having it."""

from functools import partial
from math import prod

from sims.checks import logits as checks
from sims.checks.logits import MODIFIED
from sims.data.images import corner, named_inputs, suitable
from sims.ensembles import needs as takes
from sims.ensembles import random_vgg
from sims.ensembles.stacks import Stack
from sims.evidence import pair_sums
from sims.evidence.verdict import HOLDS, INCONCLUSIVE
from sims.study.claim import LAYERS, WIDTH, Claim, Setting
from sims.study.common import against
from sims.study.rows import AT_MOST, Finding, Reading
from sims.system.needs import Needs
from theory.laws import depth
from theory.rules import RULES

MADE = "signs", "noise", "constant"  # inputs as unlike a photograph as can be
SHOWN = 3  # logits of VGG-16, all pairs
SIDE, CHANNELS, CROSSED = 32, 32, 4  # pixels; channels and layers of the convolutional stack


def run(study):
    width, logits = (study.settings[name] for name in ("width", "logits"))
    crossed, image = sorted(study.settings["layers"]), corner(study.image, SIDE)
    of_vgg(study, suitable(study.image))
    lines = []
    for layers in crossed:
        stack = Stack(image, width, layers, logits=logits)
        lines += checks.against_law(study, f"{layers}-layers", "picture", stack, RULES)
    study.tabulate("by_depth", lines)
    curves(study, image.size, width, crossed[-1])
    middle, lines = crossed[len(crossed) // 2], []
    inputs = named_inputs(study.image, SIDE, study.result.seed)
    for name in MADE:
        stack = Stack(inputs[name], width, middle, logits=logits)
        lines += [{"input": name, **line} for line in checks.against_law(study, name, name, stack, MODIFIED)]
    study.tabulate("by_input", lines)
    checks.convolutional(study, Stack(corner(study.image, SIDE // 2), CHANNELS, CROSSED, kernel=3, logits=logits))


def of_vgg(study, image):
    """The statement: saliency's average distance over each of the others', in random VGG-16."""
    chunk = partial(pair_sums.of_logits, partial(random_vgg.of_logits, image, SHOWN))
    groups = study.draw("vgg16", chunk, study.settings["networks"], 1)
    for reading, key, value in (
        ("twice", "unit_distance", 1 / 2),
        ("twice-range", "distance", 1 / 2),
        ("four", "unit_distance", 1 / 4),
        ("four-range", "distance", 1 / 4),
    ):
        for rule in MODIFIED:
            what = f"average distance of two logits' maps, {rule} over saliency"
            own = dict(value=value, side=AT_MOST, prolongs=False)
            own["expected"] = INCONCLUSIVE if rule == "deconvnet" and value < 1 / 2 else HOLDS  # 0.23 or 0.29 of it
            own |= against("saliency", rule, pair_sums.over("saliency", key))
            study.read(groups, Reading(name=f"vgg16-{rule}-{reading}", reading=reading, what=what, **own))
    for rule in RULES:
        what = f"E cos of the pictures of two logits, {rule}, VGG-16"
        study.read(groups, Finding(name=f"vgg16-cosine-{rule}", what=what, of=pair_sums.mean("cosine")(rule)))


def curves(study, inputs, width, deepest):
    """The law at the input, layer by layer."""
    layers = range(1, deepest + 1)
    law = lambda rule, n: depth.class_similarity(rule, n, widths=(width,) * n + (inputs,))
    study.table("laws", layers=layers, **{rule: [law(rule, n) for n in layers] for rule in RULES})


def needs(settings, shape, budget):
    width, crossed, logits = settings["width"], sorted(settings["layers"]), settings["logits"]
    inputs, pictures = prod(takes.corner(shape, SIDE)), logits * len(RULES)
    other_inputs = len(MADE) * [crossed[len(crossed) // 2]]
    networks = (takes.stack(inputs, width, layers, pictures, logits) for layers in (*crossed, *other_inputs))
    pairs = Needs(16 * logits**2, logits**2 * inputs) * 2 * len(RULES) * (len(crossed) + len(other_inputs))
    deep = Needs(2**30, settings["networks"] * (2e9 + 1.5e11 * (takes.corner(shape, 224)[-1] / 224) ** 2))
    return deep + sum(networks, pairs) * budget.trials(4e4 / width * max(1, 9 / (logits - 1)))


CLAIM = Claim(
    id="insensitivity",
    title="Class-insensitivity in depth",
    source="Nie et al. 2018, slide 'average l2 distance statistics' (S:118)",
    statement="“The average L2 distance of saliency map is much larger than that of both GBP and DeconvNet in either a "
    "random VGG or a trained VGG”",
    premise="random VGG-16, He's weights, no biases",
    readings={
        "twice": "saliency's distance of maps at norm 1 is 2 times that of both, or more: a bar chart shows it",
        "twice-range": "the same of entries rescaled to [0, 1]: the text says norm and range at once",
        "four": "4 times, maps at norm 1",
        "four-range": "4 times, entries rescaled",
    },
    printed="average l2 distance much larger for saliency than for both",
    exact="cosine (S + κ)/(S + 1) with S = n r²/(2d), whatever the input; the distance over saliency's is about "
    "√(1 − cosine): 0.83 below one layer, 0.1 (guided), 0.4 (DeconvNet) below 8",
    said="Between two classes saliency changes much more than guided or DeconvNet in a random VGG.",
    true="Layer by layer two classes' maps come together: guided's are 0.045 as far apart as saliency's in VGG-16.",
    meaning="In deep networks the guided maps of two classes can't be told apart by eye.",
    headline="vgg16-guided-twice-range",
    decides=(
        "vgg16-deconvnet-twice-range",
        "vgg16-guided-twice-range",
        "vgg16-cosine-saliency",
        "vgg16-cosine-deconvnet",
        "vgg16-cosine-guided",
        "cosine-guided-8-layers",
    ),
    run=run,
    needs=needs,
    seconds=100,
    settings=(
        WIDTH,
        LAYERS,
        Setting("logits", 10, "logits of each network; all pairs are compared", least=2, most=10**4),
        Setting("networks", 16, "random VGG-16 networks, at any budget", least=8),
    ),
)

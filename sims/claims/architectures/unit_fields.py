"""The pictures of single units of VGG-16 with random weights: where they lie, and what they show of x there."""

from functools import partial

from sims.data.images import at_least, suitable
from sims.ensembles import random_vgg, units
from sims.ensembles.stacks import activations
from sims.evidence import shown
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.study.claim import Claim, Setting
from sims.study.panels import middle
from sims.study.rows import Finding, Law, Twin
from theory.metrics.similarity import cosine
from theory.rules import RULES

NOWHERE = 1e-10  # of the energy: rounding in float32
MAPS = {"conv3_3": 6, "conv4_3": 9, "conv5_3": 12}  # and which of the network's ReLUs


def run(study):
    at_least(study.image, 32)
    groups = study.draw("fields", partial(fields, suitable(study.image)), study.settings["networks"], 1)
    for name in MAPS:
        study.read_all(groups, *of_map(name))
    panel(study)


def of_map(name):
    """Where the pictures of a map's middle lie, and what they show of x there."""
    of = lambda key: lambda sums: sums[name][key] / sums["count"]
    what = f"energy of the guided picture of a unit of {name} outside of its receptive field"
    twin = Twin("the field next to it", of(instead("beside", "outside")))
    yield Law(name=f"{name}-outside", what=what, of=of("outside"), value=0.0, margin=NOWHERE, twin=twin)
    for rule in RULES:
        what = f"cosine with x on the field, both locally normalised: the most active unit of {name}, {rule}"
        yield Finding(name=f"{name}-{rule}", what=what, of=of(rule))
    what = f"E cos of the pictures of the two most active units of {name} at one place, guided"
    yield Finding(name=f"{name}-alike", what=what, of=of("alike"))


def drawn(image, rng):
    """Of one network, map by map: its name, the middle unit's field, and pictures of the two most active."""
    network = random_vgg.network(rng, image)
    maps = [activations(network)[place] for place in MAPS.values()]
    for name, (field, pictures) in zip(MAPS, units.in_maps(network, image, maps)):
        yield name, field, pictures


def fields(image, rng, trials):
    """Sums over networks, by map."""
    each = dict.fromkeys((*RULES, "outside", "beside", "alike"), 0.0)
    found = Sums({name: Sums(each) for name in MAPS}, count=trials)
    for _ in range(trials):
        for name, field, pictures in drawn(image, rng):
            for key, value in measured(image, field, pictures).items():
                found[name][key] += value
    return found


def panel(study):
    """The pictures of the two most active units of each map, and x: for the figure."""
    image = suitable(study.image)
    for name, _, pictures in drawn(image, study.rng("panel")):
        study.pictures({f"{name}-{n}": middle(each) for n, each in enumerate(pictures["guided"])})
    study.picture("x", middle(image))


def measured(image, field, pictures):
    """What the pictures {rule: (2, C, H, W)} of two units show of x on their field, and how much lies elsewhere."""
    seen = {rule: shown.likeness(first[:, *field], image[:, *field]) for rule, (first, _) in pictures.items()}
    rows, columns = field
    beside = rows, slice(columns.stop, 2 * columns.stop - columns.start)
    first, second = pictures["guided"]
    return {**seen, "alike": cosine(first, second), "outside": outside(first, field), "beside": outside(first, beside)}


def outside(picture, field):
    """The part of the energy that does not lie in a field."""
    left = picture.copy()
    left[:, *field] = 0
    return (left**2).sum() / (picture**2).sum()


def needs(settings, shape, budget):
    return random_vgg.needs(settings["networks"], shape, 5)


CLAIM = Claim(
    id="unit_fields",
    title="Pictures of single units of VGG-16",
    source="notes on guided backpropagation, on DeconvNet (G:27)",
    statement="“the resulting reconstructed image shows the part of the input image that is most strongly activating "
    "this neuron (and hence the part that is most discriminative to it)”: of trained networks; what is seen in random "
    "ones?",
    premise="VGG-16, He's weights, no biases; the most active channel in the middle of a map, which is left alone",
    printed="the part of the image that activates the unit",
    exact="measured: the picture ends where the unit's receptive field does; GBP shows x there, and so does any other "
    "unit: cosine 0.99 or more between the two most active ones",
    said="Not printed for random networks: the picture of a unit shows the part of the image that activates it.",
    true="It ends where the unit's receptive field does; inside, any other unit shows the same.",
    meaning="A unit's picture is a window onto the image, not what the unit looks for.",
    headline="conv5_3-alike",
    decides=("conv5_3-outside", "conv3_3-guided", "conv5_3-guided", "conv3_3-alike", "conv5_3-alike"),
    run=run,
    needs=needs,
    seconds=80,
    settings=(Setting("networks", 12, "random networks, at any budget", least=8),),
)

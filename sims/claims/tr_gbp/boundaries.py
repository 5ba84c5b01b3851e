"""Weak borders: the picture of the input of ones follows the coverage, 9 inside, 6 at an edge and 4 in a corner."""

from functools import partial

import numpy as np

from sims.data.images import at_least, load, reduced
from sims.ensembles import needs as takes
from sims.ensembles import ones
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import borders, estimates, picture_sums
from sims.evidence.defects import instead
from sims.study.claim import Claim, Setting
from sims.study.common import twinned
from sims.study.rows import AT_MOST, LIMIT, Law, Reading
from sims.study.study import Experiment
from theory.geometry.patches import coverage
from theory.laws.three_layer import guided_mean

SIDE = 56  # pixels of the picture
RATIO = 0.05  # of border to inside
CONVOLUTIONS = {"edge": 6, "corner": 4}  # of 9


def run(study):
    at_least(study.image, 8)
    filters = study.settings["filters"]
    network = ThreeLayer(reduced(study.image, SIDE), 3, 1, 1, filters=filters, bias=100.0)  # they outweigh wᵀy
    by_region(study, network)
    m = coverage(network.image.shape, 3, 1, 1)
    study.exact(Law(name="coverage", what="coverage in a corner, 3×3, padding 1", value=4.0, margin=1e-9), m[0, 0])
    signs = load("signs", SIDE, seed=study.result.seed)
    recovered(study, ThreeLayer(signs, 3, 1, 1, filters=filters))


def by_region(study, network):
    """The pictures of ones of middle layers: 3×3, padding 1."""
    named = regions(network.image.shape)
    rows = [row for name in CONVOLUTIONS for row in of_region(study, name, named)]
    ring = coverage(network.image.shape, 3, 1, 1)[named["ring"][0] > 0].mean() / 9
    what = "mean picture of ones, outermost pixels over inside"
    of = pattern("ring", named)("ones")
    rows.append(Reading(name="ring", reading="weaker", what=what, of=of, value=1.0, side=AT_MOST, law=ring))
    chunk = partial(picture_sums.of_parts, partial(evenly, network), {"ones": named, "twin": named})
    found = study.sample(Experiment("ones", chunk, 12800 / network.filters, tuple(rows)))
    wide = coverage(network.image.shape, 3, 1, 1) * np.ones(network.image.shape)
    study.tabulate("profile", [*borders.profile(found.groups, "ones", wide)])


def regions(shape):
    """1 inside, at edges, in corners, and on the ring that the two make, (C, H, W) each."""
    inside = np.pad(np.ones((shape[1] - 2, shape[2] - 2)), 1) * np.ones(shape)
    corner = np.zeros(shape)
    corner[:, [0, 0, -1, -1], [0, -1, 0, -1]] = 1
    return {"inside": inside, "edge": 1 - inside - corner, "corner": corner, "ring": 1 - inside}


def of_region(study, name, named):
    """The law of a region, whose twin has biases of the image's own signal; and what is printed of corners."""
    value = CONVOLUTIONS[name] / 9
    what = f"mean picture of ones, {name} over inside"
    of = pattern(name, named)
    found = twinned("ones", "twin", of, "a kernel that wraps around the picture")
    yield Law(name=name, what=what, value=value, margin=study.margin(RATIO), tag=LIMIT, **found)
    if name == "corner":
        own = dict(reading="as 4 to 9", value=4 / 9, margin=0.1, law=value)
        yield Reading(name="four-to-nine", what=what, of=of("ones"), **own)


def evenly(network, rng, trials):
    """The pictures of ones; the twin's are divided by the coverage: every pixel has nine."""
    even = instead(9 / coverage(network.image.shape, 3, 1, 1), 1.0)
    for pictures in ones.pictures(network, rng, trials):
        yield {"ones": pictures["ones"], "twin": pictures["ones"] * even}


def pattern(name, named):
    """The mean value where `name` is 1, over that inside."""
    mean = lambda sums, key: estimates.along(sums, key) / np.linalg.norm(named[key])
    return lambda part: lambda sums: mean(sums[part], name) / mean(sums[part], "inside")


def recovered(study, network):
    """The same of the picture of an image of ±1: the scale of E s on x in the outermost pixels, over that inside."""
    named = regions(network.image.shape)
    parts = {name: network.image * named[name] for name in ("ring", "inside")}
    mean = guided_mean(**network.geometry)
    scale = {name: (mean * part).sum() / (part**2).sum() for name, part in parts.items()}
    what = "scale of E s on x, ±1 pixels, in the outermost pixels over that inside"
    own = dict(value=scale["ring"] / scale["inside"], margin=study.margin(RATIO))
    row = Law(name="image-ring", what=what, of=pattern("ring", parts)("guided"), **own)
    study.sample(Experiment("image", picture_sums.guided(network, **parts), 1e5 / network.filters, (row,)))


def needs(settings, shape, budget):
    small, filters = takes.reduced(shape, SIDE), settings["filters"]
    stored = takes.three_layer(small, 3, 1, filters, pictures=2, stored=True)
    image = takes.three_layer(small, 3, 1, filters)
    return stored * budget.trials(12800 / filters) + image * budget.trials(1e5 / filters)


CLAIM = Claim(
    id="boundaries",
    title="Weak borders",
    source="TR-GBP, section 4.2, answer 2 (T:156)",
    statement="“the center inputs participate 9 convolutions while the corner inputs only have 4 convolutions. So the "
    "reconstruction will produce weaker attributions at the boundaries.”",
    premise="inputs of ones of middle layers: 3×3 filters, padding 1, random weights",
    readings={
        "weaker": "the mean over the outermost pixels is below that inside",
        "as 4 to 9": "corners are to the inside as 4 to 9, within a tenth",
    },
    printed="4 convolutions in a corner, 9 inside",
    exact="the mean picture follows the coverage, 4, 6 and 9, where biases outweigh the signal",
    said="Borders come out weaker, as 4 convolutions in a corner against 9 inside.",
    true="Coverage sets the mean where biases outweigh the signal; elsewhere the picture itself does.",
    meaning="A map that fades at the borders says nothing of the object's place.",
    headline="four-to-nine",
    decides=("four-to-nine", "edge", "ring", "image-ring"),
    run=run,
    needs=needs,
    seconds=8,
    settings=(Setting("filters", 32, "number of filters N"),),
)

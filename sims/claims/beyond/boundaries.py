"""Weak borders: the picture of the input of ones follows the coverage, 9 inside, 6 at an edge and 4 in a corner."""

from functools import partial

import numpy as np

from sims.data.images import at_least, load, reduced
from sims.ensembles import needs as takes
from sims.ensembles.ones import both_pictures
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums, jackknife
from sims.evidence.verdict import interval
from sims.study.claim import Claim, Setting
from sims.study.rows import AT_MOST, LIMIT, Law, Reading, Twin
from sims.study.study import Experiment
from theory.geometry.patches import coverage
from theory.laws.three_layer import guided_mean

SIDE = 56  # pixels of the picture
RATIO = 0.05  # of border to inside
CONVOLUTIONS = {"edge": 6, "corner": 4}  # of 9
DEPTH = 4  # pixels from the border that the profile shows


def run(study):
    at_least(study.image, 8)
    filters = study.settings["filters"]
    network = ThreeLayer(reduced(study.image, SIDE), 3, 1, 1, filters=filters, bias=100.0)  # they outweigh wᵀy
    ones(study, network)
    m = coverage(network.image.shape, 3, 1, 1)
    study.exact(Law(name="coverage", what="coverage in a corner, 3×3, padding 1", value=4.0, margin=1e-9), m[0, 0])
    signs = load("signs", SIDE, seed=study.result.seed)
    recovered(study, ThreeLayer(signs, 3, 1, 1, filters=filters))


def ones(study, network):
    """The pictures of ones of middle layers: 3×3, padding 1."""
    named = regions(network.image.shape)
    rows = [row for name in CONVOLUTIONS for row in of_region(study, name, named)]
    ring = coverage(network.image.shape, 3, 1, 1)[named["ring"][0] > 0].mean() / 9
    what = "mean picture of ones, outermost pixels over inside"
    of = partial(pattern, "ones", "ring", named)
    rows.append(Reading(name="ring", reading="weaker", what=what, of=of, value=1.0, side=AT_MOST, law=ring))
    found = study.sample(Experiment("ones", partial(chunk, network, named), 12800 / network.filters, tuple(rows)))
    profile(study, network.image.shape, found.groups)


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
    of = partial(pattern, "ones", name, named)
    twin = Twin("a kernel that wraps around the picture", partial(pattern, "twin", name, named))
    margin = study.margin(RATIO)
    yield Law(name=name, what=what, of=of, value=value, margin=margin, tag=LIMIT, twin=twin)
    if name == "corner":
        yield Reading(name="four-to-nine", reading="as 4 to 9", what=what, of=of, value=4 / 9, margin=0.1, law=value)


def chunk(network, named, rng, trials):
    """Sums of the pictures of ones over the regions; the twin's are divided by the coverage: every pixel has nine."""
    found = {"ones": PictureSums(**named), "twin": PictureSums(**named)}
    inputs = network.image[None].astype(network.dtype)
    evenly = instead(9 / coverage(network.image.shape, 3, 1, 1), 1.0)
    for _ in range(trials):
        picture = both_pictures(network.draw(rng), inputs)[1]
        found["ones"].add(picture)
        found["twin"].add(picture * evenly)
    return Sums({part: sums.sums() for part, sums in found.items()})


def pattern(part, name, named, sums):
    """The mean value where `name` is 1, over that inside."""
    mean = {key: estimates.along(sums[part], key) / np.linalg.norm(named[key]) for key in (name, "inside")}
    return mean[name] / mean["inside"]


def profile(study, shape, groups):
    """The mean picture of ones by distance from the border, towards an edge and towards a corner: for the figure."""
    inside, m = regions(shape)["inside"] > 0, coverage(shape, 3, 1, 1) * np.ones(shape) / 9
    lines = [line for name in CONVOLUTIONS for line in ((name, n, path(shape, name, n)) for n in range(DEPTH))]
    over = lambda where: lambda sums: pixels(sums, where) / pixels(sums, inside)
    found = [interval(jackknife(groups, over(where))) for _, _, where in lines]
    study.table(
        "profile",
        towards=[name for name, _, _ in lines],
        distance=[n for _, n, _ in lines],
        measured=[each.value for each in found],
        low=[each.low for each in found],
        high=[each.high for each in found],
        law=[m[where].mean() for _, _, where in lines],
    )


def pixels(sums, where):
    return sums["ones"]["total"].reshape(where.shape)[where].mean()


def path(shape, towards, distance):
    """Where a pixel is so far from an edge, and no nearer to a corner than half of the way; or from a corner."""
    rows, columns = (np.minimum(np.arange(n), np.arange(n)[::-1]) for n in shape[1:])
    near, far = np.minimum(rows[:, None], columns), np.maximum(rows[:, None], columns)
    beyond = far == distance if towards == "corner" else far >= min(rows.max(), columns.max()) // 2
    return (near == distance) & beyond & np.ones(shape, bool)


def recovered(study, network):
    """The same of the picture of an image of ±1: the scale of E s on x in the outermost pixels, over that inside."""
    named = regions(network.image.shape)
    parts = {name: network.image * named[name] for name in ("ring", "inside")}
    mean = guided_mean(**network.geometry)
    scale = {name: (mean * part).sum() / (part**2).sum() for name, part in parts.items()}
    row = Law(
        name="image-ring",
        what="scale of E s on x, ±1 pixels, in the outermost pixels over that inside",
        of=partial(over, {name: np.linalg.norm(part) for name, part in parts.items()}),
        value=scale["ring"] / scale["inside"],
        margin=study.margin(RATIO),
    )
    study.sample(Experiment("image", picture_sums.guided(network, **parts), 1e5 / network.filters, (row,)))


def over(lengths, sums):
    found = {key: estimates.along(sums["guided"], key) / length for key, length in lengths.items()}
    return found["ring"] / found["inside"]


def needs(settings, shape, budget):
    small, filters = takes.reduced(shape, SIDE), settings["filters"]
    stored = takes.three_layer(small, 3, 1, filters, pictures=2, stored=True)
    return stored * budget.trials(12800 / filters) + takes.three_layer(small, 3, 1, filters) * budget.trials(
        1e5 / filters
    )


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
    run=run,
    needs=needs,
    seconds=8,
    settings=(Setting("filters", 32, "number of filters N"),),
)

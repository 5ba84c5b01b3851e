"""Max-pooling: whether it lets DeconvNet redraw the image, and what the pictures tend to once there is pooling."""

from functools import partial

import numpy as np

from sims.data.images import strongest_patch
from sims.ensembles import needs as takes
from sims.ensembles.pooled import plain_and_pooled
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, looks, picture_sums
from sims.evidence.defects import instead, misplaced
from sims.evidence.looks import INTERPRETABLE
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_LEAST, AT_MOST, Finding, Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.geometry.patches import unit
from theory.laws.pooling import pooled_mean
from theory.laws.switches import ORDERS
from theory.laws.three_layer import guided_mean, limit_cosine
from theory.layers import MaxPool2d
from theory.metrics.quality import local_cosine
from theory.metrics.similarity import cosine

ANGLE = 0.03  # of sin²
FEW = 64  # filters, where only directions are asked for, which are the same for any number
APART = 4  # pixels
HALF = 0.5  # of the energy: what comes back again and again, and is not drowned
RULES = ("guided", "deconvnet")
BOTH = dict(zip(RULES, RULES))
PUBLIC = 12  # networks
DRAWINGS = 32  # networks
TRIALS, WINDOWS = 2e4, 2e5  # networks times filters; where 3×3 windows are pooled


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    plain, network = plain_and_pooled(study.image, kernel, stride, filters)
    sample(study, network, plain)
    lines(study, {"pooled": network, "plain": plain})
    few = partial(plain_and_pooled, study.image, kernel, stride, min(FEW, filters))
    sample(study, few("pool-relu")[1])
    ties(study, few()[1])
    numerical(study, network)
    public(study, network)
    study.picture("x", study.image)
    study.picture("guided", guided_mean(study.image, kernel, stride))
    rows = [limit(study, network, rule, order) for order in ORDERS for rule in RULES]
    study.table("limits", **{key: [row[key] for row in rows] for key in rows[0]})


def sample(study, network, plain=None):
    """The laws at one order of ReLU and pooling and, beside the network without pooling, the printed statement."""
    means = {rule: pooled_mean(**network.geometry, pool=2, rule=rule, order=network.order) for rule in RULES}
    rows = [direction(study, f"{rule}-{network.order}", f"pooled-{rule}", mean) for rule, mean in means.items()]
    networks = {"pooled": (network, (*RULES, "saliency") if plain else RULES)}
    if plain:
        networks["plain"] = plain, RULES
        rows += printed(network.image, means["deconvnet"])
    chunk = partial(looks.several, networks, {})
    study.sample(Experiment(network.order, chunk, TRIALS / network.filters, tuple(rows)))


def direction(study, name, part, mean, what="its exact limit", twin=None):
    """The law that E s lies along `mean`; its twin is the other rule's, unless told."""
    towards = unit(mean.ravel())
    return Law(
        name=name,
        what=f"sin² of the angle between E s and {what}",
        **picture_sums.off("", towards, part),
        value=0.0,
        margin=study.margin(ANGLE),
        twin=twin or Twin("the other rule in its place", picture_sums.off("", towards, other(part))["of"]),
    )


def other(part):
    """The part of the sums with the other rule's pictures."""
    rule = part.rpartition("-")[2]
    return part.replace(rule, instead(*[each for each in RULES if each != rule], rule))


def moved(part, mean):
    """Where the rules give almost the same, a twin that puts patches back too far to the right."""
    wrong = unit(misplaced(mean, APART).ravel())
    return Twin(f"patches put back {APART} pixels off", picture_sums.off("", wrong, part)["of"])


def printed(image, mean):
    """DeconvNet interpretable with pooling, and not without; its mean picture, and how much of a picture that is."""
    saliency = instead("pooled-saliency", "pooled-deconvnet")
    yield Reading(
        name="picture-pooled",
        reading="picture",
        what="cosine of a DeconvNet picture and x at printed size, locally normalised, 2×2 pooling",
        of=looks.mean_look("pooled-deconvnet"),
        value=INTERPRETABLE,
        side=AT_LEAST,
        expected="refuted",
        twin=Twin("saliency in its place", looks.mean_look(saliency)),
    )
    yield Reading(
        name="picture-plain",
        reading="picture",
        what="the same without pooling, where it is to be below",
        of=looks.mean_look("plain-deconvnet"),
        value=INTERPRETABLE,
        side=AT_MOST,
        expected="holds",
        twin=Twin("guided in its place", looks.mean_look(instead("plain-guided", "plain-deconvnet"))),
    )
    yield Reading(
        name="mean",
        reading="mean",
        what="the same of E s, 2×2 pooling",
        of=looks.of_mean(image, "pooled-deconvnet"),
        value=INTERPRETABLE,
        side=AT_LEAST,
        law=looks.look(mean, image)[2],
        twin=Twin("saliency in its place", looks.of_mean(image, saliency)),
    )
    energy = lambda part: lambda sums: estimates.held(sums[part])
    yield Reading(
        name="energy",
        reading="mean",
        what="part of the energy of a DeconvNet picture that E s holds, 2×2 pooling",
        of=energy("pooled-deconvnet"),
        value=HALF,
        side=AT_LEAST,
        expected="refuted",
        twin=Twin("saliency in its place", energy(saliency)),
    )
    what = "cosine of a DeconvNet picture and x at printed size, as they are, 2×2 pooling"
    yield Finding(name="visible", what=what, of=looks.visible("pooled-deconvnet"))


def lines(study, networks):
    """What a line drawing needs: DeconvNet's picture has one octave of x with pooling, and none without."""
    chunk = partial(looks.drawings, networks, ("deconvnet", "saliency", "guided"))
    drawn = study.draw("lines", chunk, DRAWINGS, 1)
    what = "correlation of a DeconvNet picture with x in its best octave, {}"
    own = dict(reading="lines", value=INTERPRETABLE)
    for name, place, side, expected, wrong in (
        ("pooled", "2×2 pooling", AT_LEAST, "holds", "saliency"),
        ("plain", "without pooling, where it is to be below", AT_MOST, "holds", "guided"),
    ):
        twin = Twin(f"{wrong} in its place", looks.drawn(f"{name}-{instead(wrong, 'deconvnet')}"))
        of = looks.drawn(f"{name}-deconvnet")
        row = dict(name=f"lines-{name}", what=what.format(place), of=of, side=side, expected=expected, twin=twin)
        study.read(drawn, Reading(**row, **own))


def ties(study, network):
    """What the tie rule does after a ReLU: a silent window unpools DeconvNet to its first position, or to its last."""
    pool = MaxPool2d(2, tie="last")
    tied = ThreeLayer(network.image, network.kernel, network.stride, filters=network.filters, pool=pool)
    last, first = (pooled_mean(**network.geometry, rule="deconvnet", tie=tie) for tie in ("last", "first"))
    row = direction(study, "deconvnet-tie-last", "deconvnet", last, "its exact limit, ties to the last position")
    chunk = partial(picture_sums.chunk, tied, BOTH, None, {})
    study.sample(Experiment("ties", chunk, TRIALS / network.filters, (row,)))
    apart = Finding(name="ties", what="cosine of DeconvNet's limits with ties to the first and to the last position")
    study.exact(apart, cosine(first, last))


def numerical(study, network):
    """3×3 windows, whose means are integrated numerically, on the strongest piece that holds four of them."""
    piece = strongest_patch(network.image, network.kernel + 5 * network.stride)
    network = ThreeLayer(piece, network.kernel, network.stride, filters=network.filters, pool=3)
    means = {rule: pooled_mean(**network.geometry, pool=3, rule=rule) for rule in RULES}
    what = "its limit, 3×3 windows, integrated to 1e-4"
    rows = [direction(study, f"{rule}-3x3", rule, mean, what, moved(rule, mean)) for rule, mean in means.items()]
    study.sample(
        Experiment("3x3", partial(picture_sums.chunk, network, BOTH, None, {}), WINDOWS / network.filters, tuple(rows))
    )


def public(study, network):
    """The authors' public setting, 9×9 pooling at stride 1, "same" padded: no closed form; simulated, and shown."""
    table = {"rule": [], "order": [], "cosine": [], "local": []}
    for order in ORDERS:
        pool = MaxPool2d(9, stride=1, padding=4)
        wide = ThreeLayer(
            network.image, network.kernel, network.stride, filters=network.filters, pool=pool, order=order
        )
        drawn = study.draw(f"public-{order}", partial(looks.chunk, wide, RULES, {}), PUBLIC, 1)
        for rule in RULES:
            mean = estimates.total(drawn)[rule]["total"].reshape(network.image.shape)
            study.picture(f"{rule}-9x9-{order}", mean)
            values = rule, order, cosine(mean, network.image), looks.look(mean, network.image)[2]
            for column, value in zip(table.values(), values):
                column.append(value)
            what = f"cosine of a picture and x at printed size, locally normalised: {rule}, 9×9 at stride 1, {order}"
            study.read(drawn, Finding(name=f"{rule}-9x9-{order}", what=what, of=looks.mean_look(rule)))
    study.table("public", **table)


def limit(study, network, rule, order):
    """What one limit shares with x: a line of the table behind the figure."""
    mean, x = pooled_mean(**network.geometry, pool=2, rule=rule, order=order), network.image
    study.picture(f"{rule}-{order}", mean)
    numbers = {"cosine": cosine(mean, x), "local": looks.look(mean, x)[2], "local_own_size": local_cosine(mean, x)}
    edges = cosine(mean, high_pass(x))
    return {"rule": rule, "order": order, **numbers, "edges": edges, "unpooled": limit_cosine(**network.geometry)}


def high_pass(image):
    """The image less the mean of its 3×3 neighbourhood."""
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)), mode="edge")
    near = sum(padded[:, a : a + image.shape[1], b : b + image.shape[2]] for a in range(3) for b in range(3))
    return image - near / 9


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=3, stored=True)
    piece = takes.corner(shape, kernel + 5 * stride)
    windows = takes.three_layer(piece, kernel, stride, filters, pictures=2, stored=True)
    sums = Needs(5 * budget.groups * 8 * np.prod(shape))
    return (
        sums + network * (3 * budget.trials(TRIALS / filters) + 4 * PUBLIC) + windows * budget.trials(WINDOWS / filters)
    )


CLAIM = Claim(
    id="max_pooling",
    title="Max-pooling and DeconvNet",
    source="Nie et al. 2018, section 'Impact of Max-Pooling and Network Depth' (A:386, A:461; S:104, S:149)",
    statement="“the DeconvNet visualization has now become human interpretable instead of being the random noise as "
    "before”: “the max-pooling is critical”.",
    premise="a 2×2 max-pooling layer added after the ReLU of the three-layer network with 256 filters",
    readings={
        "lines": "in its best octave of 1, 2, 4 and 8 pixels a single picture's correlation with x is 0.5 or more with "
        "pooling, at which a line drawing is recognised; less without",
        "picture": "cosine of a single picture with the locally normalised x at printed size: 0.5 or more with "
        "pooling, noise of 1.7 times the deviation of x, at which people still name what they see; less without",
        "mean": "E s reaches that, and holds half of the energy: it comes back again and again, and is not drowned",
    },
    printed="DeconvNet interpretable",
    exact="in a window DeconvNet's weights sum to 0: its limit is a sum of patch differences, an edge map of x. "
    "Pooling makes it more than noise, but at printed size less than interpretable",
    run=run,
    needs=needs,
    seconds=45,
    settings=(Setting("filters", 256, "number of filters N"), KERNEL, STRIDE),
)

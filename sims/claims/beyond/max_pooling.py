"""Max-pooling: what DeconvNet and guided backpropagation tend to once there is pooling."""

from functools import partial

import numpy as np

from sims.data.images import at_least, strongest_patch
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.estimates import PictureSums, Sums
from sims.evidence.verdict import HOLDS
from sims.study.checks import value_check
from sims.study.claim import KERNEL, STRIDE, Check, Claim, Control, Setting
from sims.study.study import Experiment
from sims.system.errors import InputError
from theory.laws.pooling import ORDERS, pooled_mean
from theory.laws.three_layer import guided_mean, limit_cosine
from theory.layers import MaxPool2d
from theory.metrics.similarity import cosine

MARGIN = 0.03  # of a cosine
ANGLE = 0.05  # of sin²
SIMILAR = 0.05  # how far from 1, or from unchanged, a cosine may be
RULES = ("deconvnet", "guided")


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    at_least(study.image, kernel + 5 * stride)  # as the piece below
    if not np.ptp(study.image):
        raise InputError("DeconvNet's limit is made of differences, and a constant picture has none")
    rows = []
    for order in ORDERS:
        network = ThreeLayer(study.image, kernel, stride, filters=study.settings["filters"], pool=2, order=order)
        rows += limits(study, network, limit_cosine(study.image, kernel, stride))
    study.table("limits", **{key: [row[key] for row in rows] for key in rows[0]})
    ties(study, kernel, stride)
    numerical(study, kernel, stride)
    public(study, kernel, stride)
    study.picture("x", study.image)
    study.picture("guided", guided_mean(study.image, kernel, stride))


def limits(study, network, unpooled):
    """Direction and recovery of both rules at one order of ReLU and pooling, against their exact limits."""
    means = {rule: pooled_mean(**network.geometry, pool=2, rule=rule, order=network.order) for rule in RULES}
    checks, rows = [], []
    for rule, mean in means.items():
        name, exact = f"{rule}-{network.order}", cosine(mean, study.image)
        checks.append(
            Check(
                f"{name}-direction",
                "sin² of the angle between E s and the exact limit",
                picture_sums.angle_to("limit", rule),
                study.margin(ANGLE),
                Control("the other rule's limit", statistic=picture_sums.angle_to("other", rule)),
                HOLDS,
                exact=0.0,
            )
        )
        printed = 1.0 if rule == "deconvnet" else unpooled
        what = (
            "cos(E s, x); as printed, an image"
            if rule == "deconvnet"
            else "cos(E s, x); as printed, that without pooling"
        )
        checks.append(
            value_check(
                f"{name}-image",
                what,
                partial(cosine_along, rule),
                exact,
                study.margin(MARGIN),
                printed=printed,
                printed_margin=SIMILAR,
            )
        )
        study.picture(name, mean)
        rows.append(
            {
                "rule": rule,
                "order": network.order,
                "cosine_with_x": exact,
                "with_high_pass": cosine(mean, high_pass(study.image)),
                "unpooled": unpooled if rule == "guided" else 0.0,
            }
        )
    chunk = partial(both, network, means)
    study.sample(Experiment(network.order, chunk, 5e4 / network.filters, tuple(checks)))
    return rows


def both(network, means, rng, trials):
    """Sums of both rules' pictures, along x, their own limit, and the other's."""
    named = {
        rule: dict(image=network.image, limit=means[rule], other=means[other])
        for rule, other in zip(RULES, RULES[::-1])
    }
    found = {rule: PictureSums(**named[rule]) for rule in RULES}
    for pictures in network.pictures(rng, trials, RULES):
        for rule, picture in zip(RULES, pictures):
            found[rule].add(picture)
    return Sums({rule: sums.sums() for rule, sums in found.items()})


def ties(study, kernel, stride):
    """What the tie rule does after a ReLU: a silent window unpools DeconvNet to its first position, or to its last."""
    network = ThreeLayer(study.image, kernel, stride, filters=study.settings["filters"], pool=MaxPool2d(2, tie="last"))
    last, first = (pooled_mean(**network.geometry, rule="deconvnet", tie=tie) for tie in ("last", "first"))
    check = Check(
        "deconvnet-tie-last",
        "sin² of the angle between E s and the exact limit, ties to the last position",
        picture_sums.angle_to("limit"),
        study.margin(ANGLE),
        Control("the limit with ties to the first position", statistic=picture_sums.angle_to("first")),
        HOLDS,
        exact=0.0,
    )
    chunk = partial(picture_sums.chunk, network, {"guided": "deconvnet"}, None, {"limit": last, "first": first})
    study.sample(Experiment("ties", chunk, 5e4 / network.filters, (check,)))
    study.table("ties", limits=["first and last"], cosine=[cosine(first, last)])


def numerical(study, kernel, stride):
    """3×3 windows, whose means are integrated numerically, on the strongest piece that holds four of them."""
    piece = strongest_patch(study.image, kernel + 5 * stride)
    network = ThreeLayer(piece, kernel, stride, filters=study.settings["filters"], pool=3)
    means = {rule: pooled_mean(**network.geometry, pool=3, rule=rule) for rule in RULES}
    checks = tuple(
        value_check(
            f"{rule}-3x3-direction",
            "sin² of the angle between E s and its numerical limit, 3×3 windows",
            picture_sums.angle_to("limit", rule),
            0.0,
            study.margin(ANGLE),
            control=Control("x itself", statistic=picture_sums.angle_to("image", rule)),
        )
        for rule in RULES
    )
    study.sample(Experiment("3x3", partial(both, network, means), 4e5 / network.filters, checks))


def public(study, kernel, stride):
    """The papers' public setting, 9×9 pooling at stride 1, "same" padded: no closed form; simulated, and shown."""
    table = {"rule": [], "order": [], "cosine_with_x": [], "with_high_pass": []}
    for order in ORDERS:
        pool = MaxPool2d(9, stride=1, padding=4)
        network = ThreeLayer(study.image, kernel, stride, filters=study.settings["filters"], pool=pool, order=order)
        drawn = study.draw(f"public-{order}", partial(mean_pictures, network), 32, 2)
        for rule, mean in zip(RULES, sum(drawn)):
            study.picture(f"{rule}-9x9-{order}", mean)
            row = rule, order, cosine(mean, study.image), cosine(mean, high_pass(study.image))
            for column, value in zip(table.values(), row):
                column.append(value)
    study.table("public", **table)


def mean_pictures(network, rng, trials):
    return sum(np.array(pictures, np.float64) for pictures in network.pictures(rng, trials, RULES))


def cosine_along(rule, sums):
    return estimates.towards(sums[rule], "image")


def high_pass(image):
    """The image less the mean of its 3×3 neighbourhood."""
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)), mode="edge")
    near = sum(padded[:, a : a + image.shape[1], b : b + image.shape[2]] for a in range(3) for b in range(3))
    return image - near / 9


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=2, stored=True)
    piece = takes.corner(shape, kernel + 5 * stride)
    windows = takes.three_layer(piece, kernel, stride, filters, pictures=2, stored=True)
    return network * (3 * budget.trials(5e4 / filters) + 128) + windows * budget.trials(4e5 / filters)


CLAIM = Claim(
    id="max_pooling",
    title="Max-pooling",
    source="Nie et al. 2018, section 'Impact of Max-Pooling and Network Depth'; slides",
    statement="With pooling DeconvNet recovers the image, and guided backpropagation is not impacted.",
    printed="DeconvNet ≈ x; guided as without pooling",
    exact="in a window DeconvNet's weights sum to 0: its limit is a sum of patch differences, an "
    "edge map; guided loses part of x",
    run=run,
    needs=needs,
    seconds=24,
    settings=(
        Setting("filters", 64, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

"""The limits of pictures behind max-pooling: where E s lies, however windows tie and whatever their size."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.data.images import strongest_patch
from sims.evidence import estimates, picture_sums, shown
from sims.evidence.defects import misplaced
from sims.study.common import APART, against, put_back
from sims.study.rows import Finding, Law
from sims.study.study import Experiment
from theory.laws.pooling import pooled_mean
from theory.laws.switches import ORDERS
from theory.laws.three_layer import limit_cosine
from theory.layers import MaxPool2d
from theory.metrics.quality import local_cosine
from theory.metrics.similarity import cosine

ANGLE = 0.03  # of sin²
RULES = ("guided", "deconvnet")
PUBLIC = 12  # networks
TRIALS, WINDOWS = 2e4, 2e5  # networks times filters; where 3×3 windows are pooled


def directions(study, network):
    """The laws of both rules' E s behind 2×2 windows, of the parts "pooled-<rule>"; and the limits by rule."""
    means = {rule: pooled_mean(**network.geometry, pool=2, rule=rule, order=network.order) for rule in RULES}
    laws = [direction(study, f"{rule}-{network.order}", f"pooled-{rule}", mean) for rule, mean in means.items()]
    return laws, means


def direction(study, name, part, mean, what="its exact limit"):
    """The law that E s lies along `mean`; its twin is the other rule's."""
    rule = part.rpartition("-")[2]
    [other] = {*RULES} - {rule}
    found = against(part.replace(rule, other), part, partial(picture_sums.off, mean), "the other rule")
    return _law(study, name, what, found)


def _law(study, name, what, found):
    what = f"sin² of the angle between E s and {what}"
    return Law(name=name, what=what, value=0.0, margin=study.margin(ANGLE), **found)


def ties(study, network):
    """What the tie rule does after a ReLU: a silent window unpools DeconvNet to its first position, or to its last."""
    last, first = (pooled_mean(**network.geometry, rule="deconvnet", tie=tie) for tie in ("last", "first"))
    row = direction(study, "deconvnet-tie-last", "deconvnet", last, "its exact limit, ties to the last position")
    tied = replace(network, pool=MaxPool2d(2, tie="last"))
    study.sample(Experiment("ties", _both(tied), TRIALS / network.filters, (row,)))
    apart = Finding(name="ties", what="cosine of DeconvNet's limits with ties to the first and to the last position")
    study.exact(apart, cosine(first, last))


def numerical(study, network):
    """3×3 windows, whose means are integrated numerically, on the strongest piece that holds four of them.

    The rules give almost the same there: the twin puts patches back elsewhere.
    """
    piece = strongest_patch(network.image, network.kernel + 5 * network.stride)
    network = replace(network, image=piece, pool=3)
    rows = []
    for rule in RULES:
        mean = pooled_mean(**network.geometry, pool=3, rule=rule)
        found = put_back(APART, mean, misplaced(mean, APART), partial(picture_sums.off, part=rule))
        rows.append(_law(study, f"{rule}-3x3", "its limit, 3×3 windows, integrated to 1e-4", found))
    study.sample(Experiment("3x3", _both(network), WINDOWS / network.filters, tuple(rows)))


def _both(network):
    """A chunk of both rules' pictures."""
    return partial(picture_sums.chunk, network, dict(zip(RULES, RULES)), None, {})


def public(study, network):
    """The authors' public setting, 9×9 pooling at stride 1, "same" padded: no closed form; simulated, and shown."""
    lines = []
    for order in ORDERS:
        wide = replace(network, pool=MaxPool2d(9, stride=1, padding=4), order=order)
        drawn = study.draw(f"public-{order}", shown.of_network(wide, RULES), PUBLIC, 1)
        for rule in RULES:
            mean = estimates.total(drawn)[rule]["total"].reshape(network.image.shape)
            numbers = {"cosine": cosine(mean, network.image), "local": shown.likeness(mean, network.image)}
            lines.append({"rule": rule, "order": order, **numbers})
            what = f"cosine of a picture and x at printed size, locally normalised: {rule}, 9×9 at stride 1, {order}"
            study.read(drawn, Finding(name=f"{rule}-9x9-{order}", what=what, of=shown.single(rule)))
    study.tabulate("public", lines)


def limit(network, rule, order):
    """What one limit shares with x: a line of the table behind the figure."""
    mean, x = pooled_mean(**network.geometry, pool=2, rule=rule, order=order), network.image
    numbers = {"cosine": cosine(mean, x), "local": shown.likeness(mean, x), "local_own_size": local_cosine(mean, x)}
    edges = cosine(mean, _high_pass(x))
    return {"rule": rule, "order": order, **numbers, "edges": edges, "unpooled": limit_cosine(**network.geometry)}


def _high_pass(image):
    """The image less the mean of its 3×3 neighbourhood."""
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)), mode="edge")
    near = sum(padded[:, a : a + image.shape[1], b : b + image.shape[2]] for a in range(3) for b in range(3))
    return image - near / 9

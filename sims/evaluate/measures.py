"""The measures by name: what each computes of one photograph's map, and which of its numbers are shown.

A measure's numbers are {key: number}, None where a map has none (one without positive part points nowhere): counted,
and left out of means. Maps are those of the predicted class; for `pointing` of the object's, if its label is known.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sims.evaluate.cascade import ALIKE, INDEPENDENT, TOP_DOWN, similarities
from sims.evaluate.seen import softmax
from sims.random import stream
from theory.metrics.boundary import boundary_share, printed_boundary
from theory.metrics.localisation import pointing_energy, printed_pointing
from theory.metrics.perturbation import area, losses, ranked
from theory.metrics.shares import plane
from theory.metrics.similarity import compared

ABSOLUTE = "guided", "guided-ig"  # ranked by |value|: Appendix D
AUC, AUC_OF_HALF = "AUC of errors", "AUC of errors, larger half"
HIGHER, LOWER, NEITHER = "higher is better", "lower is better", ""


@dataclass(frozen=True)
class Measure:
    """`of(seen, asked, evaluator) -> {key: number}`; `what` it is, `settings` by name that it depends on, `shown` {key:
    which direction is better} of the numbers in the table, `chance` {key: what a map that knows nothing comes to};
    `needs` boxes, labels or nothing.
    """

    what: str
    of: Callable
    settings: tuple[str, ...] = ()
    shown: dict | None = None
    chance: dict = field(default_factory=dict)
    needs: str = ""


def pointing(seen, asked, evaluator):
    if seen.box is None:
        return {"energy": None, "as printed": None}
    map = seen.map(asked, seen.target)
    return {"energy": pointing_energy(map, seen.box), "as printed": printed_pointing(map, seen.box)}


def boundary(seen, asked, evaluator):
    map, width = seen.map(asked, seen.predicted), evaluator.settings.width
    return {"share": boundary_share(map, width), "as printed": printed_boundary(map, width)}


def classes(seen, asked, evaluator):
    one, two = (plane(seen.map(asked, int(target))) for target in seen.order[:2])
    if not (one.any() and two.any()):
        return {"cosine": None, "l2": None}
    cosine, distance = compared(one, two)
    return {"cosine": float(cosine), "l2": float(distance)}


def perturbation(seen, asked, evaluator):
    """The areas and curves of MoRF and LeRF, those of a random order of the same photograph, and their differences."""
    given, target = evaluator.settings, seen.predicted
    ties = stream(given.seed, "evaluate", "perturbation", seen.photograph.digest).permutation(seen.inputs[0, 0].size)
    probability = lambda inputs: softmax(seen.network(inputs))[:, target]
    order = ranked(seen.map(asked, target), ties, asked.name in ABSOLUTE)
    curve = lambda taken: losses(probability, seen.inputs[0], taken, given.shares)
    curves = {"MoRF": curve(order), "LeRF": curve(order[::-1]), "random": seen.once("random", lambda: curve(ties))}
    found = {name: area(each, given.shares) for name, each in curves.items()}
    found |= {"MoRF − LeRF": found["MoRF"] - found["LeRF"], "MoRF − random": found["MoRF"] - found["random"]}
    found |= {"random − LeRF": found["random"] - found["LeRF"]}
    at = {f"{name} {share:g}": float(v) for name, each in curves.items() for share, v in zip(given.shares, each)}
    return found | at


def cascade(seen, asked, evaluator):
    return similarities(evaluator.cascade, asked, seen.inputs, seen.predicted, evaluator.settings.window)


MEASURES = {
    "pointing": Measure(
        "share of the positive part in the object's box (Eq. 11)",
        pointing,
        shown={"energy": HIGHER},
        needs="boxes",
    ),
    "grid": Measure(
        "share of the positive part in the class's quadrant of a mosaic of four; 0.25 by chance",
        None,  # of four photographs: sims.evaluate.grid
        settings=("seed", "confidence"),
        shown={"energy": HIGHER},
        chance={"energy": 0.25},
    ),
    "perturbation": Measure(
        "mean loss of probability as the most (MoRF) or least (LeRF) relevant pixels are taken away",
        perturbation,
        settings=("seed", "shares"),
        shown={"MoRF": HIGHER, "LeRF": LOWER, "MoRF − LeRF": HIGHER, "MoRF − random": HIGHER, "random − LeRF": HIGHER},
        chance={"MoRF − random": 0.0, "random − LeRF": 0.0},
    ),
    "boundary": Measure(
        "share of the positive part along the border (Eq. 12), and the AUC with which it tells errors",
        boundary,
        settings=("width",),
        shown={"share": NEITHER, AUC: NEITHER, AUC_OF_HALF: NEITHER},
        chance={AUC: 0.5, AUC_OF_HALF: 0.5},
        needs="labels",
    ),
    "classes": Measure(
        "cosine and l2 distance between the maps of the two most probable classes",
        classes,
        shown={"cosine": LOWER, "l2": HIGHER},
    ),
    "cascade": Measure(
        "likeness to the trained network's map as weights are redrawn, from the top layer down and each alone",
        cascade,
        settings=("seed", "stages", "draws", "law", "normalisation", "window"),
    ),
}


def shown(measure, keys):
    """{key: direction} of those of a measure's numbers that are in the table; of a cascade all."""
    of = MEASURES[measure].shown
    return {key: NEITHER if of is None else of[key] for key in keys if of is None or key in of}


def cascade_keys(keys):
    """{(likeness, order): [(stage, key)]} of a cascade's numbers, in the order of stages."""
    found = {(name, order): [] for name in ALIKE for order in (TOP_DOWN, INDEPENDENT)}
    for key in keys:
        name, order, stage = key.split(", ", 2)
        found[name, order].append((stage, key))
    return found


def prediction(seen):
    """What the network makes of the photograph: class, probability, and whether it is right; None without a label."""
    label = seen.photograph.label
    correct = None if label is None else seen.predicted == label
    return {
        "class": seen.predicted,
        "second": int(seen.order[1]),
        "confidence": float(np.max(seen.probabilities)),
        "correct": correct,
    }

"""The formal definitions: T = h(R)·∂g(y)/∂y at every ReLU, for the three rules."""

import numpy as np

from sims.evidence.defects import instead
from sims.study.claim import Claim
from sims.study.rows import Reading, Twin
from theory.layers import ReLU
from theory.rules import RULES

# h and g of Eq. 2, written out once more; g's derivative is taken by a difference that is exact for a piecewise line
DEFINITIONS = {
    "saliency": (lambda t: t, lambda t: max(t, 0.0)),
    "deconvnet": (lambda t: max(t, 0.0), lambda t: t),
    "guided": (lambda t: max(t, 0.0), lambda t: max(t, 0.0)),
}
SWAPPED = {"saliency": "guided", "deconvnet": "saliency", "guided": "deconvnet"}
ENTRIES = 4096
ROUNDING = 8 * np.finfo(float).eps  # one difference, one quotient, one product


def run(study):
    rng = study.rng("signals")
    signal, preactivation = rng.standard_normal((2, 1, ENTRIES))
    preactivation[0, :64] = 0.0  # σ'(0) = 0: g's left derivative
    for name in RULES:
        row = Reading(
            name=f"rule-{name}",
            reading="identity",
            what=f"largest |T − h(R)·∂g/∂y| through a ReLU layer, {name}",
            value=0.0,
            margin=ROUNDING,
            law=0.0,
            twin=Twin(f"the layer runs {SWAPPED[name]} instead"),
        )
        rules = name, instead(SWAPPED[name], name)
        study.exact(row, *(worst(name, rule, signal, preactivation) for rule in rules))


def worst(definition, rule, signal, preactivation):
    """The largest deviation of the ReLU layer under `rule` from a definition, relative to the signal."""
    layer = ReLU()
    _, saved = layer.forward(preactivation)
    passed = layer.backward(signal, saved, RULES[rule])
    h, g = DEFINITIONS[definition]
    oracle = [h(r) * left_slope(g, y) for r, y in zip(signal[0], preactivation[0])]
    return np.max(np.abs(passed[0] - oracle)) / np.max(np.abs(signal))


def left_slope(g, y):
    """The derivative from the left of a function that is a straight line between y and y − |y|/2."""
    step = abs(y) / 2 or 1.0
    return (g(y) - g(y - step)) / step


CLAIM = Claim(
    id="definitions",
    title="Formal definitions of the three rules",
    source="Nie et al. 2018, formal definitions (S:38–46); TR-GBP, Eq. 2 to 4 (T:59–69); G:45–51",
    statement="T = h(R)·∂g(y)/∂y with “h(t) = t for saliency map, σ(t) for DeconvNet and GBP; g(t) = t for DeconvNet, "
    "σ(t) for saliency map and GBP”.",
    readings={"identity": "T is that, to rounding, at every entry, y = 0 among them"},
    printed="h = id, σ, σ and g = σ, id, σ",
    exact="the same",
    said="Saliency, DeconvNet and guided backpropagation differ in one place: how a ReLU hands a signal back.",
    true="The three rules differ there and nowhere else, to the last bit.",
    meaning="All three maps are backward passes of the same network; only the ReLUs are treated differently.",
    headline="rule-guided",
    decides=("rule-saliency", "rule-deconvnet", "rule-guided"),
    run=run,
    seconds=1,
)

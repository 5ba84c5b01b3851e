"""Depth: mean-field laws of the three backward rules in wide random ReLU networks (in place of Proposition 1).

Nie et al. 2018's Proposition 1 takes the backward signal at a layer for zero-mean and independent of the activations a
= σ(z) there. With Gaussian weights and large widths it is instead

    R = τ (r a/sd(z) + ξ),    ξ standard normal and independent of a,

and a rule takes r and κ, the correlation of the ξ of two logits, from one ReLU layer to the one below. With g = z/sd(z)
and φ(g, ξ) the rule's answer to R = r σ(g) + ξ, the weights W of the layer give a back through W = z aᵀ/‖a‖² + the
rest:

    r ← √2 E[g φ]/√E[φ²],    κ ← E[φ φ']/E[φ²],    from r = κ = 0 at the readout.

Width and scale drop out if all layers are of one width; else r carries √(width above/width below). The same holds for
convolutions, with channels for width, away from borders and where neighbouring patches have one length. `layers` is how
many ReLU layers the signal has crossed.
"""

from collections.abc import Callable, Iterable
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.laws.arc_cosine import relu_relu, step_relu_relu, step_relu_squared
from theory.laws.moments import rectified_mean, rectified_second_moment
from theory.laws.preconditions import Values, count, floats, widths_of
from theory.rules import Rule, tabled


def recovery_ratio(
    layers: SupportsIndex, rule: str | Rule = "guided", widths: Iterable[SupportsIndex] | None = None
) -> float:
    """r: how much of the activations, in their standard deviations, the signal holds per unit of noise.

    0, √2/π, 0.634, 0.697, … → 0.7244 for guided backpropagation; 0 for the other rules. `widths`, one per ReLU layer
    from the top down and one for what lies below the last, are all equal unless given.
    """
    return _carried(layers, rule, widths)[0]


def class_similarity(rule: str | Rule, layers: SupportsIndex, widths: Iterable[SupportsIndex] | None = None) -> float:
    """The cosine of the signals of two logits, (r²/2 + κ)/(r²/2 + 1): 0 for saliency, towards 1 for the others."""
    return _cosine(*_carried(layers, rule, widths))


def redrawn_similarity(
    layers: SupportsIndex,
    redrawn: SupportsIndex,
    rule: str | Rule = "guided",
    widths: Iterable[SupportsIndex] | None = None,
) -> float:
    """The cosine of the signals of two networks that share their lower layers, where readout and top layers differ.

    `redrawn` counts ReLU layers from the top, of the `layers` that are crossed; none of them is class_similarity. The
    activations below the redrawn layers are the same, and so is what a signal holds of them, r; what is noise there has
    come through weights that are independent: κ starts from 0 below the last of these layers. (r²/2 + κ)/(r²/2 + 1).
    """
    crossed, drawn = count(layers, "layers", least=0), count(redrawn, "redrawn", least=0)
    if drawn > crossed:
        raise Precondition(f"{drawn} of {crossed} layers can't be redrawn")
    return _cosine(*_carried(crossed, rule, widths, drawn))


def mean_to_sd(
    layers: SupportsIndex, rule: str | Rule = "guided", widths: Iterable[SupportsIndex] | None = None
) -> float:
    """Mean over standard deviation of an entry of the signal, (r/√(2π))/√(1 + r²(½ − 1/2π)): it does not fall with
    width.
    """
    r = recovery_ratio(layers, rule, widths)
    mean = r * rectified_mean()
    return float(mean / np.sqrt(1 + r**2 * rectified_second_moment() - mean**2))


def noise_to_signal(layers: SupportsIndex, width: SupportsIndex, inputs: SupportsIndex) -> float:
    """E‖s − E s‖²/‖E s‖² = 2d/(n r²) of guided pictures of d = `inputs` numbers, for `layers` ReLU layers of width
    n.
    """
    crossed, n, d = count(layers, "layers"), count(width, "width"), count(inputs, "inputs")
    return 2 * d / (n * recovery_ratio(crossed) ** 2)


def recovered_length(layers: SupportsIndex, width: SupportsIndex, inputs: SupportsIndex) -> float:
    """⟨E s, x⟩/‖x‖ of guided pictures s: n √(2/d) τ E[g φ], whatever the length of the input x of d = `inputs` numbers.

    For weights N(0, 2/fan-in), He's, and a readout of the same law: τ starts as √(2/n), and each layer but the last
    multiplies it by √(2 E[φ²]).
    """
    crossed, n, d = count(layers, "layers"), count(width, "width"), count(inputs, "inputs")
    r, noise, length = 0.0, np.sqrt(2 / n), 0.0
    for _ in range(crossed):
        along, square = map(float, guided_moments(r))
        length = n * np.sqrt(2 / d) * noise * along
        r, noise = np.sqrt(2 / square) * along, noise * np.sqrt(2 * square)
    return float(length)


def guided_moments(strength: npt.ArrayLike) -> tuple[Values, Values]:
    """E[g φ] and E[φ²] of guided backpropagation for one r ≥ 0 or an array of them: 1/2π and ¼ at 0.

    φ = 1(g > 0)σ(r g + ξ) = √(1 + r²) 1(g > 0)σ(u), u standard normal at the angle t = arctan 1/r to g.
    """
    r = floats(strength, "a strength")
    if (r < 0).any():
        raise Precondition(f"a strength r is not negative, as {r.min()} is")
    t, square = np.arctan2(1, r), 1 + r**2
    along: Values = np.sqrt(square) * relu_relu(t)
    return along, square * step_relu_squared(t)


def fixed_point() -> float:
    """The r of guided backpropagation that a layer keeps, 0.7244: the limit of many layers."""
    return recovery_ratio(64)  # each layer leaves about a third of the distance: 64 of them none


def _cosine(r: float, kappa: float) -> float:
    shared = r**2 * rectified_second_moment()
    return min(1.0, (shared + kappa) / (shared + 1))


def _carried(
    layers: SupportsIndex, rule: str | Rule, widths: Iterable[SupportsIndex] | None, redrawn: int = 0
) -> tuple[float, float]:
    """r and κ after so many ReLU layers; κ is 0 below each of the `redrawn` ones at the top."""
    crossed = count(layers, "layers, how many ReLU layers are crossed,", least=0)
    between = [1] * (crossed + 1) if widths is None else widths_of(crossed, widths)
    step = STEPS[tabled(rule).name]
    r = kappa = 0.0
    for layer, (above, below) in enumerate(zip(between, between[1:])):
        r, kappa = step(r, kappa)
        r *= np.sqrt(above / below)
        kappa *= layer >= redrawn
    return float(r), float(min(kappa, 1.0))


def _guided(r: float, kappa: float) -> tuple[float, float]:
    along, square = guided_moments(r)
    cosine = np.cos(np.arctan2(1, r))
    across = (1 + r**2) * step_relu_relu(cosine, cosine, (r**2 + kappa) / (r**2 + 1))
    return float(np.sqrt(2 / square) * along), float(across / square)


def _deconvnet(r: float, kappa: float) -> tuple[float, float]:
    """φ = σ(ξ) knows nothing of g: r stays 0, and κ follows the arc-cosine map."""
    return 0.0, float(relu_relu(np.arccos(kappa)) / rectified_second_moment())


def _saliency(r: float, kappa: float) -> tuple[float, float]:
    """φ = 1(g > 0) ξ: both stay 0."""
    return 0.0, kappa


STEPS: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "saliency": _saliency,
    "deconvnet": _deconvnet,
    "guided": _guided,
}

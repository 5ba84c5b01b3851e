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

from operator import index

import numpy as np

from theory.laws.arc_cosine import relu_relu, step_relu_relu, step_relu_squared
from theory.laws.moments import rectified_mean, rectified_second_moment
from theory.rules import tabled


def recovery_ratio(layers, rule="guided", widths=None):
    """r: how much of the activations, in their standard deviations, the signal holds per unit of noise.

    0, √2/π, 0.634, 0.697, … → 0.7244 for guided backpropagation; 0 for the other rules. `widths`, one per ReLU layer
    from the top down and one for what lies below the last, are all equal unless given.
    """
    return _carried(layers, rule, widths)[0]


def class_similarity(rule, layers, widths=None):
    """The cosine of the signals of two logits, (r²/2 + κ)/(r²/2 + 1): 0 for saliency, towards 1 for the others."""
    r, kappa = _carried(layers, rule, widths)
    shared = r**2 * rectified_second_moment()
    return min(1.0, (shared + kappa) / (shared + 1))


def mean_to_sd(layers, rule="guided", widths=None):
    """Mean over standard deviation of an entry of the signal, (r/√(2π))/√(1 + r²(½ − 1/2π)): it does not fall with
    width.
    """
    r = recovery_ratio(layers, rule, widths)
    mean = r * rectified_mean()
    return float(mean / np.sqrt(1 + r**2 * rectified_second_moment() - mean**2))


def noise_to_signal(layers, width, inputs):
    """E‖s − E s‖²/‖E s‖² = 2d/(n r²) of guided pictures of d = `inputs` numbers, for `layers` ReLU layers of width
    n.
    """
    at_least_one(layers=layers, width=width, inputs=inputs)
    return 2 * inputs / (width * recovery_ratio(layers) ** 2)


def recovered_length(layers, width, inputs):
    """⟨E s, x⟩/‖x‖ of guided pictures s: n √(2/d) τ E[g φ], whatever the length of the input x of d = `inputs` numbers.

    For weights N(0, 2/fan-in), He's, and a readout of the same law: τ starts as √(2/n), and each layer but the last
    multiplies it by √(2 E[φ²]).
    """
    at_least_one(layers=layers, width=width, inputs=inputs)
    r, noise = 0.0, np.sqrt(2 / width)
    for _ in range(layers):
        along, square = _guided_moments(r)
        length = width * np.sqrt(2 / inputs) * noise * along
        r, noise = np.sqrt(2 / square) * along, noise * np.sqrt(2 * square)
    return float(length)


def fixed_point():
    """The r of guided backpropagation that a layer keeps, 0.7244: the limit of many layers."""
    return recovery_ratio(64)  # each layer leaves about a third of the distance: 64 of them none


def at_least_one(**numbers):
    """ValueError that names a number below 1."""
    for name, number in numbers.items():
        if not number >= 1:
            raise ValueError(f"{name} must be at least 1, not {number}")


def _carried(layers, rule, widths):
    """r and κ after so many ReLU layers; ValueError for a negative number, or widths that are not one more."""
    if index(layers) < 0:
        raise ValueError(f"layers is how many ReLU layers are crossed, at least 0, not {layers}")
    widths = [1] * (layers + 1) if widths is None else list(widths)
    if len(widths) != layers + 1 or min(widths) <= 0:
        raise ValueError(f"{layers} layers have {layers + 1} positive widths, not {widths}")
    step = STEPS[tabled(rule).name]
    r = kappa = 0.0
    for above, below in zip(widths, widths[1:]):
        r, kappa = step(r, kappa)
        r *= np.sqrt(above / below)
    return float(r), float(min(kappa, 1.0))


def _guided(r, kappa):
    along, square = _guided_moments(r)
    cosine = np.cos(np.arctan2(1, r))
    across = (1 + r**2) * step_relu_relu(cosine, cosine, (r**2 + kappa) / (r**2 + 1))
    return np.sqrt(2 / square) * along, across / square


def _guided_moments(r):
    """E[g φ] and E[φ²] of φ = 1(g > 0)σ(r g + ξ) = √(1 + r²) 1(g > 0)σ(u), u standard normal at the angle t to g."""
    t = np.arctan2(1, r)
    return np.sqrt(1 + r**2) * relu_relu(t), (1 + r**2) * step_relu_squared(t)


def _deconvnet(r, kappa):
    """φ = σ(ξ) knows nothing of g: r stays 0, and κ follows the arc-cosine map."""
    return 0.0, relu_relu(np.arccos(kappa)) / rectified_second_moment()


def _saliency(r, kappa):
    """φ = 1(g > 0) ξ: both stay 0."""
    return 0.0, kappa


STEPS = {"saliency": _saliency, "deconvnet": _deconvnet, "guided": _guided}

"""The mean-field recursion and the law of an entry by quadrature over g: slow twins of theory.laws.depth and marginals.

R = r σ(g) + ξ; a rule answers φ(g, ξ); below it r ← √(above/below) √2 E[g φ]/√E[φ²] and κ ← E[φ φ']/E[φ²].
"""

from math import comb

import numpy as np
from scipy.special import ndtr


def density(t):
    return np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)


def nodes(*ends, order):
    """Places and weights of ∫ f φ, by a Gauss rule between any two neighbours of `ends`."""
    places, weights = np.polynomial.legendre.leggauss(order)
    low, width = np.array(ends[:-1])[:, None], np.diff(ends)[:, None]
    places = (low + width * (places + 1) / 2).ravel()
    return places, (width * weights / 2).ravel() * density(places)


def rectified(mean, sd=1.0):
    """E σ(mean + sd ξ), and E σ(mean + sd ξ)²."""
    m = mean / sd
    return sd * (m * ndtr(m) + density(m)), sd**2 * ((1 + m * m) * ndtr(m) + m * density(m))


G, WEIGHT = nodes(0, 0.02, 0.1, 0.5, 2, 10, order=28)  # where the mask is open; of large r all happens near 0
T, ACROSS = nodes(-10, 10, order=500)  # fine enough for κ up to 0.999


def guided_moments(r):
    """E[g φ] and E[φ²] of φ = 1(g > 0)σ(r g + ξ)."""
    mean, square = rectified(r * G)
    return WEIGHT @ (G * mean), WEIGHT @ square


def guided_layer(r, kappa):
    """The same, and E[φ φ'] where ξ and ξ' have the correlation κ."""
    shared = rectified(r * G[:, None] + np.sqrt(kappa) * T, np.sqrt(1 - kappa))[0] ** 2 @ ACROSS
    return *guided_moments(r), WEIGHT @ shared


def deconvnet_layer(r, kappa):
    """The same of φ = σ(ξ), which knows nothing of g."""
    return 0.0, 0.5, (rectified(np.sqrt(kappa) * T, np.sqrt(1 - kappa))[0] ** 2) @ ACROSS


def saliency_layer(r, kappa):
    """The same of φ = 1(g > 0)ξ."""
    return 0.0, 0.5, kappa / 2


LAYERS = {"guided": guided_layer, "deconvnet": deconvnet_layer, "saliency": saliency_layer}


def carried(rule, widths):
    """r and κ below as many ReLU layers as there are steps from one width to the next."""
    r = kappa = 0.0
    for above, below in zip(widths, widths[1:]):
        along, square, shared = LAYERS[rule](r, kappa)
        r, kappa = np.sqrt(above / below) * np.sqrt(2) * along / np.sqrt(square), shared / square
    return r, kappa


def entry_moment(power, r, mean=0.0):
    """E(r σ(g) + ξ − mean)^power."""
    of_noise = (1, 0, 1, 0, 3)
    given = lambda a: sum(comb(power, k) * of_noise[k] * (a - mean) ** (power - k) for k in range(power + 1))
    return given(0.0) / 2 + WEIGHT @ given(r * G)


def below(t, r):
    """P(r σ(g) + ξ ≤ t) at many t."""
    return ndtr(t) / 2 + ndtr(t[:, None] - r * G) @ WEIGHT

"""What the papers print, verbatim, one function per numbered statement: what a refutation refutes.

Nothing here is used by the laws. `scale` is the papers' c, `filter_size` their p, `filters` N, `patch_norm` C₀.
"""

import numpy as np
import numpy.typing as npt

from theory.geometry.patches import unit


def rectified_mean(scale: float = 1.0) -> float:
    """E h(V) = √(1/2π) c (Nie et al. 2018, proof of Theorem 1): right as printed."""
    mean: float = np.sqrt(1 / (2 * np.pi)) * scale
    return mean


def half_normal_mean(scale: float = 1.0) -> float:
    """√(2/π) c, the mean that both factors of TR-GBP's Eq. 7 take for E σ(V) and for the length of E w̃."""
    mean: float = np.sqrt(2 / np.pi) * scale
    return mean


def step_4_mean(patch: npt.NDArray[np.float64], scale: float = 1.0) -> npt.NDArray[np.float64]:
    """E[w 1(wᵀy > 0)] = (2c²p/(π‖y‖ Z)) y with Z = 1 (TR-GBP, section 3.2, step 4)."""
    mean: npt.NDArray[np.float64] = 2 * scale**2 * len(patch) / (np.pi * np.linalg.norm(patch)) * patch
    return mean


def rectified_second_moment(patch: npt.ArrayLike, scale: float = 1.0) -> npt.NDArray[np.float64]:
    """E w̃w̃ᵀ of the density in Nie et al. 2018's proof: (c²/2)(2I − ŷŷᵀ), (p, p).

    The half-space w·y > 0 gives (c²/2) I; mass ½ spread as a Gaussian on the hyperplane gives (c²/2)(I − ŷŷᵀ).
    """
    direction = unit(np.asarray(patch, float))
    moment: npt.NDArray[np.float64] = scale**2 / 2 * (2 * np.eye(len(direction)) - np.outer(direction, direction))
    return moment


def atom_at_origin() -> float:
    """P(w̃ = 0) of the same density: a Gaussian on the hyperplane wᵀy = 0 leaves nothing at the origin."""
    return 0.0


def theorem_1_scale(filter_size: int, filters: int, patch_norm: float, scale: float = 1.0) -> float:
    """s ≈ (2c²pN/(πC₀)) x at Z = 1 (TR-GBP, Theorem 1, Eq. 7)."""
    return 2 * scale**2 * filter_size * filters / (np.pi * patch_norm)


def theorem_1_cosine() -> float:
    """cos(s, x) = 1: s ≈ x (Nie et al. 2018, Theorem 1; TR-GBP, after Eq. 7)."""
    return 1.0


def coverage(filter_size: int) -> float:
    """Σ_j D_jᵀD_j = p·I: where the factor p of Eq. 7 comes from."""
    return float(filter_size)


def sample_complexity_exponent() -> float:
    """N = Õ(p/ε²) (TR-GBP, section 4.2, answer 1): N grows as p to this power at a fixed ε."""
    return 1.0


def theorem_2_variance_slope() -> float:
    """N(0, I): every pixel has the same variance, so its slope on the coverage is 0 (Nie et al. 2018, Theorem 2)."""
    return 0.0


def theorem_2_correlation() -> float:
    """N(0, I): different pixels do not correlate (Nie et al. 2018, Theorem 2)."""
    return 0.0

"""Gaussians in cones beyond the closed orthants: the probability of four directions, and second moments.

w ~ N(0, c²I_p) is a filter and `scale` its c; a `direction` is any vector of length p, and 0 stands for a mask that is
never open. A cone is scale-free: whether w lies in it says nothing about ‖w‖.
"""

from typing import SupportsFloat

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.patches import unit
from theory.laws.directions import across, chosen, closed, first_of_equals
from theory.laws.moments import angle, rectified_mean
from theory.laws.orthants import orthant_probability, truncated_mean
from theory.laws.preconditions import Values, floats, positive

STEP, REACH = 0.1, 3.4  # of the double-exponential rule: beyond, its weights are below rounding
BLOCK = 256  # cones at a time: bounds the memory


def cone_probability(directions: npt.ArrayLike, active: npt.NDArray[np.bool_] | None = None) -> Values:
    """P(aᵀw > 0 for every row a of `directions`), (..., q, p), for up to four rows that differ; else Precondition.

    Up to three are `orthant_probability`; of four the last is turned, from a right angle to the others, at which half
    of their orthant is left, to its place, over the angle φ₁: a = cos φ e + sin φ û, û its part among them. By
    Plackett's identity, ∂P/∂ρ = P(the other two | both are 0)/(2π√(1 − ρ²)),

        P = P₃/2 + Σ_i ∫₀^φ₁ ρ_i cos φ/√(1 − ρ_i² sin² φ) P₂(φ) dφ/2π,  ρ_i = â_i·û,

    by a double-exponential rule, to about 1e-9: it is singular near its end alone. Rows that are not `active` (..., q)
    are left out and repeated ones count once.
    """
    rows = unit(floats(directions, "a direction"))
    active = first_of_equals(rows, chosen(rows, active))
    count = active.sum(axis=-1)
    if np.max(count, initial=0) > 4:
        raise Precondition(f"the probabilities of cones end at four directions, not {np.max(count)}")
    order = np.argsort(~active, axis=-1, kind="stable")[..., :4]  # the active rows first
    rows, active = (np.take_along_axis(rows, order[..., None], axis=-2), np.take_along_axis(active, order, axis=-1))
    shut = closed(rows, active)
    four = (count == 4) & ~shut
    probability = np.where(shut, 0.0, orthant_probability(rows[..., :3, :], active[..., :3]))
    if four.any():
        chunks = np.array_split(rows[four], -(-four.sum() // BLOCK))
        probability[four] = np.concatenate([_of_four(chunk) for chunk in chunks])
    found: Values = probability[()]
    return found


def cone_second_moment(
    directions: npt.ArrayLike, scale: SupportsFloat = 1.0, active: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.float64]:
    """E[w wᵀ 1(aᵀw > 0 for every row a of `directions`)], (..., p, p), for up to four rows that differ, (..., q, p).

    It is c² times P(C) I and `beside_identity`. Two rows give moments.two_direction_second_moment.
    """
    square, rows = positive(scale) ** 2, floats(directions, "a direction")
    probability = np.asarray(cone_probability(rows, active))[..., None, None]
    moment: npt.NDArray[np.float64] = square * (probability * np.eye(rows.shape[-1]) + beside_identity(rows, active))
    return moment


def beside_identity(directions: npt.ArrayLike, active: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.float64]:
    """E[w wᵀ 1(C)] − P(C) I at unit scale, (..., p, p): closed for up to five rows that differ; else Precondition.

    Stein's lemma: Σ_l â_l φ(0) E[wᵀ 1(the other rows) | a_lᵀw = 0], a truncated mean across a_l.
    """
    rows = unit(floats(directions, "a direction"))
    active = first_of_equals(rows, chosen(rows, active))
    total = np.zeros((*rows.shape[:-2], rows.shape[-1], rows.shape[-1]))
    for l in range(rows.shape[-2]):
        others = [m for m in range(rows.shape[-2]) if m != l]
        beside = across(rows[..., others, :], rows[..., l : l + 1, :])
        mean = truncated_mean(beside, active=active[..., others] & active[..., l : l + 1])
        total += np.where(active[..., l, None], rows[..., l, :], 0.0)[..., None] * mean[..., None, :]
    return rectified_mean() * np.where(closed(rows, active)[..., None, None], 0.0, total)


def _of_four(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The probability for unit rows (R, 4, p), all different."""
    basis, _ = np.linalg.qr(rows[:, :3].swapaxes(1, 2))
    within = unit(rows[:, :3] @ basis)
    last = (rows[:, 3:] @ basis)[:, 0]
    rest = np.linalg.norm(rows[:, 3] - (basis @ last[..., None])[..., 0], axis=1)
    end, towards = np.arctan2(np.linalg.norm(last, axis=1), rest), unit(last)
    nodes, weights = _double_exponential()
    left = end[:, None] * nodes  # of the angle
    cosine = np.cos(end)[:, None] * np.cos(left) + np.sin(end)[:, None] * np.sin(left)  # of φ = φ₁ − left: stable
    sine = np.sin(end[:, None] - left)
    turned = np.concatenate([sine[..., None] * towards[:, None], cosine[..., None]], axis=2)
    fixed = np.pad(within, ((0, 0), (0, 0), (0, 1)))
    total = np.zeros(len(rows))
    for i in range(3):
        beside = across(towards, within[:, i])
        slope = (towards * within[:, i]).sum(axis=1)[:, None] * cosine
        slope /= np.sqrt(cosine**2 + (beside**2).sum(axis=1)[:, None] * sine**2)
        total += (slope * _two_beside(fixed, i, turned) * end[:, None]) @ weights
    probability = np.asarray(orthant_probability(within)) / 2 + total / (2 * np.pi)
    clipped: npt.NDArray[np.float64] = np.clip(probability, 0, 1)
    return clipped


def _two_beside(fixed: npt.NDArray[np.float64], i: int, turned: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """P(the other two of the three rows | row i and the turned one are 0), (R, nodes)."""
    first = fixed[:, None, i]
    along = unit(across(turned, first))
    others = [unit(across(fixed[:, j], fixed[:, i]))[:, None] for j in range(3) if j != i]
    u, v = (across(np.broadcast_to(each, along.shape), along) for each in others)
    between = np.asarray(np.nan_to_num(angle(u, v), nan=np.pi))
    return (np.pi - between) / (2 * np.pi)


def _double_exponential() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Nodes in (0, 1), crowded at both ends, and weights (Takahasi and Mori 1974)."""
    t = np.arange(-REACH, REACH + STEP / 2, STEP)
    steep = np.pi / 2 * np.sinh(t)
    nodes = 1 / (1 + np.exp(-2 * steep))
    return nodes, STEP * np.pi / 4 * np.cosh(t) / np.cosh(steep) ** 2

"""How alike two logits' pictures are under max-pooling, the pooling windows side by side.

Of one filter, X = E⟨s_k, s_k'⟩ and Y = E‖s_k‖². A window r passes V_ir,k w_i back from its switch, where it is open,
and other windows have weights of their own: X and Y differ by (E h(V)² − (E h(V))²) Σ_r E[‖w‖² 1(window r is open)]
alone. N filters add N(N − 1)M to either, M = ‖E s₁‖².
"""

from collections.abc import Iterator
from itertools import product as pairs_of
from typing import Any, SupportsFloat, SupportsIndex, TypeAlias

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.patches import as_image, columns, unit
from theory.geometry.windows import Pair, Windows, pair
from theory.laws.cones import beside_identity, cone_probability
from theory.laws.covariance import has_mask, readout_moments
from theory.laws.orthants import orthant_probability_numerically
from theory.laws.pooling import pooled_mean
from theory.laws.preconditions import Values, count, floats, overall, positive
from theory.laws.switches import Cone, choice, pooled_places, winning
from theory.laws.three_layer import NOTHING
from theory.rules import Rule

End: TypeAlias = tuple[npt.NDArray[np.intp], int]  # the patches of windows (R, positions), and which position is meant

BLOCK = 1024  # pairs of windows at a time: bounds the memory


def class_similarity(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    pool: Pair = 2,
    rule: str | Rule = "guided",
    order: str = "relu-pool",
    filters: SupportsIndex = 1,
    energy: SupportsFloat | None = None,
    tie: str = "first",
) -> float:
    """E⟨s_k, s_k'⟩/E‖s_k‖² = 1 − (Y − X)/(Y + (N − 1)M) of two logits, exact for every N; 0 for saliency.

    `energy` is Y, of one filter at unit scales: measured, where `energy_of_one` is not closed, as it is unless given.
    Precondition for an image without an open window, and for an energy below Y − X: X is not negative.
    """
    where = image, kernel, stride, pool, rule
    number, name = count(filters), choice(rule, order, tie)
    given = None if energy is None else positive(energy, "an energy")
    unshared = unshared_energy(*where)
    if unshared == 0:
        raise Precondition(NOTHING)
    if name == "saliency":
        return 0.0
    if given is not None and given < unshared:
        raise Precondition(f"an energy is at least that which two logits do not share, {unshared:.6g}, not {given:.6g}")
    own = energy_of_one(*where, order, tie) if given is None else given
    mean: float = (pooled_mean(*where, order, tie=tie) ** 2).sum()
    return 1 - unshared / (own + (number - 1) * mean)


def unshared_energy(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    pool: Pair = 2,
    rule: str | Rule = "guided",
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
) -> float:
    """E‖s_k‖² − E⟨s_k, s_k'⟩ = N c² (E h(V)² − (E h(V))²) p Σ_r P(window r is open), without padding.

    A cone is scale-free: E‖w‖² 1(cone) = p P(cone). Of saliency, whose logits share nothing, it is E‖s_k‖². The order
    of ReLU and pooling and ties change nothing.
    """
    square, product = readout_moments(rule)
    scale = overall(filters, filter_scale, readout_scale) ** 2 / count(filters)
    patches, _, places = _pooled(image, kernel, stride, pool)
    opened = open_probability(patches[places.reshape(-1, places.shape[-1])], rule)
    return float(scale * (square - product) * patches.shape[1] * np.sum(opened))


def open_probability(patches: npt.ArrayLike, rule: str | Rule) -> Values:
    """P(a window passes its signal on), (R,), for windows of patches (R, q, p): P(some wᵀy_l > 0), and 1 for DeconvNet.

    Up to three patches it is closed, of four good to 1e-9; beyond, to 1e-4, by `orthant_probability_numerically`.
    """
    patches = floats(patches, "a patch")
    if not has_mask(rule):
        return np.ones(len(patches))
    there = np.any(patches, axis=2)
    if patches.shape[1] <= 4:
        silent = cone_probability(-patches, there)
    else:
        silent = np.array([orthant_probability_numerically(-rows[kept]) for rows, kept in zip(patches, there)])
    opened: Values = 1 - silent
    return opened


def energy_of_one(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    pool: Pair = 2,
    rule: str | Rule = "guided",
    order: str = "relu-pool",
    tie: str = "first",
) -> float:
    """Y = E‖s_k‖² of one filter at unit scales, without padding; Precondition for windows that are too large.

    What a window has with itself is E h(V)² p P(open). Of positions j and l of two windows whose patches share pixels
    it is (E h(V))² E[⟨D_jᵀw, D_lᵀw⟩ 1(j wins its window, l its own)], over a cone of both windows' rows, in which the
    part of the second moment along the identity has no trace. Closed for windows of two positions, and of three where
    DeconvNet is pooled before its ReLU; beyond, it takes orthants of four directions or more, of every pair.
    """
    name, (square, product) = choice(rule, order, tie), readout_moments(rule)
    patches, windows, places = _pooled(image, kernel, stride, pool)
    own = square * patches.shape[1] * np.sum(open_probability(patches[places.reshape(-1, places.shape[-1])], rule))
    if not product:
        return float(own)
    rows = places.shape[-1] if (name, order) != ("deconvnet", "pool-relu") else places.shape[-1] - 1
    if rows > 2:
        raise Precondition(f"the energy is closed for pooling windows of two positions, not {places.shape[-1]}")
    pairs = 0.0
    for (first, j), (second, l), shift in _overlapping(windows, places):
        one, other = winning(patches[first], j, name, order, tie), winning(patches[second], l, name, order, tie)
        pairs += _shared(one, other, shift, windows.kernel)
    return float(own + 2 * product * pairs)


def _pooled(
    image: npt.ArrayLike, kernel: Pair, stride: Pair, pool: Pair
) -> tuple[npt.NDArray[np.float64], Windows, npt.NDArray[np.intp]]:
    """The patches (J, p), their windows, and the patches' numbers in each pooling window (rows, columns, positions)."""
    pixels = as_image(image).astype(np.float64)
    windows = Windows.on(pixels.shape, kernel, stride)
    size = pair(pool, "pool", 1)
    Windows.on((windows.rows, windows.columns), size)
    return np.ascontiguousarray(columns(pixels, windows).T), windows, pooled_places(windows, size)


def _overlapping(windows: Windows, places: npt.NDArray[np.intp]) -> Iterator[tuple[End, End, npt.NDArray[np.intp]]]:
    """Unordered pairs of positions of two windows whose patches share pixels, those alike at a time, a block of them.

    For the first window and the second: the numbers of their patches (R, positions), and which position is meant; and
    how many pixels the second patch lies below and to the right of the first.
    """
    rows, cols, positions = places.shape
    at = [divmod(int(number), windows.columns) for number in places[0, 0]]  # of the first window's positions
    size, reach = np.add(at[-1], 1), np.floor_divide(np.subtract(windows.kernel, 1), windows.stride)
    near = np.minimum((reach - 1) // size + 1, np.subtract((rows, cols), 1))  # in pooling windows
    for down in range(near[0] + 1):
        for right in range(-near[1] if down else 1, near[1] + 1):
            first = places[: rows - down, max(0, -right) : cols - max(0, right)].reshape(-1, positions)
            second = places[down:, max(0, right) : cols + min(0, right)].reshape(-1, positions)
            for j, l in pairs_of(range(positions), repeat=2):
                apart = np.subtract(at[l], at[j]) + size * (down, right)
                if (abs(apart) <= reach).all():
                    for some in np.array_split(np.arange(len(first)), -(-len(first) // BLOCK)):
                        yield (first[some], j), (second[some], l), np.multiply(apart, windows.stride)


def _shared(one: list[Cone], other: list[Cone], shift: npt.NDArray[np.intp], kernel: tuple[int, int]) -> float:
    """Σ E[⟨D_jᵀw, D_lᵀw⟩ 1(w in a cone of one list and of the other)], patch l so many pixels from patch j."""
    total = 0.0
    for (left, among), (right, besides) in pairs_of(one, other):
        rows, active = unit(np.concatenate([left, right], 1)), np.concatenate([among, besides], 1)
        basis, _ = np.linalg.qr(rows.swapaxes(1, 2))
        nested = np.moveaxis(basis, 2, 1).reshape(len(rows), basis.shape[2], -1, *kernel)
        mine, theirs = (nested[_common(way, kernel)].reshape(*nested.shape[:2], -1) for way in (shift, -shift))
        total += ((mine @ theirs.swapaxes(1, 2)) * beside_identity(rows @ basis, active)).sum()
    return total


def _common(shift: npt.NDArray[np.intp], kernel: tuple[int, int]) -> tuple[Any, ...]:
    """The part of a patch that one `shift` further on has, too."""
    return (..., *(slice(max(0, step), side + min(0, step)) for step, side in zip(shift, kernel)))

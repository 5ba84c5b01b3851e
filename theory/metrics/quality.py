"""What two pictures share beyond a cosine pixel by pixel: at the size at which they are shown, band by band, locally
normalised, by ranks, by structure. Pictures are (C, H, W); every measure is 1 for a picture and itself.
"""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, uniform_filter
from scipy.stats import spearmanr

from theory.errors import Precondition
from theory.metrics.similarity import cosine

Picture = npt.NDArray[np.float64]
WINDOW = 9  # pixels of the neighbourhood whose mean and contrast are taken out
OCTAVES = 1, 2, 4, 8  # pixels
LUMINANCE, CONTRAST = 0.01, 0.03  # SSIM's K₁ and K₂ (Wang, Bovik, Sheikh & Simoncelli 2004)


def shrunk(picture: npt.ArrayLike, side: int) -> Picture:
    """A picture at `side` × `side` pixels by area means: what is left of it where it is shown so small.

    Each pixel is the mean over its share of the picture, parts of pixels counted as parts. Precondition for a picture
    that is smaller.
    """
    pixels = np.asarray(picture, np.float64)
    if min(pixels.shape[1:]) < side:
        raise Precondition(f"a picture of {pixels.shape[1]}×{pixels.shape[2]} pixels has no area means over {side}")
    rows, columns = (_shares(length, side) for length in pixels.shape[1:])
    found: Picture = np.einsum("ih,chw,jw->cij", rows, pixels, columns, optimize=True)
    return found


def _shares(length: int, side: int) -> Picture:
    """How much of each of `length` pixels lies in each of `side` equal parts, each row adding up to 1."""
    edges = np.arange(side + 1) * length / side
    low, high = np.arange(length), np.arange(length) + 1
    inside = np.minimum(edges[1:, None], high) - np.maximum(edges[:-1, None], low)
    shares: Picture = np.clip(inside, 0, None) * side / length
    return shares


def locally_normalised(picture: npt.ArrayLike, window: int = WINDOW) -> Picture:
    """A picture less its local mean, over its local deviation: contrast is the same everywhere, as in E s.

    Each channel loses its own mean, so that a tint is neither likeness nor noise; deviations are those of all channels
    together, over `window` × `window` pixels, reflected at borders, and at least a hundredth of the picture's own.
    """
    pixels = np.asarray(picture, np.float64)
    size = (0, window, window)
    contrast = pixels - uniform_filter(pixels, size, mode="reflect")
    square = uniform_filter(contrast**2, size, mode="reflect").mean(axis=0)
    least = 1e-2 * pixels.std() or 1.0
    normalised: Picture = contrast / np.maximum(
        np.sqrt(np.maximum(square, 0)), least
    )  # rounding leaves squares below 0
    return normalised


def local_cosine(picture: npt.ArrayLike, other: npt.ArrayLike, window: int = WINDOW) -> float:
    """The cosine of two pictures, each locally normalised."""
    return cosine(locally_normalised(picture, window), locally_normalised(other, window))


def band(picture: npt.ArrayLike, scale: float) -> Picture:
    """The octave of a picture at `scale` pixels: the difference of Gaussian means of deviation scale/2 and scale."""
    pixels = np.asarray(picture, np.float64)
    fine, coarse = (gaussian_filter(pixels, (0, sigma, sigma), mode="reflect") for sigma in (scale / 2, scale))
    octave: Picture = fine - coarse
    return octave


def band_correlation(picture: npt.ArrayLike, other: npt.ArrayLike, scale: float) -> float:
    """The correlation of two pictures in one octave."""
    one, two = band(picture, scale), band(other, scale)
    return cosine(one - one.mean(), two - two.mean())


def octave_correlations(picture: npt.ArrayLike, other: npt.ArrayLike) -> Picture:
    """The correlations in the octaves of 1, 2, 4 and 8 pixels, (4,): a line drawing keeps one of them."""
    return np.array([band_correlation(picture, other, scale) for scale in OCTAVES])


def rank_correlation(picture: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """Spearman's, of the entries; 0 if one picture is constant."""
    one, two = (np.asarray(each, np.float64).ravel() for each in (picture, other))
    return float(spearmanr(one, two).statistic) if np.ptp(one) and np.ptp(two) else 0.0


def ssim(picture: npt.ArrayLike, other: npt.ArrayLike, window: int = 7, data_range: float | None = None) -> float:
    """Structural similarity, the mean over pixels and channels, of two pictures (C, H, W) or (H, W).

    Over uniform windows of `window` × `window` pixels with unbiased moments, pixels whose window reaches over a border
    left out. `data_range` is how far values reach, in both alike, and sets the constants; without it both pictures are
    rescaled to [0, 1], each by itself. Precondition for a window that is not odd or larger than the pictures.
    """
    one, two = (_with_channels(np.asarray(each, np.float64)) for each in (picture, other))
    if not (window % 2 and 3 <= window <= min(one.shape[1:])) or one.shape != two.shape:
        raise Precondition(f"windows of {window}×{window} pixels, odd and 3 or more, on {one.shape} and {two.shape}")
    if data_range is None:
        one, two, data_range = _unit_range(one), _unit_range(two), 1.0
    size, unbiased = (0, window, window), window**2 / (window**2 - 1)
    mean = lambda each: uniform_filter(each, size)
    a, b = mean(one), mean(two)
    var_a, var_b = (unbiased * (mean(each * each) - m * m) for each, m in ((one, a), (two, b)))
    shared = unbiased * (mean(one * two) - a * b)
    c1, c2 = (LUMINANCE * data_range) ** 2, (CONTRAST * data_range) ** 2
    found = (2 * a * b + c1) * (2 * shared + c2) / ((a * a + b * b + c1) * (var_a + var_b + c2))
    edge = window // 2
    return float(found[:, edge : found.shape[1] - edge, edge : found.shape[2] - edge].mean())


def _with_channels(picture: Picture) -> Picture:
    return picture[None] if picture.ndim == 2 else picture


def _unit_range(picture: Picture) -> Picture:
    spanned: Picture = (picture - picture.min()) / (np.ptp(picture) or 1.0)
    return spanned

"""A first layer that is given, a trained one for example, under random layers: what a picture of it is on average.

Above the activations A = σ(W₁x + b₁), σ a ReLU or one with a ceiling, lie random convolutions, each with a ReLU, and a
random readout: the sanity check that randomises everything above the first layer (Adebayo et al. 2018), without a
simulation. With R the signal that comes back to A, and m where the first layer has a slope (everywhere for DeconvNet),

    E[s | W₁] = W₁ᵀ (m ⊙ E σ(R)),    E σ(R) = μ Φ(μ/sd) + sd φ(μ/sd) for a normal R.

Under one random convolution μ and sd are those of `entries.mean_and_variance` with A for the image, exact at every
number of filters N; R is not normal, and what that changes is at most of the order 1/N of the picture (docs/laws).
Under several they are mean-field: see `signal_below`.
"""

from typing import SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from theory.errors import Precondition
from theory.geometry.margins import Frame, Padding
from theory.geometry.patches import as_image
from theory.geometry.windows import Pair
from theory.laws import depth
from theory.laws.covariance import has_mask, readout_moments
from theory.laws.entries import Entries, mean_and_variance
from theory.laws.given import FirstLayer, pooled, unpooled
from theory.laws.preconditions import Values, count, floats, positive
from theory.rules import Rule


def mean(
    image: npt.ArrayLike,
    filters: npt.ArrayLike,
    rule: str | Rule = "guided",
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Padding = 0,
    ceiling: SupportsFloat | None = None,
    above: SupportsIndex = 64,
    above_kernel: Pair = 3,
    above_stride: Pair = 1,
    above_padding: Padding = 0,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
    layers: SupportsIndex = 1,
    pool: Pair | None = None,
) -> Entries:
    """E[s | W₁], (C, H, W), for given filters (N₁, C, kh, kw) and biases (N₁,) under `layers` random convolutions.

    Each of these has `above` filters of N(0, filter_scale²), and the kernel, stride and padding of `above_…`; the
    readout has N(0, readout_scale²). Between them and the first layer may lie a max-pooling, side by side, of `pool`:
    its switches are given with the activations. 0 for saliency.
    """
    first = FirstLayer(image, filters, bias, stride, padding, ceiling)
    below = first.activations if pool is None else (pooled_maps := pooled(first.activations, pool, None, "first"))[0]
    where = (above_kernel, above_stride, above_padding, above, filter_scale, readout_scale, rule, layers)
    signal = signal_below(below, *where)
    if not readout_moments(rule)[1]:
        return np.zeros_like(first.pixels)
    passed = np.asarray(rectified(*signal))
    if pool is not None:
        passed = unpooled(passed, pooled_maps[1], first.activations.shape)
    return first.back(passed * first.slopes if has_mask(rule) else passed)


def rectified(mean: npt.ArrayLike, variance: npt.ArrayLike) -> Values:
    """E σ(R) of a normal R with this mean μ and variance sd²: μ Φ(μ/sd) + sd φ(μ/sd), and σ(μ) where sd is 0."""
    means, square = floats(mean, "a mean"), floats(variance, "a variance")
    if (square < 0).any():
        raise Precondition(f"a variance is not negative: {square.min()}")
    sd = np.sqrt(square)
    t = means / np.where(sd > 0, sd, 1)
    normal = means * ndtr(t) + sd * np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)
    found: Values = np.where(sd > 0, normal, means.clip(0))[()]
    return found


def signal_below(
    image: npt.ArrayLike,
    kernel: Pair,
    stride: Pair = 1,
    padding: Padding = 0,
    filters: SupportsIndex = 1,
    filter_scale: SupportsFloat = 1.0,
    readout_scale: SupportsFloat = 1.0,
    rule: str | Rule = "guided",
    layers: SupportsIndex = 1,
) -> tuple[Entries, Entries]:
    """Mean and variance of the signal that comes back to activations, the `image` (C, H, W), through random layers.

    Exact for one layer. For more, guided backpropagation and DeconvNet are carried down by the recursion of
    `theory.laws.depth`, place by place: at place j the signal is α_j a + τ_j ξ, a the activation there and ξ standard
    normal, of strength r_j = α_j sd(z_j)/τ_j, sd(z_j) = c_w ‖y_j‖ for the layer's patches y_j. Below it,

        α_e = N c_w Σ_j τ_j E[gφ_j]/‖y_j‖,    τ_e² = N c_w² Σ_j τ_j² E[φ_j²]

    over the windows that hold the place e, with φ_j of strength r_j, and ‖y‖² = N c_w²/2 Σ ‖y_j‖² over the window for
    the layer above. Neglected are 1/N, and what two windows share in the variance, of order 1/p.
    """
    number, deep = count(filters), count(layers, "layers")
    c, top = positive(filter_scale), positive(readout_scale)
    if deep == 1:
        return mean_and_variance(image, kernel, stride, padding, number, c, top, rule)
    pixels, places = as_image(image).astype(np.float64), []
    squares = (pixels**2).sum(axis=0, keepdims=True)
    for _ in range(deep):
        frame = Frame.on(squares.shape, kernel, stride, padding)
        own = frame.columns(squares).sum(axis=0)
        places.append((frame, np.sqrt(own)))
        squares = number * c**2 / 2 * own.reshape(1, frame.windows.rows, frame.windows.columns)
    along, noise = np.zeros_like(own), np.full_like(own, top)
    for frame, length in reversed(places):
        tilt, square = _moments(_over(along * c * length, noise), rule)
        live = (length > 0) if has_mask(rule) else 1.0
        along = number * c * frame.covered(_over(noise * tilt, length)).ravel()
        noise = np.sqrt(number) * c * np.sqrt(frame.covered(noise**2 * square * live)).ravel()
    shape = (1, *pixels.shape[1:])
    return along.reshape(shape) * pixels, noise.reshape(shape) ** 2 + np.zeros_like(pixels)


def _moments(strength: Entries, rule: str | Rule) -> tuple[Entries, Entries]:
    """E[gφ] and E[φ²] at each place: ½ is E[1(g > 0) ξ²] and E σ(ξ)² alike, where r stays 0."""
    if has_mask(rule) and readout_moments(rule)[1]:
        along, square = depth.guided_moments(strength)
        return np.asarray(along), np.asarray(square)
    return np.zeros_like(strength), np.full_like(strength, 0.5)


def _over(numbers: Entries, divisors: Entries) -> Entries:
    """The ratio, and 0 where the divisor is 0: nothing is there."""
    return np.divide(numbers, divisors, out=np.zeros_like(numbers), where=divisors > 0)

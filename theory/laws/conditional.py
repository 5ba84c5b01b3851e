"""Pictures of a network whose first layer is given, a trained one for example, under a random readout: exact laws.

The network is f_k = Σ_i Σ_j V_ij,k σ(w_iᵀ D_j x + b_i), σ a ReLU, or one with a ceiling (ReLU6), with any filters W and
biases b, and V_ij,k ~ N(0, c_v²) independent. Only V is random: every signal that comes back to a unit is h(V_ij), and
they are independent. m_ij is 1 where σ has a slope, 0 < y, and y < ceiling.

With max-pooling, over windows r side by side or overlapping, V_ir,k belongs to a window, and n_ij is the number of
windows that place j of filter i wins: a number, as W and x are given. What comes back to a unit is Σ of n_ij signals,
rectified at once where the pooling comes after the ReLU, one by one where it comes before.
"""

from typing import SupportsFloat

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.margins import Padding
from theory.geometry.windows import Pair
from theory.laws.covariance import has_mask, readout_moments
from theory.laws.given import FirstLayer, Maps, pooled, unpooled
from theory.laws.preconditions import positive
from theory.laws.switches import choice
from theory.rules import Rule


def mean(
    image: npt.ArrayLike,
    filters: npt.ArrayLike,
    rule: str | Rule = "guided",
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Padding = 0,
    readout_scale: SupportsFloat = 1.0,
    ceiling: SupportsFloat | None = None,
    pool: Pair | None = None,
    pool_stride: Pair | None = None,
    order: str = "relu-pool",
    tie: str = "first",
) -> Maps:
    """E[s | W] = E h(V) Σ_j D_jᵀ Σ_i m_ij w_i, float64 (C, H, W), for filters (N, C, kh, kw) and biases (N,).

    E h(V) is c_v/√(2π) for guided backpropagation and DeconvNet, whose m_ij are all 1, and 0 for saliency. With `pool`,
    whose windows lie side by side unless `pool_stride` says otherwise, m_ij is times √n_ij for the `order` "relu-pool"
    and n_ij for "pool-relu"; `tie` says which of equal maxima wins. `padding` as theory.geometry.margins takes it.
    """
    scale, layer = positive(readout_scale), FirstLayer(image, filters, bias, stride, padding, ceiling)
    opened = _signals(layer, rule, pool, pool_stride, order, tie)
    _, product = readout_moments(rule)
    return scale * float(np.sqrt(product)) * layer.back(np.sqrt(opened) if order == "relu-pool" else opened)


def variance_trace(
    image: npt.ArrayLike,
    filters: npt.ArrayLike,
    rule: str | Rule = "guided",
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Padding = 0,
    readout_scale: SupportsFloat = 1.0,
    ceiling: SupportsFloat | None = None,
    pool: Pair | None = None,
    pool_stride: Pair | None = None,
    order: str = "relu-pool",
    tie: str = "first",
) -> float:
    """tr Cov[s | W] = Var h(V) Σ_ij m_ij n_ij ‖D_jᵀ w_i‖²: of a filter at the border only what lies inside counts.

    Var h(V) is c_v² for saliency and c_v² (½ − 1/2π) for the other two; n_ij is 1 without `pool`.
    """
    scale, layer = positive(readout_scale) ** 2, FirstLayer(image, filters, bias, stride, padding, ceiling)
    opened = _signals(layer, rule, pool, pool_stride, order, tie)
    square, product = readout_moments(rule)
    return float(scale * (square - product) * (opened * layer.back_squares).sum())


def noise_to_signal(
    image: npt.ArrayLike,
    filters: npt.ArrayLike,
    rule: str | Rule = "guided",
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Padding = 0,
    ceiling: SupportsFloat | None = None,
    pool: Pair | None = None,
    pool_stride: Pair | None = None,
    order: str = "relu-pool",
    tie: str = "first",
) -> float:
    """E‖s − E s‖²/‖E s‖² given W: tr Cov[s | W]/‖E[s | W]‖². Precondition where E s is 0, as saliency's always is."""
    where = dict(bias=bias, stride=stride, padding=padding, ceiling=ceiling)
    asked = dict(where, rule=rule, pool=pool, pool_stride=pool_stride, order=order, tie=tie)
    signal = float((mean(image, filters, **asked) ** 2).sum())  # type: ignore[arg-type]
    if not signal:
        raise Precondition("the mean picture is 0: there is no signal to compare the noise with")
    return variance_trace(image, filters, **asked) / signal  # type: ignore[arg-type]


def class_similarity(
    image: npt.ArrayLike,
    filters: npt.ArrayLike,
    rule: str | Rule = "guided",
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Padding = 0,
    ceiling: SupportsFloat | None = None,
    pool: Pair | None = None,
    pool_stride: Pair | None = None,
    order: str = "relu-pool",
    tie: str = "first",
) -> float:
    """E⟨s_k, s_k'⟩/E‖s_k‖² of two logits given W: ‖E[s | W]‖²/(‖E[s | W]‖² + tr Cov[s | W]), 0 for saliency.

    Their readouts are independent. Precondition where no unit is open: every picture is 0.
    """
    where = dict(bias=bias, stride=stride, padding=padding, ceiling=ceiling)
    asked = dict(where, rule=rule, pool=pool, pool_stride=pool_stride, order=order, tie=tie)
    signal = float((mean(image, filters, **asked) ** 2).sum())  # type: ignore[arg-type]
    both = signal + variance_trace(image, filters, **asked)  # type: ignore[arg-type]
    if not both:
        raise Precondition("no unit of the first layer passes a signal: every picture is 0")
    return signal / both


def _signals(
    layer: FirstLayer, rule: str | Rule, pool: Pair | None, pool_stride: Pair | None, order: str, tie: str
) -> Maps:
    """m_ij n_ij, (N, rows, columns): how many signals of the readout come back through each unit."""
    choice(rule, order, tie)
    y = layer.preactivations
    opened = layer.slopes if has_mask(rule) else np.ones_like(y)
    if pool is None:
        if pool_stride is not None:
            raise Precondition("a pool's stride without a pool says nothing; give pool, too")
        return opened
    maxima, switches = pooled(layer.activations if order == "relu-pool" else y, pool, pool_stride, tie)
    return opened * unpooled(np.ones_like(maxima), switches, y.shape)

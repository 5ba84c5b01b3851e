"""The papers' three-layer networks, convolutional and fully connected."""

from typing import Any

import numpy as np
import numpy.typing as npt

from theory.layers.activations import ReLU
from theory.layers.linear import Conv2d, Linear, as_parameter
from theory.layers.pooling import MaxPool2d
from theory.layers.protocol import Layer
from theory.layers.shaping import Flatten
from theory.networks.chains import Sequential

Pair = int | tuple[int, int]  # of rows and columns
Pool = Pair | MaxPool2d


def three_layer_cnn(
    filters: npt.NDArray[Any],
    readout: npt.NDArray[Any],
    stride: Pair = 1,
    padding: Pair = 0,
    pool: Pool | None = None,
    bias: npt.NDArray[Any] | None = None,
    order: str = "relu-pool",
) -> Sequential:
    """The papers' network f_k = Σ_i Σ_j V_ij,k σ(w_iᵀ D_j x) (Nie et al. 2018, Eq. 3; TR-GBP Eq. 5).

    filters (N, C, kh, kw); readout (K, N, ...) with one entry per place of the feature map, flat or in two dimensions;
    pool, an int, a pair or a MaxPool2d, adds max-pooling after the ReLU, or before it with order "pool-relu", and the
    readout then has one entry per window; bias (N,) adds b_i (TR-GBP Eq. 8).
    """
    readout = np.asarray(readout)
    if readout.ndim < 2:
        raise ValueError(f"readout has shape (K, N, J), not {readout.shape}")
    if order not in ("relu-pool", "pool-relu"):
        raise ValueError(f'order is "relu-pool" or "pool-relu", not {order!r}')
    hidden: list[Layer] = [ReLU()]
    if pool is not None:
        hidden.insert(order == "relu-pool", _pool(pool))
    convolution = Conv2d(filters, bias, stride=stride, padding=padding)
    return Sequential([convolution, *hidden, Flatten(), Linear(readout.reshape(len(readout), -1))])


def three_layer_fcn(weights: npt.NDArray[Any], readout: npt.NDArray[Any]) -> Sequential:
    """The fully-connected f_k = Σ_i V_i,k σ(w_iᵀ x): weights (N_h, d), readout (K, N_h); inputs (B, d) or (B, C, H,
    W).
    """
    return Sequential([Flatten(), Linear(as_parameter(weights, "weights", 2)), ReLU(), Linear(readout)])


def _pool(pool: Pool) -> MaxPool2d:
    """Max-pooling over windows side by side, of a size; or a layer as it is."""
    return pool if isinstance(pool, MaxPool2d) else MaxPool2d(pool)

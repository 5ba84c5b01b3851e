"""Networks as sequences of layers, and the papers' architectures."""

import numpy as np

from theory.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, as_parameter
from theory.rules import as_rule


class Sequential:
    """Layers one after the other: net(inputs) gives logits (B, K), net.attribute(...) a picture of one logit."""

    def __init__(self, layers):
        self.layers = list(layers)

    def __call__(self, inputs):
        """Logits (B, K) of inputs (B, ...)."""
        return self.trace(inputs)[0]

    def trace(self, inputs):
        """Logits (B, K), and what every layer saved on the way: `backward` takes it, once or under several rules."""
        outputs, tape = as_batch(inputs), []
        for layer in self.layers:
            outputs, saved = layer.forward(outputs)
            tape.append(saved)
        return outputs, tape

    def backward(self, grad, tape, rule):
        """The signal `grad` (B, K) at the logits, passed back to the inputs under `rule`."""
        rule = as_rule(rule)
        for layer, saved in zip(reversed(self.layers), reversed(tape)):
            grad = layer.backward(grad, saved, rule)
        return grad

    def attribute(self, inputs, target, rule="guided"):
        """s_k: the logit `target` of each input, passed back to the inputs; shape and dtype like inputs.

        target is an int or one int per input; rule a name in theory.rules.RULES, or any object with
        backward(grad, preactivation). IndexError for a target that is no logit.
        """
        inputs = as_batch(inputs)
        rule = as_rule(rule)
        logits, tape = self.trace(inputs)
        return self.backward(one_hot(target, logits), tape, rule).astype(inputs.dtype, copy=False)


def as_batch(inputs):
    """inputs as a float array with a batch in front, float64 unless float32."""
    inputs = np.asarray(inputs)
    if inputs.ndim < 2 or not inputs.size:
        raise ValueError(f"inputs come as a batch, (B, C, H, W) or (B, features); not {inputs.shape}")
    return inputs if inputs.dtype == np.float32 else inputs.astype(np.float64)


def one_hot(target, logits):
    """1 at each input's target logit, 0 elsewhere; like logits (B, K)."""
    batch, classes = logits.shape
    target = np.asarray(target)
    if target.dtype.kind not in "iu" or target.shape not in ((), (batch,)):
        raise ValueError(f"target is an int, or one int for each of the {batch} inputs; not {target!r}")
    if target.min() < 0 or target.max() >= classes:
        raise IndexError(f"target must lie in 0..{classes - 1}, not {target!r}")
    grad = np.zeros_like(logits)
    grad[np.arange(batch), target] = 1
    return grad


def three_layer_cnn(filters, readout, stride=1, padding=0, pool=None, bias=None, order="relu-pool"):
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
    hidden = [ReLU()]
    if pool is not None:
        hidden.insert(order == "relu-pool", pool if isinstance(pool, MaxPool2d) else MaxPool2d(pool))
    convolution = Conv2d(filters, bias, stride=stride, padding=padding)
    return Sequential([convolution, *hidden, Flatten(), Linear(readout.reshape(len(readout), -1))])


def three_layer_fcn(weights, readout):
    """The fully-connected f_k = Σ_i V_i,k σ(w_iᵀ x): weights (N_h, d), readout (K, N_h); inputs (B, d) or (B, C, H, W)."""
    return Sequential([Flatten(), Linear(as_parameter(weights, "weights", 2)), ReLU(), Linear(readout)])

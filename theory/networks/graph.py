"""Networks as sequences of layers, and the residual block."""

import numpy as np

from theory.rules import as_rule


class Sequential:
    """Layers one after the other: net(inputs) gives logits (B, K), net.attribute(...) a picture of one logit.

    `input_shape`, (C, H, W) or (features,), refuses inputs of another shape. A Sequential is a layer, too.
    """

    def __init__(self, layers, input_shape=None):
        self.layers, self.input_shape = list(layers), input_shape

    def __call__(self, inputs):
        """Logits (B, K) of inputs (B, ...)."""
        return self.trace(inputs)[0]

    def trace(self, inputs):
        """Logits (B, K), and what every layer saved on the way: `backward` takes it, once or under several rules."""
        outputs, tape = as_batch(inputs), []
        if self.input_shape is not None and outputs.shape[1:] != self.input_shape:
            raise ValueError(f"this network takes (B, {', '.join(map(str, self.input_shape))}), not {outputs.shape}")
        for layer in self.layers:
            outputs, saved = layer.forward(outputs)
            tape.append(saved)
        return outputs, tape

    forward = trace

    def backward(self, grad, tape, rule):
        """The signal `grad` (B, K) at the logits, passed back to the inputs under `rule`."""
        for signal in self.signals(grad, tape, rule):
            grad = signal
        return grad

    def signals(self, grad, tape, rule):
        """The same signal at the inputs of every layer, the last layer's first."""
        rule = as_rule(rule)
        for layer, saved in zip(reversed(self.layers), reversed(tape)):
            grad = layer.backward(grad, saved, rule)
            yield grad

    def attribute(self, inputs, target, rule="guided"):
        """s_k: the logit `target` of each input, passed back to the inputs; shape and dtype like inputs.

        target is an int or one int per input; rule a name in theory.rules.RULES, or any object with
        backward(grad, preactivation). IndexError for a target that is no logit.
        """
        inputs = as_batch(inputs)
        rule = as_rule(rule)
        logits, tape = self.trace(inputs)
        return self.backward(one_hot(target, logits), tape, rule).astype(inputs.dtype, copy=False)


class Residual:
    """branch(x) + skip(x), each a list of layers; no skip layers are the identity.

    Backward, the signal at the sum goes back through both and is added up; the rule acts in the branch's own ReLUs.
    """

    def __init__(self, branch, skip=()):
        self.branch, self.skip = Sequential(branch), Sequential(skip)

    def forward(self, inputs):
        outputs, branch = self.branch.forward(inputs)
        shortcut, skip = self.skip.forward(inputs)
        if outputs.shape != shortcut.shape:
            raise ValueError(f"the branch ends with {outputs.shape}, the skip with {shortcut.shape}: no sum")
        return outputs + shortcut, (branch, skip)

    def backward(self, grad, saved, rule):
        branch, skip = saved
        return self.branch.backward(grad, branch, rule) + self.skip.backward(grad, skip, rule)


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

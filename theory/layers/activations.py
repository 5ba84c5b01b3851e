"""The activation: the only layer at which a rule acts."""

import numpy as np


class ReLU:
    """σ(y) = max(y, 0); its backward pass is the rule's."""

    def forward(self, inputs):
        return np.maximum(inputs, 0), inputs

    def backward(self, grad, saved, rule):
        return rule.backward(grad, saved)

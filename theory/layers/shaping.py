"""Layers that only give their inputs another shape."""


class Flatten:
    """(B, ...) to (B, features), in C order: feature (i − 1)J + j of a feature map of J places, as q_ij in the
    papers.
    """

    def forward(self, inputs):
        return inputs.reshape(len(inputs), -1), inputs.shape

    def backward(self, grad, saved, rule):
        return grad.reshape(len(grad), *saved[1:])

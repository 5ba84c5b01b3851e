"""Hypothesis strategy: small networks, graphs that fork and merge, of every layer whose sums of integers are exact."""

import numpy as np
from hypothesis import strategies as st

from support.geometries import array, whole
from support.oracles import grid
from theory.layers import (
    AveragePool2d,
    Clip,
    Concatenate,
    Conv2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Pad2d,
    Product,
    ReLU,
    ReLU6,
    Sum,
)
from theory.networks import INPUT, Network, Node

ACTIVATIONS = [ReLU(), ReLU(), ReLU6(), LeakyReLU(0.25), Clip(-1, 2), Dropout()]


@st.composite
def networks(draw, most=6):
    """A Network of two logits, inputs (2, C, H, W) for it and a target for each; weights and inputs are −1, 0 or 1."""
    shapes = {INPUT: (draw(st.integers(1, 2)), draw(st.sampled_from([4, 5])), draw(st.sampled_from([5, 3])))}
    nodes = []
    for number in range(draw(st.integers(2, most))):
        grow = draw(st.sampled_from([convolution, activation, activation, merged, pooled, padded]))
        layer, inputs, shape = grow(draw, shapes)
        nodes.append(Node(f"{number}", layer, inputs))
        shapes[f"{number}"] = shape
    size = int(np.prod(shapes[nodes[-1].name]))
    readout = Linear(draw(array((2, size), whole(1))), draw(array(2, whole(1))))
    nodes += [Node("flat", Flatten(), (nodes[-1].name,)), Node("logits", readout, ("flat",))]
    inputs = draw(array((2, *shapes[INPUT]), whole(1)))
    return Network(nodes), inputs, [draw(st.integers(0, 1)) for _ in range(2)]


def newest(draw, shapes):
    """A node, more often than not the last one."""
    names = list(shapes)
    return draw(st.sampled_from([names[-1], names[-1], *names]))


def along(length, kernel, stride, padding, dilation=1):
    return (length + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def convolution(draw, shapes):
    name = newest(draw, shapes)
    channels, *sides = shapes[name]
    kernel = tuple(draw(st.integers(1, min(3, side))) for side in sides)
    dilation = tuple(draw(st.integers(1, 2)) if 2 * (k - 1) < side else 1 for k, side in zip(kernel, sides))
    stride, padding = draw(st.integers(1, 2)), draw(st.integers(0, 1))
    groups = draw(st.sampled_from([n for n in (1, 2) if channels % n == 0]))
    weight = draw(array((2, channels // groups, *kernel), whole(1)))
    bias = draw(st.none() | array(2, whole(1)))
    layer = Conv2d(weight, bias, stride, padding, dilation, groups)
    found = (along(side, k, stride, padding, d) for side, k, d in zip(sides, kernel, dilation))
    return layer, (name,), (2, *found)


def activation(draw, shapes):
    name = newest(draw, shapes)
    return draw(st.sampled_from(ACTIVATIONS)), (name,), shapes[name]


def pooled(draw, shapes):
    name = newest(draw, shapes)
    channels, *sides = shapes[name]
    size = tuple(min(2, side) for side in sides)
    stride, ceil = draw(st.integers(1, 2)), draw(st.booleans())
    padding = draw(st.sampled_from([0, tuple(side // 2 for side in size)]))
    layer = draw(
        st.sampled_from(
            [
                MaxPool2d(size, stride, padding, ceil_mode=ceil),
                AveragePool2d(size, stride, padding, ceil, count_include_pad=False),
                AveragePool2d(size, stride, padding, ceil),
            ]
        )
    )
    return layer, (name,), (channels, *grid(sides, size, stride, padding, ceil))


def padded(draw, shapes):
    name = newest(draw, shapes)
    channels, height, width = shapes[name]
    rows, columns = (draw(st.tuples(st.integers(0, 1), st.integers(0, 2))) for _ in range(2))
    return Pad2d(rows, columns), (name,), (channels, height + sum(rows), width + sum(columns))


def merged(draw, shapes):
    """A sum, a product, or channels side by side, of two nodes that fit; of a node and itself, if no other does."""
    name = newest(draw, shapes)
    beside = [other for other in shapes if shapes[other][1:] == shapes[name][1:]]
    other = draw(st.sampled_from(beside))
    if shapes[other] == shapes[name] and draw(st.booleans()):
        return draw(st.sampled_from([Sum(), Product()])), (name, other), shapes[name]
    return Concatenate(), (name, other), (shapes[name][0] + shapes[other][0], *shapes[name][1:])

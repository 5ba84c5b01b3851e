"""Batch normalisation as part of the convolution before it."""

from dataclasses import replace

from theory.layers import BatchNorm2d, Conv2d
from theory.networks.graph import INPUT, Network, Node


def folded(network: Network) -> Network:
    """The network with each batch normalisation in the convolution that it alone takes: the same up to rounding.

    The convolution has the normalisation's name, so that a name that is left has the outputs that it had. A
    normalisation behind anything else stays.
    """
    before = {
        node.name: network.node(node.inputs[0])
        for node in network.nodes
        if isinstance(node.layer, BatchNorm2d) and _takes_alone(network, node)
    }
    gone = {node.name for node in before.values()}
    nodes = [
        Node(node.name, _scaled(before[node.name], node), before[node.name].inputs) if node.name in before else node
        for node in network.nodes
        if node.name not in gone
    ]
    return Network(nodes, network.input_shape)


def _takes_alone(network: Network, node: Node) -> bool:
    """Whether a node takes a convolution's outputs, and no other node does."""
    [source] = node.inputs
    return (
        source != INPUT and isinstance(network.node(source).layer, Conv2d) and network.consumers(source) == [node.name]
    )


def _scaled(convolution: Node, normalisation: Node) -> Conv2d:
    """scale·(w ∗ x + b) + shift as one convolution."""
    layer, norm = convolution.layer, normalisation.layer
    assert isinstance(layer, Conv2d) and isinstance(norm, BatchNorm2d)
    scale, shift = norm.scale[:, 0, 0], norm.shift[:, 0, 0]
    bias = shift if layer.bias is None else layer.bias * scale + shift
    return replace(layer, weight=layer.weight * scale[:, None, None, None], bias=bias)

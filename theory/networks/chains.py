"""Chains of layers, and the residual block: they only build nodes."""

from collections.abc import Iterable

from theory.layers import Layer, Sum
from theory.networks.graph import INPUT, Network, Node


class Residual:
    """branch(x) + skip(x), each a list of layers; no skip layers are the identity.

    Its nodes in a chain are "7.branch.0", …, "7.skip.0", … and the sum "7". Backward, the signal at the sum goes back
    through both and is added up; the rule acts in the branch's own activations.
    """

    def __init__(self, branch: Iterable["Link"], skip: Iterable["Link"] = ()) -> None:
        self.branch, self.skip = list(branch), list(skip)

    def nodes(self, name: str, source: str) -> list[Node]:
        """The block's nodes behind the node `source`, the last one called `name`."""
        branch, skip = chained(self.branch, f"{name}.branch.", source), chained(self.skip, f"{name}.skip.", source)
        ends = tuple(part[-1].name if part else source for part in (branch, skip))
        return [*branch, *skip, Node(name, Sum(), ends)]


Link = Layer | Residual


def chained(links: Iterable[Link], prefix: str = "", source: str = INPUT) -> list[Node]:
    """The nodes of layers and blocks one after the other, called prefix + "0", "1", …"""
    nodes: list[Node] = []
    for number, link in enumerate(links):
        name = f"{prefix}{number}"
        nodes += [Node(name, link, (source,))] if isinstance(link, Layer) else link.nodes(name, source)
        source = name
    return nodes


class Sequential(Network):
    """Layers (and residual blocks) one after the other: net(inputs) gives logits, net.attribute(...) a picture."""

    def __init__(self, layers: Iterable[Link], input_shape: tuple[int, ...] | None = None) -> None:
        super().__init__(chained(layers), input_shape)

"""A network is a graph of named nodes, each a layer and where its inputs come from; a Pass is a way through it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, count
from typing import Any

import numpy as np
import numpy.typing as npt

from theory.layers import Activation, Layer, Smooth
from theory.layers.protocol import check_rows
from theory.networks.starts import Target, as_batch, chosen, one_hot
from theory.rules import Array, Rule, UserRule, as_rule

INPUT = "input"  # the name of what a network is given
ROWS = 4  # signals of several targets that pass back at a time: more fit into no cache


@dataclass(frozen=True, eq=False)
class Node:
    """A layer in its place: its name, and the names of the nodes whose outputs it takes."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]


def distinct(nodes: Iterable[Node]) -> Iterator[Node]:
    """The same nodes, no two of one name; ValueError for one that takes what is not before it."""
    newest, taken = {INPUT: INPUT}, {INPUT}
    for number, node in enumerate(nodes):
        missing = [name for name in node.inputs if name not in newest]
        if missing:
            raise ValueError(f"node {node.name}: no {missing[0]} before it")
        wanted = node.name or f"{number}"
        name = next(each for each in chain([wanted], (f"{wanted}.{n}" for n in count(2))) if each not in taken)
        inputs = tuple(newest[each] for each in node.inputs)
        yield node if (name, inputs) == (node.name, node.inputs) else Node(name, node.layer, inputs)
        newest |= {node.name: name, name: name}
        taken.add(name)


def _common(dtypes: Iterable[np.dtype[Any]]) -> type[np.floating[Any]] | None:
    """float32 or float64, what layers with parameters of these types compute in; None without any."""
    found = {dtype for dtype in dtypes if dtype.kind == "f"}
    if not found:
        return None
    return np.float32 if np.result_type(*found, np.float32) == np.float32 else np.float64


class Network:
    """Nodes in an order in which each comes behind its inputs; the last one's outputs are the logits.

    A name that comes again is another node's, "relu.2" behind "relu", and from there on means that one; a node without
    a name is called by its number. `input_shape`, (C, H, W) or (features,), refuses inputs of another shape. Everything
    is computed in float32 if all parameters are float32, else in float64: inputs of the other type are cast once, and
    logits and pictures come back in the caller's. A network is never altered: `replace` gives another one.
    """

    def __init__(self, nodes: Iterable[Node], input_shape: tuple[int, ...] | None = None) -> None:
        self.nodes, self.input_shape = tuple(distinct(nodes)), input_shape
        if not self.nodes:
            raise ValueError("a network has at least one layer")
        self._by_name = {node.name: node for node in self.nodes}
        self._dtype = _common(array.dtype for array in self.parameters().values())

    @property
    def layers(self) -> list[Layer]:
        """The layers in the order of the nodes."""
        return [node.layer for node in self.nodes]

    @property
    def last(self) -> str:
        """The name of the node of the logits."""
        return self.nodes[-1].name

    def node(self, name: str) -> Node:
        """The node of a name; ValueError with the nearest names."""
        if name not in self._by_name:
            near = get_close_matches(str(name), self._by_name, 3, 0.0)
            raise ValueError(f"no node {name!r} in this network; did you mean {', '.join(near)}?")
        return self._by_name[name]

    def activations(self) -> list[str]:
        """The names of the nodes at which a rule acts."""
        return [node.name for node in self.nodes if isinstance(node.layer, Activation)]

    def uncovered(self) -> list[str]:
        """The names of the nonlinearities that no rule covers, a sigmoid or SiLU: derivatives, whatever the rule."""
        return [node.name for node in self.nodes if isinstance(node.layer, Smooth)]

    def consumers(self, name: str) -> list[str]:
        """The names of the nodes that take a node's outputs, or the input."""
        return [node.name for node in self.nodes if name in node.inputs]

    def parameters(self) -> dict[str, Array]:
        """Every array of every layer, {"0.weight": …}; not copies."""
        return {f"{node.name}.{name}": array for node in self.nodes for name, array in node.layer.parameters().items()}

    def replace(self, layers: Mapping[str, Layer]) -> "Network":
        """A network with other layers at these nodes; all else is shared, and nothing altered."""
        named = {self.node(name).name: layer for name, layer in layers.items()}
        nodes = [Node(node.name, named.get(node.name, node.layer), node.inputs) for node in self.nodes]
        return Network(nodes, self.input_shape)

    def until(self, name: str) -> "Network":
        """The network that ends at a node, whose outputs, maps or logits, are then what is explained."""
        place = [node.name for node in self.nodes].index(self.node(name).name)
        return Network(self.nodes[: place + 1], self.input_shape)

    def __call__(self, inputs: npt.ArrayLike) -> Array:
        """Logits (B, K) of inputs (B, ...)."""
        given = as_batch(inputs)
        return self.forward(given).output.astype(given.dtype, copy=False)

    def forward(
        self, inputs: npt.ArrayLike, until: str | None = None, keep: Iterable[str] = (), above: str | None = None
    ) -> "Pass":
        """One Pass of inputs (B, ...), up to the node `until`; it holds on to the outputs of the nodes `keep`.

        Other outputs are let go as soon as no node needs them; what layers saved for the way back stays, with `above`
        that of the nodes behind this one alone: signals come back no further. All are of the network's own type.
        """
        given = as_batch(inputs, self._dtype)
        if self.input_shape is not None and given.shape[1:] != self.input_shape:
            raise ValueError(f"this network takes (B, {', '.join(map(str, self.input_shape))}), not {given.shape}")
        last = self.node(self.last if until is None else until).name
        kept = {last, *(name if name == INPUT else self.node(name).name for name in keep)}
        nodes = self.nodes[: [node.name for node in self.nodes].index(last) + 1]
        waiting = Counter(name for node in nodes for name in node.inputs)
        outputs, saved, shapes = {INPUT: given}, dict[str, Any](), {INPUT: given.shape}
        held = above in (None, INPUT)
        for node in nodes:
            outputs[node.name], left = node.layer.forward(*(outputs[name] for name in node.inputs))
            saved |= {node.name: left} if held else {}
            held = held or node.name == above
            shapes[node.name] = outputs[node.name].shape
            waiting.subtract(node.inputs)
            for name in {*node.inputs, node.name} - kept:
                if not waiting[name]:
                    outputs.pop(name, None)
        return Pass(nodes, saved, {name: outputs[name] for name in outputs if name in kept}, shapes)

    def attribute(
        self,
        inputs: npt.ArrayLike,
        target: Target | None = None,
        rule: str | Rule | UserRule = "guided",
        *,
        targets: Sequence[Target] | None = None,
        at: str | None = None,
    ) -> Array:
        """s_k: the logit `target` of each input, passed back to the inputs; shape and dtype like inputs.

        target is an int or one int per input; rule a name in theory.rules.RULES, or any object with
        backward(grad, preactivation). `targets`, several of them, gives (K, B, ...) of one forward pass. With `at`, the
        name of a node, a target is a hidden unit of that node's outputs, everything above left out: in maps a place
        (channel, row, column), or a channel, at its maximum (`one_hot`). IndexError for a target that is no logit.
        """
        wanted = chosen(target, targets)
        found = as_rule(rule)
        given = as_batch(inputs)
        passed = self.forward(given, until=at)
        starts = [one_hot(each, passed.output) for each in wanted]
        pictures = passed.pictures(starts, found)
        return (pictures[0] if targets is None else pictures).astype(given.dtype, copy=False)


class Pass:
    """One forward pass, read-only: any number of backward passes go through it.

    `outputs` are those that were kept, by node; `saved` is what each layer left for its way back; `shapes` are those of
    all outputs.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        saved: Mapping[str, Any],
        outputs: Mapping[str, Array],
        shapes: Mapping[str, tuple[int, ...]],
    ) -> None:
        self.nodes, self.saved, self.outputs, self.shapes = tuple(nodes), saved, outputs, shapes

    @property
    def output(self) -> Array:
        """The outputs of the last node of the pass: logits (B, K) if it is the network's last."""
        return self.outputs[self.nodes[-1].name]

    def backward(self, start: Array, rule: str | Rule | UserRule = "guided", at: str | None = None) -> Array:
        """The signal `start` at the outputs of the last node, or of `at`, passed back to the inputs."""
        for name, signal, _ in self.signals(start, rule, at):
            if name == INPUT:
                return signal
        raise ValueError("no signal comes back to the inputs")

    def pictures(self, starts: Sequence[Array], rule: str | Rule | UserRule = "guided") -> Array:
        """(K, B, ...): each of K signals (B, ...) at the outputs passed back to the inputs, a few at a time."""
        if len(self.output) > 1 or len(starts) == 1:
            return np.stack([self.backward(start, rule) for start in starts])
        some = [starts[n : n + ROWS] for n in range(0, len(starts), ROWS)]
        return np.concatenate([self.backward(np.concatenate(each), rule) for each in some])[:, None]

    def signals(
        self, start: Array, rule: str | Rule | UserRule = "guided", at: str | None = None
    ) -> Iterator[tuple[str, Array, Any]]:
        """The same signal on its way: (node's name, signal at its outputs, what it saved), top down; the input last.

        start (rows, ...) has a row per input, or any number if the pass is of one. Signals that meet are added to a new
        array; each is let go once it was passed on.
        """
        rule = as_rule(rule)
        top = self.nodes[-1].name if at is None else at
        if start.shape[1:] != self.shapes[top][1:]:
            raise ValueError(f"a signal at {top} has shape (rows, {self.shapes[top][1:]}), not {start.shape}")
        check_rows(start, self.shapes[INPUT][0])
        waiting = {top: start}
        for node in reversed(self.nodes):
            if node.name not in waiting:
                continue
            signal = waiting.pop(node.name)
            yield node.name, signal, self.saved.get(node.name)
            back = node.layer.backward(signal, self.saved[node.name], rule)
            for name, part in zip(node.inputs, back if isinstance(back, tuple) else (back,)):
                waiting[name] = waiting[name] + part if name in waiting else part
        if INPUT in waiting:
            yield INPUT, waiting[INPUT], None

"""One picture explained: what a network sees in it, the maps of each method and target, and how much of them is the
picture redrawn.
"""

from dataclasses import dataclass, field

import numpy as np

from sims.compiled.layers import accelerate
from sims.explain.random_above import RandomAbove
from sims.explain.redrawn import Attribution, attributions, baseline, layers
from sims.explain.targets import named, targets_of
from sims.explain.untrained import untrained
from sims.random import stream
from sims.system.errors import InputError
from theory.attribution import METHODS

PREDICTED = 5  # classes that are named


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of every picture: `methods` of theory.attribution.METHODS, targets in `words`, how many untrained
    networks stand beside, the node from which up the weights are redrawn, if any, and the one whose maps Grad-CAM and
    its like weigh (None for the last before global pooling).
    """

    methods: tuple[str, ...] = ("saliency", "deconvnet", "guided")
    words: tuple[str, ...] = ("top1",)
    untrained: int = 3
    redrawn_from: str | None = None
    layer: str | None = None
    seed: int = 0
    uncovered: bool = False


@dataclass(frozen=True)
class Explanation:
    """`seen` is what the network saw, bytes (H, W, 3); `predicted` [(class, probability)]; `maps` Attributions, in the
    order of targets and methods; `untrained` {(method, target's name): numbers}.
    """

    seen: np.ndarray
    predicted: list
    maps: list[Attribution]
    untrained: dict = field(default_factory=dict)


class Explainer:
    """A published network (sims.networks.published.Published) asked one thing of any number of pictures."""

    def __init__(self, published, request=Request()):
        self.published, self.request = published, request
        plain = published.network
        check_rules(plain, request)
        check_layer(plain, request)
        self._trained = self._network = accelerate(plain)
        if request.redrawn_from is not None:
            rng = stream(request.seed, "explain", "redrawn")
            plain = untrained(plain, rng, node_of(plain, request.redrawn_from, "--randomise-from"))
            self._network = accelerate(plain)
        draws = (stream(request.seed, "explain", "untrained", n) for n in range(request.untrained))
        self._untrained = [accelerate(untrained(plain, rng)) for rng in draws]
        shape = (3, published.preprocess.size, published.preprocess.size)
        self._above = RandomAbove(plain, shape, request.untrained, request.seed)

    def targets(self, picture):
        """What the network is given of a picture, (1, C, H, W), its logits (K,), and the Targets that are meant.

        They are those of the network as it is, whatever is redrawn: a class that only random weights see is none.
        """
        inputs = self.published.preprocess(picture)[None]
        logits = self._trained(inputs)[0]
        targets = targets_of(self.request.words, self._trained, inputs, logits, self.published.classes)
        for at in {each.at for each in targets}:
            layers(self._trained, inputs, at, self.request.methods, self.request.layer)
        return inputs, logits, targets

    def __call__(self, picture):
        """The Explanation of a picture, bytes (H, W, 3)."""
        request, classes = self.request, self.published.classes
        inputs, logits, targets = self.targets(picture)
        before = self._trained if request.redrawn_from is not None else None
        maps = list(attributions(self._network, inputs, targets, request.methods, before, request.layer))
        maps = self._above.beside(inputs, maps)
        beside = baseline(self._untrained, inputs, targets, request.methods, request.layer)
        return Explanation(self.published.preprocess.seen(picture), predictions(logits, classes), maps, beside)


def predictions(logits, classes):
    """The most probable classes in words, with their probabilities."""
    shares = np.exp(logits.astype(np.float64) - logits.max())
    shares /= shares.sum()
    return [(named(int(k), classes), float(shares[k])) for k in np.argsort(-shares, kind="stable")[:PREDICTED]]


def node_of(network, name, option):
    try:
        return network.node(name).name
    except ValueError as problem:
        raise InputError(f"{option}: {problem}; --list-layers names them") from None


def check_layer(network, request):
    """InputError for a layer that is none, or that no method asks for."""
    if request.layer is None:
        return
    layered = [name for name, method in METHODS.items() if method.layered]
    if not set(layered) & set(request.methods):
        raise InputError(f"--layer is for the methods {', '.join(layered)}; add one, --method {layered[0]}")
    node_of(network, request.layer, "--layer")


def check_rules(network, request):
    """InputError for a rule that changes the backward pass, where the network has nonlinearities that it leaves be."""
    changed = [name for name in request.methods if METHODS[name].rule != "saliency"]
    uncovered = network.uncovered()
    if changed and uncovered and not request.uncovered:
        some = ", ".join(uncovered[:3]) + ", …" * (len(uncovered) > 3)
        raise InputError(
            f"{' and '.join(changed)} act at {len(network.activations())} activations and leave {some} as they are "
            f"({len(uncovered)} in all): their maps would be neither the rule's nor the gradient"
        )

"""TR-GBP: guided backpropagation, to the inputs of ones that stand for biases, too, less what the top classes share.

Towards Predictable Feature Attribution (anonymous, under review for ICLR 2022), Eqs. 8–10. What they leave open:
batch normalisation is part of the convolution before it; logits are explained; layers add with weight 1.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from theory.attribution.asked import as_asked, as_images, rows_of, start_of
from theory.attribution.method import Method
from theory.attribution.ones import of_ones
from theory.attribution.reductions import reduced
from theory.geometry.resize import bilinear
from theory.networks.folding import folded
from theory.networks.graph import INPUT, ROWS, Network, Pass
from theory.networks.starts import Target
from theory.rules import Array

TOP = 5  # classes whose mean is removed


def tr_gbp(
    network: Network,
    inputs: npt.ArrayLike,
    targets: Target,
    *,
    biases: bool = True,
    subtract_mean: bool = True,
    top: int = TOP,
    reduction: str = "sum",
) -> Array:
    """R_k = R_k^0 + Σ_l ψ(R_k^l), (B, 1, H, W); (K, B, 1, H, W) for targets (K, B), of one forward pass an image.

    ψ is bilinear. Without `biases` Eq. 9 is left out: R̃_k is the guided picture; without `subtract_mean` Eq. 10 is.
    `top` and `reduction` are those of `layer_maps`.
    """
    given = as_images(inputs)
    maps = layer_maps(network, given, targets, biases=biases, subtract_mean=subtract_mean, top=top, reduction=reduction)
    by_size: dict[tuple[int, ...], Array] = {}
    for each in maps.values():  # maps of a size are enlarged together
        size = each.shape[-2:]
        by_size[size] = by_size[size] + each if size in by_size else each
    total: Array = sum(bilinear(each, given.shape[2:]) for each in by_size.values())  # type: ignore[assignment]
    return total.astype(given.dtype, copy=False)


def layer_maps(
    network: Network,
    inputs: npt.ArrayLike,
    targets: Target,
    *,
    biases: bool = True,
    subtract_mean: bool = True,
    top: int = TOP,
    reduction: str = "sum",
) -> dict[str, Array]:
    """R_k^l, {"input": (B, 1, H, W), the name of each node with a bias: (B, 1, h, w)}, each at its own size.

    "input" is R_k^0, in one channel by the `reduction` (`theory.attribution.reductions`); the others are the pictures
    of ones, where a name is that of the batch normalisation if it is part of the convolution before it. The mean over
    the `top` largest logits is subtracted, whether or not the target is one of them; of hidden units in maps, over the
    channels that are largest at their place. For targets (K, B) each is (K, B, 1, h, w).
    """
    if not top >= 1:
        raise ValueError(f"top counts the classes whose mean is removed, at least 1; not {top!r}")
    given, rows = as_images(inputs), rows_of(targets)
    flat = folded(network)
    found = []
    for n in range(len(given)):  # one by one: the classes differ, and signals of all share a pass
        passed = flat.forward(given[n : n + 1])
        starts = [start_of(row, [n], len(given), passed.output) for row in rows]
        found.append(_of_image(passed, starts, top if subtract_mean else 0, biases, reduction))
    return {name: as_asked(np.stack([each[name] for each in found], axis=1), targets, given.dtype) for name in found[0]}


def _of_image(passed: Pass, starts: Sequence[Array], top: int, biases: bool, reduction: str) -> dict[str, Array]:
    """{node: R_k^l (K, 1, h, w)} of K signals (1, ...) at the outputs of a pass of one image."""
    means = [leaders(start, passed.output, top) for start in starts]
    places = np.array([each.ravel().argmax() for start, mean in zip(starts, means) for each in (*start, *mean)])
    unique, which = np.unique(places, return_inverse=True)
    maps = raw_maps(passed, _one_hots(unique, passed.output), biases, reduction)
    of_each = which.reshape(len(starts), -1)  # the target, and those that it is compared with
    return {
        name: each[of_each[:, 0]] - (each[of_each[:, 1:]].mean(axis=1) if top else 0) for name, each in maps.items()
    }


def raw_maps(passed: Pass, starts: Array, biases: bool = True, reduction: str = "sum") -> dict[str, Array]:
    """{node: R̃_k^l (K, 1, h, w)}, before anything is subtracted, of signals (K, ...) at a pass of one image (Eq. 9)."""
    some = [_few_maps(passed, starts[n : n + ROWS], biases, reduction) for n in range(0, len(starts), ROWS)]
    return {name: np.concatenate([each[name] for each in some]) for name in some[0]}


def _few_maps(passed: Pass, starts: Array, biases: bool, reduction: str) -> dict[str, Array]:
    nodes = {node.name: node for node in passed.nodes}
    maps: dict[str, Array] = {}
    for name, signal, _ in passed.signals(starts, "guided"):
        if name == INPUT:
            maps[name] = reduced(signal, reduction)
        elif biases and (picture := of_ones(nodes, passed.shapes, nodes[name], signal)) is not None:
            maps[name] = picture
    return maps


def leaders(start: Array, output: Array, count: int) -> Array:
    """One-hot signals (count, ...) of the largest outputs (1, ...): logits, or channels at the place of `start`."""
    place = start.sum(axis=1)[0]  # 1 at the target's place, of logits their only one
    beside = (output[0] * place).reshape(output.shape[1], -1).sum(axis=1)
    order = np.argsort(-beside, kind="stable")[:count]
    found = np.zeros((len(order), *output.shape[1:]), output.dtype)
    found[np.arange(len(order)), order] = place
    return found


def _one_hots(places: npt.NDArray[np.integer], output: Array) -> Array:
    """Signals (K, ...) that are 1 at these places of the flattened output."""
    found = np.zeros((len(places), output.size), output.dtype)
    found[np.arange(len(places)), places] = 1
    return found.reshape(-1, *output.shape[1:])


METHODS = {
    "tr-gbp": Method(
        tr_gbp,
        "guided, with biases as inputs of ones, less the mean over the top 5 classes",
        rule="guided",
        plain=(("biases", False), ("subtract_mean", False)),
    ),
}

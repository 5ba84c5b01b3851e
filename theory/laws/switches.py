"""Which filters make a position the switch of its pooling window: cones, of raw arrays. Callers check them."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from theory.errors import Precondition
from theory.geometry.windows import Windows
from theory.rules import Rule, tabled

ORDERS = ("relu-pool", "pool-relu")
TIES = ("first", "last")

Cone: TypeAlias = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]  # rows (R, q, p), and which of them count


def choice(rule: str | Rule, order: str, tie: str) -> str:
    """The rule's name."""
    if order not in ORDERS or tie not in TIES:
        raise Precondition(f'order is one of {", ".join(ORDERS)}, tie "first" or "last"; not {order!r}, {tie!r}')
    name: str = tabled(rule).name
    return name


def pooled_places(windows: Windows, size: tuple[int, int]) -> npt.NDArray[np.intp]:
    """The numbers of the patches in every pooling window, (rows, columns, positions) in reading order."""
    rows, cols = windows.rows // size[0], windows.columns // size[1]
    numbers = np.arange(windows.count).reshape(windows.rows, windows.columns)[: rows * size[0], : cols * size[1]]
    return numbers.reshape(rows, size[0], cols, size[1]).swapaxes(1, 2).reshape(rows, cols, size[0] * size[1])


def winning(patches: npt.NDArray[np.float64], j: int, name: str, order: str, tie: str) -> list[Cone]:
    """The cones, which share nothing, in which position j of windows (R, q, p) holds the switch and passes the signal.

    w·(y_j − y_l) > 0 for the other l and, where there is a mask or the ReLU comes first, w·y_j > 0. A window in which
    no patch is active DeconvNet unpools, after a ReLU, to the tie's winner.
    """
    count = patches.shape[1]
    others = [l for l in range(count) if l != j]
    apart = patches[:, j : j + 1] - patches[:, others]
    wins = np.array([(j < l) == (tie == "first") for l in others], bool)
    active = (patches[:, j : j + 1] != patches[:, others]).any(axis=2) | ~wins
    if name == "deconvnet" and order == "pool-relu":
        return [(apart, active)]
    live = np.ones((len(patches), 1), bool)
    first = np.concatenate([apart, patches[:, j : j + 1]], 1), np.concatenate([active, live], 1)
    silent = name == "deconvnet" and j == (0 if tie == "first" else count - 1)
    return [first, (-patches, np.any(patches, axis=2))] if silent else [first]

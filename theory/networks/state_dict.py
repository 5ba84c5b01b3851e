"""Named tensors of a published network: what must be there, and in which shape."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Shapes = dict[str, tuple[int, ...]]
Tensors = Mapping[str, npt.NDArray[Any]]


def checked(weights: Tensors, shapes: Shapes, ignored: Sequence[str] = ()) -> dict[str, npt.NDArray[Any]]:
    """The arrays of the mapping `weights`, {name: array}, exactly those of `shapes`, {name: shape}.

    Names that end with one of `ignored` are left out. ValueError for a tensor that is missing, unexpected, not of real
    numbers, or of another shape: it names the tensor, and says both shapes.
    """
    found = {name: np.asarray(array) for name, array in weights.items() if not name.endswith(tuple(ignored))}
    _refuse("missing", [f"{name} {shape}" for name, shape in shapes.items() if name not in found])
    _refuse("unexpected", [f"{name} {array.shape}" for name, array in found.items() if name not in shapes])
    for name, shape in shapes.items():
        if found[name].shape != tuple(shape):
            raise ValueError(f"the tensor {name} has shape {found[name].shape}, not {tuple(shape)}")
        if found[name].dtype.kind not in "fiu":
            raise ValueError(f"the tensor {name} holds {found[name].dtype}, not real numbers")
    return found


def _refuse(what: str, tensors: list[str]) -> None:
    """ValueError that lists tensors, the first three of them, if there are any."""
    if tensors:
        more = f" and {len(tensors) - 3} more" if len(tensors) > 3 else ""
        raise ValueError(f"{what} tensors: {', '.join(tensors[:3])}{more}")

"""State dicts that PyTorch wrote (.pth): tensors and plain containers, read as data; nothing of the file is run."""

from sims.networks.entries import Refused
from sims.networks.pth.containers import PICKLE, ZIP, opened
from sims.networks.pth.tensors import Tensor, numbers
from sims.system.errors import short

WRAPPERS = "state_dict", "model_state_dict", "model"  # a checkpoint's names for the state dict in it
LARGEST = 4  # times the file: tensors that share numbers, or repeat them (a stride of 0), together

__all__ = ["PICKLE", "ZIP", "tensors"]


def tensors(path):
    """{name: array} of a state dict, or of the one in a checkpoint, whose other entries are not looked at.

    Tensors that are one view of one storage are one array. Refused for anything else, in words; ValueError, zipfile's
    and struct's errors for a file that is damaged. Sizes are checked before memory is taken: it comes to no more than
    a fixed multiple of the file.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        value, raw = opened(file, size)
        named = _state_dict(value)
        arrays = _arrays(set(named.values()), raw, size)
    return {name: arrays[tensor] for name, tensor in named.items()}


def _state_dict(value):
    """The dict of tensors that a file's object is, or holds."""
    wrapped = [value[key] for key in WRAPPERS if isinstance(value.get(key), dict)] if isinstance(value, dict) else []
    named = wrapped[0] if len(wrapped) == 1 else value
    if not isinstance(named, dict):
        raise Refused(
            f"holds a {type(value).__name__}; accepted: a state dict, alone or as one of {', '.join(WRAPPERS)}"
        )
    for name, each in named.items():
        if not isinstance(name, str) or not isinstance(each, Tensor):
            kind = type(each).__name__
            raise Refused(f"the entry {short(str(name))} is a {kind}; accepted: a state dict, of named tensors only")
    return named


def _arrays(distinct, raw, size):
    """{tensor: array}; a storage is read once, and kept only by the arrays that are views of it."""
    if (total := sum(tensor.nbytes for tensor in distinct)) > LARGEST * size:
        raise Refused(f"its tensors state {total} bytes, more than {LARGEST} times the {size} of the file")
    groups = {}
    for tensor in distinct:
        groups.setdefault(tensor.storage, []).append(tensor)
    arrays = {}
    for storage, group in groups.items():
        buffer = numbers(storage, raw)
        arrays |= {tensor: tensor.array(buffer) for tensor in group}
    return arrays

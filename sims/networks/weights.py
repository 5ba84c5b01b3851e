"""Published weights: named tensors from a .safetensors file, which holds numbers and no code."""

import json
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from sims.system import files
from sims.system.errors import InputError

KEPT = "F64", "F32", "I64", "I32", "I16", "I8", "U8"
HALF = "F16", "BF16"


def load(path):
    """The tensors of a .safetensors file, {name: array}; half precision (float16, bfloat16) becomes float32, exactly.

    InputError, one line, for what is no file, no whole safetensors file or an empty one, and for a tensor of another
    type or with NaN or infinite entries.
    """
    path = Path(path)
    files.check_readable(path, "weights file", "accepted: a .safetensors file")
    try:
        with safe_open(path, framework="np") as tensors:
            found = {name: _checked(path, name, _tensor(path, tensors, name)) for name in tensors.keys()}
    except InputError:
        raise
    except (SafetensorError, OSError, ValueError) as problem:  # ValueError: a shape that no array can have
        raise InputError(f"{path}: not a .safetensors file, or cut short ({problem})") from None
    if not found:
        raise InputError(f"{path}: holds no tensors; give a file of weights")
    return found


def _tensor(path, tensors, name):
    """One tensor of an open file."""
    kind = tensors.get_slice(name).get_dtype()
    if kind not in (*KEPT, *HALF):
        raise InputError(f"{path}: {name} holds {kind}; accepted: {', '.join((*KEPT, *HALF))}")
    if kind == "BF16":
        return _bfloat16(path, name)
    found = tensors.get_tensor(name)
    return found.astype(np.float32) if kind in HALF else found


def _bfloat16(path, name):
    """A bfloat16 tensor, which NumPy doesn't know: the upper two bytes of a float32, read where the header says."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        entry = json.loads(file.read(length))[name]
    first, last = entry["data_offsets"]
    upper = np.fromfile(path, "<u2", (last - first) // 2, offset=8 + length + first)
    return (upper.astype(np.uint32) << 16).view(np.float32).reshape(entry["shape"])


def _checked(path, name, array):
    """The array, if its entries are finite."""
    if not np.isfinite(array).all():
        raise InputError(f"{path}: {name} has NaN or infinite entries; every entry must be finite")
    return array

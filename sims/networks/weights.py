"""Published weights: named tensors from a .safetensors file or a state dict of PyTorch's, read without running code."""

import hashlib
import struct
import zipfile
from pathlib import Path

from safetensors import SafetensorError

from sims.networks import pth, safe_tensors
from sims.networks.entries import Refused, checked
from sims.system import files
from sims.system.errors import InputError

ACCEPTED = "accepted: a .safetensors file, or a state dict of PyTorch's (.pth)"
DAMAGED = (
    SafetensorError,
    zipfile.BadZipFile,
    struct.error,
    ValueError,  # also a shape that no array can have
    OSError,
    EOFError,
    RuntimeError,  # zipfile's word for an encrypted member, NotImplementedError for one of another version
)


def load(path):
    """The tensors of a file, {name: array}; half precision (float16, bfloat16) becomes float32, exactly.

    The format is told by content: .safetensors, or a state dict that torch.save wrote (alone or in a checkpoint, zip
    or the older stream). InputError, one line, for what is no whole file of these, holds no tensors or asks for code,
    and for a tensor of another type, larger than its file, or with NaN or infinite entries.
    """
    path = Path(path)
    files.check_readable(path, "weights file", ACCEPTED)
    what, tensors = _reader(path)
    try:
        found = {name: checked(name, array) for name, array in tensors(path).items()}
    except Refused as problem:
        raise InputError(f"{path}: {problem}") from None
    except DAMAGED as problem:
        raise InputError(f"{path}: not a {what}, or cut short ({problem})") from None
    if not found:
        raise InputError(f"{path}: holds no tensors; give a file of weights")
    return found


def digest(path):
    """The SHA-256 of a file, in hexadecimal digits: for the reader's eyes, nothing is trusted for it."""
    files.check_readable(Path(path), "weights file", ACCEPTED)
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reader(path):
    """(What the file looks like, the function that reads it), from its first bytes."""
    with path.open("rb") as file:
        first = file.read(9)
    if first[8:] == b"{":  # after the length of the header, which is JSON
        return ".safetensors file", safe_tensors.tensors
    if first.startswith((pth.ZIP, pth.PICKLE)):
        return ".pth file of PyTorch's", pth.tensors
    raise InputError(f"{path}: neither a .safetensors file nor a .pth file of PyTorch's, or cut short; {ACCEPTED}")

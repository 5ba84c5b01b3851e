"""Named tensors of a .safetensors file, which holds numbers and no code."""

from safetensors import safe_open

from sims.networks.entries import Refused, widened  # ml_dtypes, which it imports, teaches NumPy the name bfloat16

KINDS = "F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL"


def tensors(path):
    """{name: array}; Refused for a tensor of another type, SafetensorError for what is no such file."""
    with safe_open(path, framework="np") as file:
        return {name: _tensor(file, name) for name in file.keys()}


def _tensor(file, name):
    kind = file.get_slice(name).get_dtype()
    if kind not in KINDS:
        raise Refused(f"{name} holds {kind}; accepted: {', '.join(KINDS)}")
    return widened(file.get_tensor(name))

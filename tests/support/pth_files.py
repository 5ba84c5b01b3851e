"""State dicts as torch.save writes them, and as it never would: without PyTorch, opcode by opcode.

Compared with torch.save's own files by benchmarks/state_dicts.py, through the reader of both.
"""

import struct
import zipfile
from dataclasses import dataclass

import numpy as np

KINDS = {
    "float64": "DoubleStorage",
    "float32": "FloatStorage",
    "float16": "HalfStorage",
    "bfloat16": "BFloat16Storage",
    "int64": "LongStorage",
    "int32": "IntStorage",
    "int16": "ShortStorage",
    "int8": "CharStorage",
    "uint8": "ByteStorage",
    "bool": "BoolStorage",
}
MAGIC = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")
FORMS = "zip", "stream"


@dataclass(frozen=True)
class Name:
    """A global, "module name"."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function, by name, and its arguments."""

    function: str
    arguments: tuple = ()


@dataclass(frozen=True)
class Id:
    """A persistent id."""

    value: object


@dataclass(frozen=True)
class Attributes:
    """An object that is given a state."""

    value: object
    state: object


@dataclass(frozen=True)
class Raw:
    """Opcodes as they stand."""

    code: bytes


def pickled(value):
    return b"\x80\x02" + code(value) + b"."


def code(value):
    """The opcodes that put a value on the stack."""
    many = lambda values: b"(" + b"".join(map(code, values))
    match value:
        case Raw():
            return value.code
        case None | True | False:
            return {None: b"N", True: b"\x88", False: b"\x89"}[value]
        case int() if abs(value) < 2**31:
            return b"J" + struct.pack("<i", value)
        case int():
            size = value.bit_length() // 8 + 1
            return bytes([0x8A, size]) + value.to_bytes(size, "little", signed=True)
        case float():
            return b"G" + struct.pack(">d", value)
        case str():
            return b"X" + struct.pack("<I", len(value.encode())) + value.encode()
        case tuple():
            return many(value) + b"t"
        case list():
            return b"]" + many(value) + b"e"
        case dict():
            return b"}" + many([each for pair in value.items() for each in pair]) + b"u"
        case Name():
            return b"c" + value.name.replace(" ", "\n").encode() + b"\n"
        case Call():
            return code(Name(value.function)) + code(value.arguments) + b"R"
        case Id():
            return code(value.value) + b"Q"
        case Attributes():
            return code(value.value) + code(value.state) + b"b"
    raise TypeError(type(value))


def storage(key, kind, count, *more):
    return Id(("storage", Name(f"torch {kind}"), key, "cpu", count, *more))


def view(key, array, form="zip", **changed):
    """The tensor that an array is, its numbers in the storage `key`; what is `changed` is stated otherwise."""
    strides = tuple(each // array.itemsize for each in array.strides)
    stated = {"kind": KINDS[array.dtype.name], "count": array.size, "offset": 0, "shape": array.shape}
    stated = stated | {"strides": strides} | changed
    where = storage(key, stated["kind"], stated["count"], *([None] if form == "stream" else []))
    arguments = where, stated["offset"], stated["shape"], stated["strides"], False, Call("collections OrderedDict")
    return Call("torch._utils _rebuild_tensor_v2", arguments)


def save(path, arrays, form="zip", value=None):
    """A file of arrays, {name: array}; `value` is what the pickle holds instead of a dict of them, stored as "0", …"""
    storages = {str(place): array for place, array in enumerate(arrays.values())}
    stated = {name: view(key, array, form) for (name, array), key in zip(arrays.items(), storages)}
    return FILES[form](path, pickled(stated if value is None else value), storages)


def zipped(path, data, storages, byteorder=b"little", folder="archive", compression=zipfile.ZIP_STORED):
    """The zip archive around a pickle, {key: array} beside it."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(f"{folder}/data.pkl", data)
        if byteorder is not None:
            archive.writestr(f"{folder}/byteorder", byteorder)
        for key, array in storages.items():
            archive.writestr(f"{folder}/data/{key}", array.tobytes("K"))
    return path


def streamed(path, data, storages, little=True, protocol=1001, magic=MAGIC):
    """The stream of pickles around one, and the storages."""
    facts = {"protocol_version": protocol, "little_endian": little, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [magic, pickled(protocol), pickled(facts), data, pickled(list(storages))]
    parts += [struct.pack("<q", np.size(array)) + array.tobytes("K") for array in storages.values()]
    path.write_bytes(b"".join(parts))
    return path


FILES = {"zip": zipped, "stream": streamed}

"""Pickles made to run code, or that no state dict makes: one line each, and nothing is run."""

import os
import pickle
import re
import struct

import pytest
from support.hostile import ONES, form, refused
from support.pth_files import FILES, Attributes, Call, Id, Name, Raw, pickled, save, storage, view


class Runs:
    """An object whose pickle calls a function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@form
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("depth", [0, 3])
def test_no_command_is_run(tmp_path, form, protocol, depth):
    """Python's own pickle of os.system, at the top or as an argument of other calls, in every protocol."""
    there = tmp_path / "there"
    value = Runs(os.system, f"touch {there}")
    for _ in range(depth):
        value = {"a": [(Runs(getattr, value, "x"), 1)]}
    data = pickle.dumps(value, protocol)
    named = r"asks for \w+\.getattr|does what no state dict does" if depth else r"asks for (posix|nt)\.system"
    refused(FILES[form](tmp_path / "net.pth", data, {}), named)
    (tmp_path / "plain.pth").write_bytes(data)
    refused(tmp_path / "plain.pth", named if protocol > 1 else "neither a .safetensors file nor")
    assert not there.exists()


NAMES = [
    "os system",
    "posix system",
    "builtins eval",
    "builtins getattr",
    "builtins __import__",
    "__builtin__ exec",
    "torch load",
    "torch._utils _rebuild_tensor_v2.__globals__",
    "torch._utils _rebuild_sparse_tensor",
    "torch FloatStorage.from_file",
    "torch.jit load",
    "collections OrderedDict.fromkeys",
    "collections namedtuple",
    "numpy.core.multiarray _reconstruct",
    "numpy.core.multiarray scalar",
    "subprocess Popen",
    "sims.networks.pth.tensors Storage",
    "a" * 500 + " b",
]


@form
@pytest.mark.parametrize("name", NAMES)
def test_names_are_refused_by_name(tmp_path, form, name):
    """As a call, hidden in the arguments of one that is known, unused, by INST and by STACK_GLOBAL."""
    said = "asks for " + re.escape(name.replace(" ", ".")[:80])
    module, _, last = name.partition(" ")
    hidden = Call("collections OrderedDict", ([["a", Call(name, ("true",))]],))
    instance = Raw(b"(i" + f"{module}\n{last}\n".encode())
    values = [Call(name, ("true",)), hidden, {"a": Name(name)}, instance]
    if not last.startswith(" "):
        text = lambda words: b"X" + struct.pack("<I", len(words)) + words.encode()
        values.append(Raw(text(module) + text(last) + b"\x93"))
    for value in values:
        refused(save(tmp_path / "net.pth", {"a": ONES}, form, value), said)


OK = view("0", ONES)
DICT = Call("collections OrderedDict")
ODD = {
    "a text is called": Raw(b"X\x01\0\0\0a)R"),
    "a storage type is called": Call("torch FloatStorage", (6,)),
    "a dict is called": Raw(b"})R"),
    "arguments are a list": Raw(b"ccollections\nOrderedDict\n]R"),
    "too many arguments": Call("collections OrderedDict", ([], [])),
    "too few": Call("torch._utils _rebuild_tensor_v2", (storage("0", "FloatStorage", 6),)),
    "a tensor of a text": Call("torch._utils _rebuild_tensor_v2", ("0", 0, (6,), (1,))),
    "sizes in a list": view("0", ONES, shape=[2, 3]),
    "a parameter of a text": Call("torch._utils _rebuild_parameter", ("a", True, {})),
    "items of a number": Call("collections OrderedDict", (3,)),
    "items of three": Call("collections OrderedDict", ([["a", 1, 2]],)),
    "attributes of a name": Attributes(Name("collections OrderedDict"), {"fromkeys": 1}),
    "attributes of a list": Attributes([], {"append": 1}),
    "items into a list": Raw(b"](NNu"),
    "items into a name": Raw(b"ccollections\nOrderedDict\n(NNu"),
    "items into a tensor": Raw(b""),
    "an item without a value": Raw(b"}(Nu"),
    "appended to a dict": Raw(b"}(Ne"),
    "a persistent id of text": Id("storage"),
    "a persistent id of a module": Id(("module", Name("torch FloatStorage"), "0", "cpu", 6)),
    "a persistent id of another type": Id(("storage", DICT, "0", "cpu", 6)),
    "a persistent id as text": Raw(b"Pstorage\n"),
    "a storage within another": storage("0", "FloatStorage", 6, ("1", 0, 3)),
    "a key that is a number": storage(0, "FloatStorage", 6),
    "nothing on the stack": Raw(b"R"),
    "a name with a space": Raw(b"ccollections\n OrderedDict\n"),
    "no mark": Raw(b"t"),
    "an unknown memo": Raw(b"h\x07"),
    "an extension": Raw(b"\x82\x01"),
    "a new object": Raw(b"ccollections\nOrderedDict\n)\x81"),
    "an instance of a known name": Raw(b"icollections\nOrderedDict\n"),
    "a buffer": Raw(b"\x97"),
    "a dict as a key": {Raw(b"}"): OK},
    "a tuple as a key": {Raw(b"N\x85"): OK},
    "a large integer as a key": {2**61: OK},
    "a text that is no UTF-8": Raw(b"X\x02\0\0\0\xff\xff"),
    "an integer of a million digits": Raw(b"L" + b"9" * 10**6 + b"L\n"),
    "a name without an end": Raw(b"c" + b"a" * 10**5),
}
ODD["items into a tensor"] = Raw(pickled(OK)[2:-1] + b"(NNu")


@form
@pytest.mark.parametrize("name", ODD)
def test_pickles_that_no_state_dict_makes_are_refused(tmp_path, form, name):
    """In an entry that nobody looks at, beside a state dict that can be read."""
    value = {"state_dict": {"a": view("0", ONES, form)}, "b": ODD[name]}
    refused(save(tmp_path / "net.pth", {"a": ONES}, form, value))

"""Files made to run code, to take memory, or damaged: one line each, nothing run, memory no more than the file's size
warrants.
"""

import os
import pickle
import re
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file
from support.pth_files import FILES, FORMS, MAGIC, Attributes, Call, Id, Name, Raw, pickled, save, storage, view, zipped

from sims.networks.pth import pickles
from sims.networks.weights import load
from sims.system.errors import InputError

ONES = np.ones((2, 3), np.float32)
SPARE = 2**20  # bytes that any reading may take beside its file
form = pytest.mark.parametrize("form", FORMS)


def refused(path, message=None, times=20):
    """Loading ends with an InputError of one line, and took little memory."""
    with pytest.raises(InputError, match=message) as problem:
        frugal(path, times)
    assert "\n" not in str(problem.value) and len(str(problem.value)) < 400 + len(str(path))


def frugal(path, times=20):
    """The tensors of a file, for which little memory was taken."""
    tracemalloc.start()
    try:
        return load(path)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < times * path.stat().st_size + SPARE


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


HUGE = 10**12
LIES = {
    "a storage larger than the file": (view("0", ONES, count=HUGE), "states 4000000000000 bytes where the file has"),
    "its tensor, too": (view("0", ONES, count=HUGE, shape=(HUGE,), strides=(1,)), "states 4000000000000 bytes"),
    "a storage a little too large": (view("0", ONES, count=7), "24 bytes, where 28|should have 7 numbers; 6"),
    "a storage too small": (view("0", ONES, count=5, shape=(5,), strides=(1,)), "24 bytes, where 20|should have 5"),
    "another type": (view("0", ONES, kind="DoubleStorage"), "24 bytes, where 48|states 48|fewer left"),
    "a count below nothing": (view("0", ONES, count=-6), "no whole number"),
    "a count of yes": (view("0", ONES, count=True), "no whole number"),
    "a count of a thousand bits": (view("0", ONES, count=2**1000), "bytes where the file has"),
    "a tensor larger than its storage": (view("0", ONES, shape=(2, 4)), "reaches number 6 of a storage of 6"),
    "an offset behind the end": (view("0", ONES, offset=1), "reaches number 6 of a storage of 6"),
    "an offset below nothing": (view("0", ONES, offset=-1), "not negative"),
    "an offset that overflows": (view("0", ONES, offset=2**64), "reaches number 18446744073709551621"),
    "a stride below nothing": (view("0", ONES, offset=3, strides=(-3, 1)), "not negative"),
    "a stride that overflows": (view("0", ONES, strides=(2**62, 1)), "reaches number"),
    "a stride that wraps round": (view("0", ONES, shape=(2**32 + 1, 1), strides=(2**32, 1)), "reaches number"),
    "a size below nothing": (view("0", ONES, shape=(-2, 3)), "not negative"),
    "a size that is no integer": (view("0", ONES, shape=(2.0, 3)), "must be integers"),
    "sizes without strides": (view("0", ONES, strides=(1,)), "2 sizes and 1 strides"),
    "a hundred axes": (view("0", ONES, shape=(1,) * 100, strides=(1,) * 100), "100 sizes .* of at most 64"),
    "one number, repeated": (view("0", ONES, shape=(10**6, 10**6), strides=(0, 0)), "4 times the"),
    "repeated beyond counting": (view("0", ONES, shape=(2**62, 2**62), strides=(0, 0)), "4 times the"),
    "empty and too big": (view("0", ONES, shape=(0, 2**62, 2**62), strides=(0, 0, 0)), "too big|maximum"),
    "another storage": (view("1", ONES), "is missing in the archive|not that of its tensors"),
    "a storage out of the archive": (view("../../etc/passwd", ONES), "is missing in|not that of its tensors"),
}


@form
@pytest.mark.parametrize("name", LIES)
def test_what_the_pickle_states_is_checked_before_memory_is_taken(tmp_path, form, name):
    value, message = LIES[name]
    if form == "stream":
        [identity, *more] = value.arguments
        value = Call(value.function, (Id((*identity.value, None)), *more))
    refused(save(tmp_path / "net.pth", {"a": ONES}, form, {"a": value}), message)


def test_a_storage_is_one_thing(tmp_path):
    value = {"a": view("0", ONES), "b": view("0", ONES, kind="IntStorage")}
    refused(save(tmp_path / "net.pth", {"a": ONES}, value=value), "storage 0 is stated twice, in two ways")


def test_many_views_of_one_storage_take_no_more_than_a_few_files(tmp_path):
    """A hundred tensors, each all numbers of the file but some."""
    numbers = np.ones(10**4, np.float16)
    views = {f"{n}": view("0", numbers, offset=n, shape=(9000,), strides=(1,)) for n in range(100)}
    refused(save(tmp_path / "net.pth", {"a": numbers}, value=views), "more than 4 times")


def test_storages_that_lie_on_one_another_are_no_larger_than_the_file(tmp_path):
    """The directory of an archive may name the same bytes a thousand times."""
    numbers = np.ones(10**5, np.uint8)
    views = {key: view(key, numbers) for key in map(str, range(1000))}
    refused(save(tmp_path / "net.pth", {"a": numbers}, value=views), "states 100000 bytes where the file has")


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_bomb(tmp_path, kind):
    zeros = np.zeros(2**22, np.uint8)
    path = zipped(tmp_path / "a.pth", pickled({"a": view("0", zeros)}), {"0": zeros}, compression=kind)
    refused(path, "compressed")
    path = tmp_path / "b.pth"
    with zipfile.ZipFile(path, "w", kind) as archive:
        archive.writestr("a/data.pkl", b"\x80\x02" + b"N0" * 2**20 + b"N.")
    refused(path, "compressed")


@pytest.mark.parametrize("member", ["data.pkl", "byteorder", "data/0"])
@pytest.mark.parametrize("stated", [(2**26, 2**26), (2**26, None), (2**32 - 2, 2**32 - 2)])
def test_an_archive_that_states_larger_members(tmp_path, member, stated):
    """Sizes in the directory, (whole, compressed), where a member of 24 bytes is."""
    path = save(tmp_path / "net.pth", {"a": ONES})
    data = bytearray(path.read_bytes())
    name = b"archive/" + member.encode()
    entry = data.rindex(name) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    for offset, size in zip((24, 20), stated):
        if size is not None:
            data[entry + offset : entry + offset + 4] = struct.pack("<I", size)
    path.write_bytes(data)
    refused(path, re.escape(name.decode()))


@pytest.mark.parametrize("place, value", [((8, 6), 1), ((6, 4), 99)], ids=["encrypted", "a later version"])
def test_an_archive_that_zipfile_does_not_read(tmp_path, place, value):
    """A byte of the directory's entry and of the member's own header."""
    path = save(tmp_path / "net.pth", {"a": ONES})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + place[0]] = data[place[1]] = value
    path.write_bytes(data)
    refused(path, "not a .pth file of PyTorch's, or cut short")


BOMBS = {
    "memo": b"}r\xff\xff\xff\xff.",
    "text": b"X\xff\xff\xff\xff" + b"a" * 50,
    "long text": b"\x8d" + struct.pack("<Q", 2**62) + b"a" * 50,
    "bytes": b"B\xff\xff\xff\xff" + b"a" * 50,
    "long bytes": b"\x8e" + struct.pack("<Q", 2**62) + b"a" * 50,
    "bytearray": b"\x96" + struct.pack("<Q", 2**62) + b"a" * 50,
    "integer": b"\x8b\xff\xff\xff\x7f" + b"a" * 50,
    "frame": b"\x95" + struct.pack("<Q", 2**62) + b"N.",
    "line": b"S'" + b"a" * 50,
    "nested lists": b"]" * 10**4 + b"a" * (10**4 - 1) + b".",
    "nested tuples": b")" + b"\x85" * 10**4 + b".",
    "nested tuples as a key": b"})" + b"\x85" * 10**4 + b"Ns.",
    "nested marks": b"(" * 10**4 + b"N.",
    "a list in itself": b"]q\x00h\x00a.",
    "a dict in itself": b"}q\x00X\x05\0\0\0modelh\x00s.",
    "laughter": b")" + b"q\x00h\x00h\x00\x86" * 1000 + b".",
    "laughter as a key": b"})" + b"q\x00h\x00h\x00\x86" * 1000 + b"Ns.",
}


@form
@pytest.mark.parametrize("name", BOMBS)
def test_a_small_pickle_takes_little_memory(tmp_path, form, name):
    refused(FILES[form](tmp_path / "net.pth", b"\x80\x04" + BOMBS[name], {}), times=100)
    (tmp_path / "plain.pth").write_bytes(MAGIC + b"\x80\x04" + BOMBS[name])
    refused(tmp_path / "plain.pth", times=100)


@form
def test_pickles_have_a_length(tmp_path, form, monkeypatch):
    path = save(tmp_path / "net.pth", {str(n): ONES for n in range(100)}, form)
    assert len(load(path)) == 100
    for name, least in {"MOST": 1000, "LONGEST": 2000}.items():
        with monkeypatch.context() as patched:
            patched.setattr(pickles, name, least)
            refused(path, "more than 1000 steps|where .* left|where 2000 are expected|no newline")


def made(folder):
    """A small file of each format."""
    rng = np.random.default_rng(5)
    arrays = {"conv.weight": rng.standard_normal((4, 3, 3, 3), np.float32), "bias": rng.standard_normal(4)}
    arrays |= {"half": rng.standard_normal((5, 2)).astype(np.float16), "count": np.array(3)}
    save_file(arrays, folder / "safetensors")
    return [folder / "safetensors"] + [save(folder / form, arrays, form) for form in FORMS]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return {path.name: path.read_bytes() for path in made(folder)}


KINDS = pytest.mark.parametrize("kind", ["safetensors", *FORMS])


@KINDS
def test_files_cut_short(tmp_path, whole, kind):
    """At every twentieth of their length, and close to both ends."""
    data, path = whole[kind], tmp_path / "net"
    for length in {len(data) * n // 20 for n in range(20)} | set(range(40)) | {len(data) - n for n in range(1, 40)}:
        path.write_bytes(data[:length])
        refused(path)


@KINDS
@given(data=st.data())
def test_damaged_files_are_read_or_refused(tmp_path_factory, whole, kind, data):
    """Bytes that are others, and bytes that are gone or too many: a network or one line, never more memory."""
    content = bytearray(whole[kind])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    start = data.draw(st.integers(0, len(content)))
    content[start : start + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    path = tmp_path_factory.getbasetemp() / f"damaged.{kind}"
    path.write_bytes(content)
    try:
        found = frugal(path)
    except InputError as problem:
        assert "\n" not in str(problem)
    else:
        assert all(np.isfinite(array).all() for array in found.values())


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", MAGIC, b"\x80\x02", b"\x10\0\0\0\0\0\0\0{"]))
def test_no_file_at_all(tmp_path_factory, content, first):
    path = tmp_path_factory.getbasetemp() / "anything"
    path.write_bytes(first + content)
    refused(path)

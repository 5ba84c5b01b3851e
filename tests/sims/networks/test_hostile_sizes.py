"""Files that state more than they hold: memory is no more than the file's size warrants."""

import re
import struct
import zipfile

import numpy as np
import pytest
from support.hostile import ONES, form, refused
from support.pth_files import FILES, MAGIC, Call, Id, pickled, save, view, zipped

from sims.networks.pth import pickles
from sims.networks.weights import load

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

"""Files cut short or damaged: read, or refused in one line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file
from support.hostile import frugal, refused
from support.pth_files import FORMS, MAGIC, save

from sims.system.errors import InputError


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

"""Weights from a file: a round trip of every type, and what is refused in one line."""

import json
import os

import numpy as np
import pytest
from safetensors.numpy import save_file

from sims.networks.weights import load
from sims.system.errors import InputError
from theory.networks import residual_network, residual_shapes


def write(path, tensors):
    """A safetensors file by hand, {name: (type, shape, bytes)}: 8 bytes of length, a JSON header, the numbers."""
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, (kind, shape, data) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [end, end + len(data)]}
        end += len(data)
    text = json.dumps(header).encode()
    data = b"".join(data for _, _, data in tensors.values())
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def test_single_and_double_precision_come_back_as_they_are(tmp_path):
    rng = np.random.default_rng(0)
    tensors = {
        "features.0.weight": rng.standard_normal((4, 3, 3, 3), np.float32),
        "classifier.0.bias": rng.standard_normal(7),
        "bn1.num_batches_tracked": np.array(12),
        "mask": np.array([True, False]),
    }
    save_file(tensors, tmp_path / "weights.safetensors")
    found = load(str(tmp_path / "weights.safetensors"))
    assert set(found) == set(tensors)
    for name, array in tensors.items():
        assert found[name].dtype == array.dtype and np.array_equal(found[name], array)


def test_float16_becomes_float32(tmp_path):
    half = np.random.default_rng(1).standard_normal((5, 2)).astype(np.float16)
    save_file({"fc.weight": half}, tmp_path / "half.safetensors")
    [found] = load(tmp_path / "half.safetensors").values()
    assert found.dtype == np.float32 and np.array_equal(found, half)


def test_bfloat16_becomes_float32(tmp_path):
    """bfloat16 has 8 bits of mantissa: cut off after them, a number is off by less than 2⁻⁷ of itself."""
    exact = np.array([[1.5, -2.0, 0.0], [3.25, 2.0**-130, -(2.0**100)]], np.float32)
    drawn = np.random.default_rng(2).standard_normal(9).astype(np.float32)
    upper = lambda array: (array.view(np.uint32) >> 16).astype("<u2").tobytes()
    tensors = {
        "first": ("F32", [2], np.ones(2, "<f4").tobytes()),
        "exact": ("BF16", [2, 3], upper(exact)),
        "drawn": ("BF16", [9], upper(drawn)),
    }
    found = load(write(tmp_path / "brain.safetensors", tensors))
    assert found["exact"].dtype == np.float32 and np.array_equal(found["exact"], exact)
    assert (abs(found["drawn"] - drawn) < 2**-7 * abs(drawn)).all() and np.array_equal(found["first"], [1, 1])


def test_a_file_makes_a_network(tmp_path):
    size = dict(blocks=(1,), width=2, classes=3)
    rng = np.random.default_rng(3)
    tensors = {name: rng.uniform(0.1, 1, shape).astype(np.float32) for name, shape in residual_shapes(**size).items()}
    save_file(tensors, tmp_path / "net.safetensors")
    image = rng.standard_normal((1, 3, 32, 32), np.float32)
    picture = residual_network(load(tmp_path / "net.safetensors"), **size).attribute(image, 0)
    assert np.array_equal(picture, residual_network(tensors, **size).attribute(image, 0))


def headed(text):
    return len(text).to_bytes(8, "little") + text


def cut(path):
    save_file({"fc.weight": np.ones((9, 9))}, path)
    path.write_bytes(path.read_bytes()[:-5])


BAD = {
    "missing": (lambda path: None, "no such weights file"),
    "folder": (lambda path: path.mkdir(), "no such weights file.*: it is a folder"),
    "pipe": (lambda path: os.mkfifo(path), "no such weights file.*: it is a pipe"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "no such weights file.*: it is a device"),
    "no tensor": (lambda path: write(path, {}), "holds no tensors"),
    "endless header": (lambda path: path.write_bytes(bytes([255] * 8)), "neither a .safetensors file nor"),
    "nested": (lambda path: path.write_bytes(headed(b"[" * 10**5)), "neither a .safetensors file nor"),
    "nested items": (
        lambda path: path.write_bytes(headed(b'{"a":' + b"[" * 10**5)),
        "not a .safetensors file, or cut short",
    ),
    "beyond its end": (lambda path: write(path, {"a": ("F32", [9], b"1234")}), "not a .safetensors file, or cut short"),
    "too many numbers": (lambda path: write(path, {"a": ("F32", [0, 2**62], b"")}), "array is too big"),
    "too many axes": (lambda path: write(path, {"a": ("BF16", [1] * 99, b"ab")}), "maximum supported dimension"),
    "name of two lines": (lambda path: save_file({"a\nb": np.array([np.nan])}, path), r"a\\nb has NaN"),
    "empty": (lambda path: path.write_bytes(b""), "neither a .safetensors file nor"),
    "zip": (lambda path: path.write_bytes(b"PK\x03\x04" + bytes(200)), "not a .pth file of PyTorch's, or cut short"),
    "text": (lambda path: path.write_text("weights " * 20, encoding="utf-8"), "neither a .safetensors file nor"),
    "short": (cut, "not a .safetensors file, or cut short"),
    "nan": (lambda path: save_file({"fc.bias": np.array([1, np.nan])}, path), "fc.bias has NaN or infinite"),
    "infinite": (lambda path: save_file({"fc.bias": np.array([np.inf])}, path), "fc.bias has NaN or infinite"),
    "eight bits": (lambda path: write(path, {"fc.bias": ("F8_E4M3", [2], b"ab")}), "fc.bias holds F8_E4M3"),
}


@pytest.mark.parametrize("name", BAD)
def test_unusable_files_are_refused_in_one_line(tmp_path, name):
    make, message = BAD[name]
    path = tmp_path / "weights.safetensors"
    make(path)
    with pytest.raises(InputError, match=message) as problem:
        load(path)
    assert "\n" not in str(problem.value) and str(path) in str(problem.value)

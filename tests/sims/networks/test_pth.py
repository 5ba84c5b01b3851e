"""State dicts of PyTorch's: every type and view in both formats, checkpoints, and what is no state dict."""

import hashlib

import ml_dtypes
import numpy as np
import pytest
from support.pth_files import (
    FILES,
    FORMS,
    KINDS,
    MAGIC,
    Attributes,
    Call,
    Name,
    Raw,
    pickled,
    save,
    storage,
    view,
    zipped,
)

from sims.networks.weights import digest, load
from sims.system.errors import InputError
from theory.networks import residual_network, residual_shapes

ONES = np.ones((2, 3), np.float32)
form = pytest.mark.parametrize("form", FORMS)


def drawn(kind, shape=(3, 2, 5)):
    rng = np.random.default_rng(0)
    kind = np.dtype(getattr(ml_dtypes, kind, kind))
    whole = rng.integers(0, 2 if kind.kind == "b" else 99, shape)
    return (rng.standard_normal(shape) if kind.kind in "fV" else whole).astype(kind)


@form
@pytest.mark.parametrize("kind", KINDS)
def test_every_type_comes_back(tmp_path, form, kind):
    array, single = drawn(kind), drawn(kind, ())
    found = load(save(tmp_path / "net.pth", {"fc.weight": array, "count": single}, form))
    assert list(found) == ["fc.weight", "count"]
    for name, each in {"fc.weight": array, "count": single}.items():
        want = each.astype(np.float32) if kind in ("float16", "bfloat16") else each
        assert found[name].dtype == want.dtype and found[name].shape == want.shape
        assert np.array_equal(found[name], want) and found[name].flags.writeable


VIEWS = {
    "transposed": (0, (4, 6), (1, 4), lambda x: x.reshape(6, 4).T),
    "part": (5, (2, 3), (8, 2), lambda x: x[[[5, 7, 9], [13, 15, 17]]]),
    "repeated": (3, (5, 2), (0, 1), lambda x: np.tile(x[3:5], (5, 1))),
    "a number": (23, (), (), lambda x: x[23]),
    "empty": (24, (0, 7), (7, 1), lambda x: np.empty((0, 7))),
    "axes of one, with any stride": (0, (1, 24, 1), (10**9, 1, 10**9), lambda x: x[None, :, None]),
}


@form
@pytest.mark.parametrize("kind", ["float32", "bfloat16", "bool"])
@pytest.mark.parametrize("name", VIEWS)
def test_views_are_honoured(tmp_path, form, kind, name):
    numbers = drawn(kind, (24,))
    offset, shape, strides, want = VIEWS[name]
    stated = view("0", numbers, form, offset=offset, shape=shape, strides=strides)
    found = load(save(tmp_path / "net.pth", {"all": numbers}, form, {"a": stated, "b": view("0", numbers, form)}))
    assert found["a"].shape == shape and found["a"].flags.c_contiguous
    assert np.array_equal(found["a"], want(numbers)) and np.array_equal(found["b"], numbers)


@form
def test_a_bool_is_true_for_any_byte_but_zero(tmp_path, form):
    stated = view("0", np.zeros(3, np.uint8), form, kind="BoolStorage")
    found = load(save(tmp_path / "net.pth", {"a": np.array([0, 1, 254], np.uint8)}, form, {"a": stated}))
    assert found["a"].view(np.uint8).tolist() == [0, 1, 1]


@form
def test_one_view_twice_is_one_array(tmp_path, form):
    """As the weights of a layer that a network uses twice: they take memory once, however often they are stated."""
    stated = view("0", drawn("float16", (9999,)), form)
    names = [f"layer{number}" for number in range(40)]
    found = load(save(tmp_path / "net.pth", {"a": drawn("float16", (9999,))}, form, dict.fromkeys(names, stated)))
    assert list(found) == names and len({id(array) for array in found.values()}) == 1


@form
@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model"])
def test_the_state_dict_of_a_checkpoint(tmp_path, form, key):
    """Numbers, words and lists beside it are passed over, tensors too: they may be infinite."""
    optimizer = {"state": {140123456789: view("1", ONES)}, "rates": [0.1, (2, None, True)]}
    value = {"epoch": 90, "loss": float("nan"), key: {"a": view("0", ONES, form)}, "name": "né"}
    if form == "zip":
        value["optimizer"] = optimizer
    extra = {"1": ONES * np.inf} if form == "zip" else {}
    path = FILES[form](tmp_path / "net.pth", pickled(value), {"0": ONES, **extra})
    [(name, found)] = load(path).items()
    assert name == "a" and np.array_equal(found, ONES)


@form
def test_an_ordered_dict_with_its_versions_and_parameters(tmp_path, form):
    """What module.state_dict() is: an OrderedDict with an attribute; Parameters are tensors, with or without v2."""
    parameter = Call("torch._utils _rebuild_parameter", (view("0", ONES, form), True, Call("collections OrderedDict")))
    older = Call("torch._utils _rebuild_tensor", view("0", ONES, form).arguments[:4])
    pairs = [["a", parameter], ["b", older]]
    versions = {"_metadata": {"": {"version": 1}}, "items": 3}
    value = Attributes(Call("collections OrderedDict", (pairs,)), versions)
    found = load(save(tmp_path / "net.pth", {"a": ONES}, form, value))
    assert list(found) == ["a", "b"] and all(np.array_equal(each, ONES) for each in found.values())


def test_the_folder_in_the_archive_has_any_name_and_older_ones_say_no_byte_order(tmp_path):
    data = pickled({"a": view("0", ONES)})
    found = load(zipped(tmp_path / "a.bin", data, {"0": ONES}, byteorder=None, folder="resnet18"))
    assert np.array_equal(found["a"], ONES)


@form
def test_the_content_tells_the_format(tmp_path, form):
    assert list(load(save(tmp_path / "net.safetensors", {"a": ONES}, form))) == ["a"]


@form
def test_a_state_dict_makes_a_network(tmp_path, form):
    size = dict(blocks=(1,), width=2, classes=3)
    rng = np.random.default_rng(3)
    tensors = {name: rng.uniform(0.1, 1, shape).astype(np.float32) for name, shape in residual_shapes(**size).items()}
    image = rng.standard_normal((1, 3, 32, 32), np.float32)
    found = load(save(tmp_path / "net.pth", tensors, form))
    picture = residual_network(found, **size).attribute(image, 0)
    assert np.array_equal(picture, residual_network(tensors, **size).attribute(image, 0))
    with pytest.raises(ValueError, match=r"missing tensors: .*layer1\.1\."):
        residual_network(found, **size | {"blocks": (2,)})


@form
def test_the_digest_is_that_of_the_file(tmp_path, form):
    path = save(tmp_path / "net.pth", {"a": ONES}, form)
    assert digest(str(path)) == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(InputError, match="no such weights file"):
        digest(tmp_path / "none.pth")


OTHER = {
    "nan": ({"fc.bias": ONES * np.nan}, None, "fc.bias has NaN or infinite entries"),
    "infinite half": ({"a": np.array([np.inf], np.float16)}, None, "a has NaN or infinite entries"),
    "nothing": ({}, {}, "holds no tensors"),
    "no dict": ({"a": ONES}, [view("0", ONES)], "holds a list; accepted: a state dict"),
    "one tensor": ({"a": ONES}, view("0", ONES), "holds a Tensor; accepted: a state dict"),
    "a number among them": ({"a": ONES}, {"a": view("0", ONES), "epoch": 3}, "the entry epoch is a int"),
    "a number as a name": ({"a": ONES}, {3: view("0", ONES)}, "the entry 3 is a Tensor"),
    "two state dicts": ({"a": ONES}, {"model": {"a": view("0", ONES)}, "state_dict": {}}, "the entry model is a dict"),
    "a storage": ({"a": ONES}, {"a": storage("0", "FloatStorage", 6)}, "the entry a is a Storage"),
    "complex": ({"a": ONES}, {"a": Name("torch ComplexFloatStorage")}, "asks for torch.ComplexFloatStorage"),
    "whole network": ({}, Call("torch.nn.modules.conv Conv2d"), "asks for torch.nn.modules.conv.Conv2d"),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_is_no_state_dict_is_refused_in_one_line(tmp_path, name):
    arrays, value, message = OTHER[name]
    with pytest.raises(InputError, match=message) as problem:
        load(save(tmp_path / "net.pth", arrays, value=value))
    assert "\n" not in str(problem.value) and str(tmp_path / "net.pth") in str(problem.value)


DATA = pickled({"a": view("0", ONES, "stream")})
FILE = {
    "big-endian zip": ("zip", {"byteorder": b"big"}, "big-endian; accepted: little-endian"),
    "big-endian stream": ("stream", {"little": False}, "big-endian; accepted: little-endian"),
    "other protocol": ("stream", {"protocol": 1000}, "another protocol than torch.save's; accepted: 1001"),
    "other magic": ("stream", {"magic": MAGIC[:4] + b"\0" + MAGIC[5:]}, "a pickle, but not PyTorch's"),
    "other pickle": ("stream", {"magic": pickled({"a": 1})}, "a pickle, but not PyTorch's"),
    "folder in a folder": ("zip", {"folder": "a/b"}, "a zip archive with 0 data.pkl"),
    "no facts": ("stream", {"magic": MAGIC + pickled(1001) + pickled([])}, "big-endian"),
}


@pytest.mark.parametrize("name", FILE)
def test_files_of_another_kind_are_refused_in_one_line(tmp_path, name):
    form, changed, message = FILE[name]
    with pytest.raises(InputError, match=message):
        load(FILES[form](tmp_path / "net.pth", DATA, {"0": ONES}, **changed))


@form
def test_strings_of_python_2_and_longer_protocols_are_read(tmp_path, form):
    """Names as SHORT_BINSTRING; frames, MEMOIZE and SHORT_BINUNICODE of protocol 4, and STACK_GLOBAL."""
    stated = view("0", ONES, form)
    older = {Raw(b"U\x01a"): stated}
    newer = Raw(b"\x80\x04\x95" + bytes(8) + b"\x8c\x0bcollections\x94\x8c\x0bOrderedDict\x93)R")
    for place, value in enumerate([older, Attributes(newer, Raw(b"N"))]):
        path = tmp_path / f"{place}.pth"
        if place:
            with pytest.raises(InputError, match="holds no tensors"):
                load(FILES[form](path, pickled(value), {}))
        else:
            assert list(load(save(path, {"a": ONES}, form, value))) == ["a"]

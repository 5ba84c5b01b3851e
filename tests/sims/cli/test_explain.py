"""`explain` from the command line: files, numbers, refusals."""

import json
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image
from support import subjects
from support.commands import call, refused, tree

from sims.networks import published


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(published, "load", lambda name, weights=None: subjects.published())


@pytest.fixture
def photographs(tmp_path):
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number, name in enumerate(("a.png", "b.jpg")):
        Image.fromarray(subjects.picture(number)).save(folder / name)
    np.save(folder / "c.npy", subjects.picture(2))
    (folder / "notes.txt").write_text("not a picture", encoding="utf-8")
    return folder


def explain(capsys, out, *arguments):
    status, printed, complaints = call(capsys, "explain", "--out", out, *arguments)
    assert status == 0, complaints
    return printed, {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(out.glob("*.json"))}


def test_a_folder_is_its_pictures_one_by_one(capsys, tmp_path, photographs):
    printed, together = explain(capsys, tmp_path / "all", "--image", photographs)
    assert list(together) == ["a", "b", "c"] and "rule applied at 2 of 2 activations" in printed
    for name in ("a.png", "b.jpg", "c.npy"):
        _, alone = explain(capsys, tmp_path / name, "--image", photographs / name)
        assert alone == {name[0]: together[name[0]]}
        assert (tmp_path / name / f"{name[0]}.png").read_bytes() == (tmp_path / "all" / f"{name[0]}.png").read_bytes()


def test_a_document_says_what_was_asked_and_what_was_found(capsys, tmp_path, photographs):
    line = ["--image", photographs / "a.png", "--target", "top2", "--method", "guided", "gradient-x-input", "--save"]
    _, found = explain(capsys, tmp_path / "out", *line)
    maps = found["a"]["maps"]
    assert [each["method"] for each in maps] == ["guided", "gradient-x-input"] * 2
    assert found["a"]["weights_sha256"] == "0" * 64 and found["a"]["input"]["size"] == 24
    assert all(-1 <= each[key] <= 1 for each in maps for key in ("input", "first_layer", "other_class"))
    assert all(set(each["untrained"]) == {"input", "first_layer", "other_class"} for each in maps)
    saved = [np.load(tmp_path / "out" / f"a-{n}-{each['method']}.npy") for n, each in enumerate(maps)]
    assert [list(each.shape) for each in saved] == [each["shape"] for each in maps] == [[3, 24, 24]] * 4
    x = subjects.published().preprocess(subjects.picture())
    cosine = (saved[0] * x).sum() / np.linalg.norm(saved[0]) / np.linalg.norm(x)
    assert maps[0]["input"] == pytest.approx(cosine, abs=1e-5)


class Loads(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.pictures, self.others = 0, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ("src", "href", "srcset", "data"):
                inside = value.startswith("data:image/png;base64,")
                self.pictures += inside
                self.others += [] if inside else [value]


def test_a_page_holds_its_pictures_and_loads_nothing(capsys, tmp_path, photographs):
    _, found = explain(capsys, tmp_path / "out", "--image", photographs, "--page", "--target", "top1", "goldfish")
    text = (tmp_path / "out" / "explained.html").read_text(encoding="utf-8")
    page = Loads(text)
    assert page.others == [] and "url(" not in text and "@import" not in text
    rows = {(name, each["target"]) for name, one in found.items() for each in one["maps"]}
    assert page.pictures == sum(len(one["maps"]) for one in found.values()) + len(rows)
    assert "goldfish (3)" in text and f"{found['a']['maps'][2]['input']:.2f}".replace("-", "−") in text


def test_without_a_picture_the_photograph_is_explained(capsys, tmp_path):
    _, found = explain(capsys, tmp_path / "out")
    assert list(found) == ["grace_hopper"]


def test_layers_are_listed(capsys):
    status, printed, _ = call(capsys, "explain", "--list-layers")
    assert status == 0 and [line.split()[0] for line in printed.splitlines()] == list("01234567")


def test_what_the_network_is_given_can_be_told(capsys, tmp_path, photographs):
    labels = tmp_path / "names.txt"
    labels.write_text("\n".join(["a", "b", "c", "d", "e"]), encoding="utf-8")
    line = ["--preprocess", "caffe", "--size", 16, "--labels", labels, "--mean", 1, 2, 3]
    printed, found = explain(capsys, tmp_path / "out", "--image", photographs / "a.png", *line)
    assert found["a"]["input"]["mean"] == [1, 2, 3] and found["a"]["input"]["bgr"] and "blue, green, red" in printed
    assert found["a"]["predicted"][0]["class"][0] in "abcde" and found["a"]["maps"][0]["shape"] == [3, 16, 16]


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 1), (50, 3), (3, 60, 3)])
def test_a_picture_of_a_pixel_or_of_grey_is_explained(capsys, tmp_path, shape):
    Image.fromarray(subjects.picture(shape=shape)).save(tmp_path / "odd.png")
    _, found = explain(capsys, tmp_path / "out", "--image", tmp_path / "odd.png")
    assert len(found["odd"]["maps"]) == 3


def test_a_constant_picture_is_explained(capsys, tmp_path):
    Image.fromarray(np.full((30, 30, 3), 0, np.uint8)).save(tmp_path / "black.png")
    _, found = explain(capsys, tmp_path / "out", "--image", tmp_path / "black.png")
    assert found["black"]["maps"][0]["input"] is None  # x is 0


@pytest.mark.parametrize(
    "line, complaint",
    [
        (["--image", "nowhere.jpg"], "nowhere.jpg"),
        (["--image", "a.png", "--target", "tabbi"], "did you mean tabby"),
        (["--image", "a.png", "--target", "9"], "classes 0 to 4"),
        (["--image", "a.png", "--target", "nolayer:1"], "no node"),
        (["--image", "a.png", "--randomise-from", "nolayer"], "no node"),
        (["--image", "a.png", "--cmap", "jet"], "RdBu"),
        (["--image", "a.png", "--percentile", "20"], "50..100"),
        (["--image", "a.png", "--method", "guided", "guided"], "different"),
        (["--image", "a.png", "--std", "1", "0", "1"], "std"),
        (["--image", "a.png", "--labels", "a.png"], "UTF-8"),
        (["--image", "a.png", "broken.png"], "broken.png"),
        (["--image", "empty"], "without pictures"),
    ],
)
def test_what_can_t_be_used_is_one_line_and_nothing_is_written(capsys, monkeypatch, photographs, line, complaint):
    monkeypatch.chdir(photographs)
    (photographs / "broken.png").write_bytes((photographs / "a.png").read_bytes()[:200])
    (photographs / "empty").mkdir()
    before = tree(photographs)
    assert complaint in refused(capsys, "explain", *line)
    assert tree(photographs) == before

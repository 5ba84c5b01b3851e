"""`explain` from the command line: files, numbers, refusals."""

import json
from html.parser import HTMLParser
from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from support import subjects
from support.commands import call, refused, tree

from sims.explain import looks, panel
from sims.networks import published
from sims.networks.preprocess import PRESETS


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
    assert (
        found["a"]["weights_sha256"] == "0" * 64
        and found["a"]["untrained_networks"] == 3
        and found["a"]["input"]["size"] == 24
    )
    assert all(-1 <= each[key] <= 1 for each in maps for key in ("input", "first_layer", "other_class"))
    assert all(set(each["untrained"]) == {"input", "first_layer", "other_class"} for each in maps)
    saved = [np.load(tmp_path / "out" / f"a-{n}-{each['method']}.npy") for n, each in enumerate(maps)]
    assert [list(each.shape) for each in saved] == [each["shape"] for each in maps] == [[3, 24, 24]] * 4
    x = subjects.published().preprocess(subjects.picture())
    cosine = (saved[0] * x).sum() / np.linalg.norm(saved[0]) / np.linalg.norm(x)
    assert maps[0]["input"] == pytest.approx(cosine, abs=1e-5)


def test_two_pictures_of_one_name_are_told_apart(capsys, tmp_path, photographs):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.png").write_bytes((photographs / "b.jpg").read_bytes())
    (tmp_path / "more" / "._a.png").write_bytes(b"what a Mac leaves beside a picture")
    line = ["--image", photographs / "a.png", tmp_path / "more", "--page"]
    _, found = explain(capsys, tmp_path / "out", *line)
    assert {name: each["picture"] for name, each in found.items()} == {
        "a": str(photographs / "a.png"),
        "a-2": str(tmp_path / "more" / "a.png"),
    }
    assert "<h2>a-2</h2>" in (tmp_path / "out" / "explained.html").read_text(encoding="utf-8")


def test_what_was_redrawn_is_said_everywhere(capsys, tmp_path, photographs):
    line = ["--image", photographs / "a.png", "--page", "--randomise-from", "3", "--untrained", 0, "--seed", 4]
    printed, found = explain(capsys, tmp_path / "out", *line)
    page = (tmp_path / "out" / "explained.html").read_text(encoding="utf-8")
    for text in (printed, page):
        assert "weights drawn at random from 3 up; seed 4" in text and "trained" in text and "in brackets" not in text
    assert found["a"]["redrawn_from"] == "3" and all("trained" in each for each in found["a"]["maps"])
    explain(capsys, tmp_path / "plain", "--image", photographs / "a.png", "--page")
    assert "<li>trained" not in (tmp_path / "plain" / "explained.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        ["--look", "colour"],
        ["--cmap", "PuOr"],
        ["--percentile", "90"],
        ["--scale", "shared"],
        ["--overlay", "0.5"],
        ["--look", "colour", "--overlay", "0.5"],
    ],
    ids=" ".join,
)
def test_every_look_is_another_figure_with_its_words(capsys, tmp_path, photographs, line):
    _, plain = explain(capsys, tmp_path / "plain", "--image", photographs / "a.png")
    _, found = explain(capsys, tmp_path / "out", "--image", photographs / "a.png", *line)
    assert found["a"]["shown"] != plain["a"]["shown"]
    assert (tmp_path / "plain" / "a.png").read_bytes() != (tmp_path / "out" / "a.png").read_bytes()


def test_means_turn_with_the_channels(capsys, tmp_path, photographs):
    line = ["--image", photographs / "a.png", "--preprocess", "torchvision", "--bgr", "--size", 24]
    _, found = explain(capsys, tmp_path / "out", *line)
    given = found["a"]["input"]
    assert given["bgr"] and given["mean"] == list(PRESETS["torchvision"].mean[::-1])
    _, told = explain(capsys, tmp_path / "told", *line, "--mean", 1, 2, 3)
    assert told["a"]["input"]["mean"] == [1, 2, 3] and told["a"]["input"]["std"] == given["std"]


def test_colours_are_those_of_a_convention_with_blue_first(capsys, tmp_path, photographs, monkeypatch):
    """Not of the option --bgr alone: the figure has the colours of the map, red first."""
    seen = []
    monkeypatch.setattr(looks, "channels", lambda values, look: seen.append(look.bgr) or values.sum(axis=0))
    explain(capsys, tmp_path / "out", "--image", photographs / "a.png", "--preprocess", "caffe", "--size", 24)
    assert seen and all(seen)


@pytest.mark.parametrize("line", [["--method", "guided"], ["--overlay", "0.5"], ["--method", "guided", "saliency"]])
def test_no_word_of_a_figure_is_cut_off(capsys, tmp_path, photographs, line, monkeypatch):
    drawn = []
    monkeypatch.setattr(panel, "pixels", lambda figure, tight: drawn.append(figure) or np.zeros((9, 9, 3), np.uint8))
    (photographs / ("a long name " * 6 + ".png")).write_bytes((photographs / "a.png").read_bytes())
    explain(capsys, tmp_path / "out", "--image", photographs, "--untrained", 1, "--randomise-from", "3", *line)
    for figure in drawn:
        width, height = figure.get_size_inches() * figure.dpi
        renderer = FigureCanvasAgg(figure).get_renderer()
        boxes = [text.get_window_extent(renderer) for text in figure.texts]
        assert min(box.x0 for box in boxes) >= 0 and max(box.x1 for box in boxes) <= width
        assert min(box.y0 for box in boxes) >= 0 and max(box.y1 for box in boxes) <= height
        assert not [1 for a, b in combinations(boxes, 2) if a.overlaps(b)]


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
    names, shapes = zip(*(line.split()[:2] for line in printed.splitlines()))
    assert status == 0 and names == tuple("01234567")
    assert shapes == ("6×12×12", "6×12×12", "6×12×12", "8×12×12", "8×12×12", "8×1×1", "8", "5")


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
        (["--image", "a.png", "--percentile", "abc"], "takes a number"),
        (["--image", "a.png", "--std", "1e-40", "1", "1"], "std"),
        (["--image", "a.png", "--mean", "1e300", "0", "0"], "mean"),
        (["--image", "a" * 300], "can't be read"),
        (["--image", "a.png", "--out", "."], "would replace"),
        (["--image", ".", "--out", "../photographs"], "would replace"),
        (["--image", "a.png", "long.png", "--preprocess", "torchvision"], "long.png: a picture of"),
        (["--image", "a.png", "--labels", "two.txt"], "2 names for 5 classes"),
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
    (photographs / "two.txt").write_text("a\nb\n", encoding="utf-8")
    Image.new("L", (400_000, 3)).save(photographs / "long.png")
    if "." in line:  # a folder that holds nothing else
        (photographs / "long.png").unlink(), (photographs / "broken.png").unlink()
    before = tree(photographs)
    assert complaint in refused(capsys, "explain", *line)
    assert tree(photographs) == before

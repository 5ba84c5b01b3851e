"""The pictures of one random network: what is drawn, and that no two lie in one file."""

import shutil

import numpy as np
import pytest
from PIL import Image
from support.commands import call, tree

from sims.data import images
from sims.ensembles.three_layer import ThreeLayer
from sims.explain.show import panel
from sims.random import stream
from sims.report.figures.canvas import pixels
from sims.report.figures.panels import row_of
from theory.laws.three_layer import expected_cosine, limit_cosine
from theory.metrics.similarity import cosine
from theory.rules import RULES


def files(folder):
    return {name.removeprefix("figures/") for name in tree(folder) if name.startswith("figures/")}


def test_every_rule_and_the_limit_are_drawn(capsys, tmp_path, picture):
    status, printed, _ = call(capsys, "show", "--image", picture, "--size", 32, "--filters", 8, "--out", tmp_path)
    assert status == 0 and "guided" in printed and "exact limit" in printed
    assert files(tmp_path) == {f"show-holiday.jpg-size-32-filters-8.{kind}" for kind in ("png", "csv")}


def test_the_table_holds_each_rule_s_cosine_and_law(capsys, tmp_path, picture):
    """Against the pictures themselves: the same network, drawn here."""
    line = ["--size", 32, "--filters", 8, "--kernel", 5, "--stride", 1, "--seed", 4, "--out", tmp_path]
    assert call(capsys, "show", "--image", picture, *line)[0] == 0
    [path] = (tmp_path / "figures").glob("*.csv")
    header, *rows = (row.split(",") for row in path.read_text(encoding="utf-8").splitlines())
    assert header == ["picture", "cosine_with_x", "law"]
    image = images.load(picture, 32)
    network = ThreeLayer(image, 5, 1, filters=8)
    [drawn] = network.pictures(stream(4, "show", 8, 5, 1, None), 1, list(RULES))
    expected = {rule: cosine(found, image) for rule, found in zip(RULES, drawn)}
    expected |= {f"exact limit of {rule}": 0.0 for rule in ("saliency", "deconvnet")}
    expected["exact limit of guided"] = limit_cosine(image, 5)
    assert {name: float(value) for name, value, _ in rows} == pytest.approx(expected, abs=1e-9)
    assert len(set(expected.values())) == 5
    laws = {name: law for name, _, law in rows if law}
    assert {name: float(law) for name, law in laws.items()} == pytest.approx(
        {"saliency": 0.0, "deconvnet": 0.0, "guided": expected_cosine(image, 5, filters=8)}, abs=1e-9
    )


def test_other_pictures_and_other_settings_are_other_files(capsys, empty, picture):
    shutil.copy(picture, empty / "a.b.jpg")
    Image.open(picture).save(empty / "a.b.png")
    small = ["--size", 16, "--kernel", 3, "--filters", 2]
    lines = [
        ["--image", "a.b.jpg", *small],
        ["--image", "a.b.png", *small],
        ["--image", "a.b.jpg", *small, "--seed", 1],
        ["--image", "a.b.jpg", *small, "--stride", 1],
        ["--image", "a.b.jpg", *small, "--pool", 2],
        ["--image", "a.b.jpg", *small, "--rule", "guided"],
        ["--image", "signs", *small],
    ]
    paths = [call(capsys, "show", *line)[1].splitlines()[-1] for line in lines]
    assert len(set(paths)) == len(lines) and len(files(empty / "out")) == 2 * len(lines)
    table = empty / f"{paths[0].removesuffix('png')}csv"
    before = table.read_bytes()
    assert call(capsys, "show", *lines[0])[1].splitlines()[-1] == paths[0]
    assert table.read_bytes() == before


def test_any_name_can_stand_above_a_picture(capsys, empty):
    """Neither mathematics nor a script that the font lacks."""
    for name in ("$\\frac$.png", "猫.png", "a%s{b}.png"):
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 20), dtype=np.uint8)).save(empty / name)
        line = ["--image", name, "--size", 8, "--kernel", 3, "--filters", 2, "--rule", "guided"]
        status, _, complaint = call(capsys, "show", *line)
        assert (status, complaint) == (0, "")


def test_the_console_says_the_laws_the_limits_and_the_crop(capsys, tmp_path, picture):
    small = ["show", "--image", picture, "--size", 32, "--filters", 8, "--out", tmp_path]
    printed = call(capsys, *small)[1]
    law = expected_cosine(images.load(picture, 32), 7, 2, filters=8)
    assert f", law {law:.3f}" in printed and printed.count(", law 0.000") == 2
    assert printed.count("0: all of it is noise") == 2 and "central square, resized to 32×32" in printed
    wide = call(capsys, *small, "--pool", 3)[1]
    assert "windows of 3×3 have none in closed form" in wide and "exact limit" not in wide


def test_a_picture_s_pixels_are_shown_as_they_are(capsys, tmp_path):
    """Of a small one each as a square of whole pixels; of a large one the middle, pixel by pixel."""
    rng = np.random.default_rng(5)
    assert panel(rng.standard_normal((3, 32, 32))).shape == (224, 224, 3)
    large = rng.standard_normal((3, 300, 300))
    shown = panel(large)
    np.testing.assert_array_equal(shown, images.as_shown(large)[38:262, 38:262] / 255)
    figure = row_of([shown], ["x"], "One picture")
    found = pixels(figure, tight=False)
    [place] = [axes.get_window_extent().extents.round().astype(int) for axes in figure.axes]
    kept = found[found.shape[0] - place[3] : found.shape[0] - place[1], place[0] : place[2]]
    np.testing.assert_array_equal(kept, (shown * 255).round().astype(np.uint8))

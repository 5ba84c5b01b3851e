"""`evaluate` from the command line: files, numbers, going on after an interrupt, refusals."""

import csv
import json
import os
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from support import subjects
from support.commands import call, refused, tree

from sims.evaluate import run, settings
from sims.networks import published
from theory.layers import AveragePool2d, Conv2d, Flatten, Linear, ReLU
from theory.networks import Sequential

MEASURES = ["classes", "perturbation"]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(published, "load", lambda name, weights=None: subjects.published())
    monkeypatch.setattr(settings.Settings, "__init__", with_defaults(settings.Settings.__init__))


def with_defaults(init):
    """Of a network of 24 pixels a side."""
    return lambda self, **given: init(self, **{"width": 4, "confidence": 0.0, "shares": (0.1, 0.5, 0.9), **given})


@pytest.fixture
def folder(tmp_path):
    """Five photographs with a file of labels and one of boxes beside their folder."""
    path = tmp_path / "photographs"
    path.mkdir()
    for number in range(5):
        Image.fromarray(subjects.picture(number)).save(path / f"{number}.png")
    lines = lambda rows: "\n".join(rows) + "\n"
    (tmp_path / "labels.csv").write_text(lines(["file,label", *(f"{n}.png,{n}" for n in range(5))]), "utf-8")
    (tmp_path / "boxes.csv").write_text(lines(["file,xmin,ymin,xmax,ymax", "0.png,3,3,15,20"]), "utf-8")
    return path


def evaluate(capsys, out, *arguments):
    status, printed, complaints = call(capsys, "evaluate", "--workers", 1, "--out", out, *arguments)
    assert (status, complaints) == (0, ""), complaints
    return printed, {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


def rows(files, name):
    return list(csv.DictReader(files[name].decode().splitlines()))


def test_everything_that_is_asked_is_written_and_told(capsys, tmp_path, folder):
    extras = ["--labels", tmp_path / "labels.csv", "--boxes", tmp_path / "boxes.csv"]
    printed, files = evaluate(capsys, tmp_path / "out", "--images", folder, *extras)
    measures = {"pointing", "perturbation", "boundary", "classes"}
    tables = {"means.csv", "differences.csv", "images.csv", "run.json"}
    assert set(files) == tables | {f"{name}.svg" for name in measures}
    assert {row["measure"] for row in rows(files, "means.csv")} == measures
    assert {row["method"] for row in rows(files, "means.csv")} == {"saliency", "deconvnet", "guided", "1 − confidence"}
    assert len({row["image"] for row in rows(files, "images.csv")}) == 5
    assert "5 of 5 labelled ones" not in printed and "labelled ones predicted right" in printed
    assert "images per second" in printed and "AUC of errors" in printed and "open: " in printed
    assert json.loads(files["run.json"])["photographs"] == 5


def test_a_mean_is_that_of_its_images(capsys, tmp_path, folder):
    _, files = evaluate(capsys, tmp_path / "out", "--images", folder, "--measure", "classes", "--method", "guided")
    own = [row for row in rows(files, "images.csv") if (row["measure"], row["number"]) == ("classes", "cosine")]
    [mean] = [row for row in rows(files, "means.csv") if row["number"] == "cosine"]
    assert float(mean["value"]) == pytest.approx(sum(float(row["value"]) for row in own) / 5)
    assert float(mean["low"]) < float(mean["value"]) < float(mean["high"])


def test_an_interrupt_is_told_and_the_same_command_goes_on(capsys, tmp_path, folder, monkeypatch):
    line = ["--images", folder, "--measure", *MEASURES]
    _, whole = evaluate(capsys, tmp_path / "whole", *line)
    done = run.measure

    def interrupted(evaluator, job, *more):
        if job.subject.name == "3.png":
            raise KeyboardInterrupt
        return done(evaluator, job, *more)

    monkeypatch.setattr(run, "measure", interrupted)
    status, printed, complaint = call(capsys, "evaluate", "--workers", 1, "--out", tmp_path / "out", *line)
    assert (status, printed) == (130, "") and "finished is on disk" in complaint
    assert os.listdir(tmp_path / "out") == ["finished"]
    monkeypatch.setattr(run, "measure", done)
    printed, again = evaluate(capsys, tmp_path / "out", *line)
    assert again == whole and "2 images in" in printed and "3 were on disk" in printed
    assert "0 images in" in evaluate(capsys, tmp_path / "out", *line)[0]


def test_a_limit_takes_some_at_random_and_a_larger_one_adds_to_them(capsys, tmp_path, folder):
    names = []
    for limit in (2, 4):
        line = ["--images", folder, "--measure", "classes", "--limit", limit]
        printed, files = evaluate(capsys, tmp_path / "out", *line)
        names.append({row["image"] for row in rows(files, "images.csv")})
    assert len(names[0]) == 2 and len(names[1]) == 4 and names[0] < names[1] and "2 were on disk" in printed


@pytest.fixture
def colours(tmp_path, monkeypatch):
    """A network that knows red, green, blue and white, and a folder of them."""
    readout = np.float32([[8, -4, -4], [-4, 8, -4], [-4, -4, 8], [2, 2, 2], [-9, -9, -9]])
    layers = [
        Conv2d(np.eye(3, dtype=np.float32)[:, :, None, None]),
        ReLU(),
        AveragePool2d(),
        Flatten(),
        Linear(readout),
    ]
    network = replace(subjects.published(), network=Sequential(layers))
    monkeypatch.setattr(published, "load", lambda name, weights=None: network)
    path = tmp_path / "colours"
    path.mkdir()
    for name, colour in {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "white": (1, 1, 1)}.items():
        Image.fromarray((subjects.picture() // 4 + 191) * np.uint8(colour)).save(path / f"{name}.png")
    return path


def test_grid_and_cascade_have_their_figures(capsys, tmp_path, colours):
    measures = ["--measure", "grid", "cascade", "--stages", 2, "--draws", 1, "--law", "permutation"]
    _, files = evaluate(capsys, tmp_path / "out", "--images", colours, *measures, "--method", "gradient-x-input")
    [grid] = [row for row in rows(files, "images.csv") if (row["measure"], row["number"]) == ("grid", "energy")]
    assert sorted(grid["image"].split(" + ")) == ["blue.png", "green.png", "red.png", "white.png"]
    assert 0.3 < float(grid["value"]) <= 1
    assert {"grid.svg", "cascade.svg"} <= set(files)
    assert len({row["number"] for row in rows(files, "means.csv") if row["measure"] == "cascade"}) == 3 * 2 * 2
    assert json.loads(files["run.json"])["settings"]["law"] == "permutation"


@pytest.mark.parametrize(
    "words, said",
    [
        (["--images", "nowhere"], "nowhere: no such folder"),
        (["--images", "."], "without pictures"),
        (["--labels", "x.csv"], "give --images"),
        (["--images", "photographs", "--measure", "boundary"], "give --labels FILE"),
        (["--images", "photographs", "--measure", "pointing"], "it needs --boxes"),
        (["--images", "photographs", "--boxes", "labels.csv"], "not the columns file, xmin"),
        (["--images", "photographs", "--labels", "boxes.csv"], "neither columns file and label"),
        (["--images", "photographs", "--method", "guided", "guided"], "guided 2 times"),
        (["--images", "photographs", "--measure", "sharpness"], "invalid choice: 'sharpness'"),
        (["--images", "photographs", "--limit", "0"], "a whole number from 1"),
        (["--images", "photographs", "--draws", "0"], "a whole number from 1"),
        (["--images", "photographs", "--out", "labels.csv"], "can't be written"),
    ],
)
def test_what_can_t_be_used_is_refused_and_nothing_written(capsys, tmp_path, folder, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    assert said in refused(capsys, "evaluate", *words)
    assert tree(tmp_path) == before


def test_too_few_photographs_for_a_mosaic_are_refused(capsys, tmp_path, folder):
    line = ["--workers", 1, "--images", folder, "--limit", 3, "--measure", "grid", "--out", tmp_path / "out"]
    assert "fewer than four photographs of different classes" in refused(capsys, "evaluate", *line)
    assert os.listdir(tmp_path / "out") == ["finished"]


def test_the_help_teaches(capsys):
    status, printed, _ = call(capsys, "evaluate", "--help")
    words = " ".join(printed.split())
    assert status == 0 and "For example: gbp-theory evaluate --images FOLDER" in words
    assert all(name in words for name in ("MoRF", "Eq. 11", "Eq. 12", "n01440764_tench.jpg", "Ctrl-C"))

"""Figures: found by the claim's id, one format each."""

import io
import json
import re
import sys
import textwrap
from importlib import import_module

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from sims.claims import all_claims
from sims.report import figures
from sims.report.figures import canvas, deciding, facets, figures_of, panels, plot

SHARED = {
    "photographed",
    "canvas",
    "deciding",
    "facets",
    "marks",
    "overview",
    "panels",
    "sketch",
}  # several claims' or none's
DRAWN = """
def draw(folder, name, result):
    path = folder / f"{name}.svg"
    path.write_text(result["claim"], encoding="utf-8")
    return path


FIGURES = {"first": draw, "second": draw}
"""


ROW = {  # a value that is 0, and equal to its law
    **{"name": "zero", "what": "a quantity whose name is long enough to be wrapped " * 4, "kind": "law"},
    **{"estimate": 0.0, "low": 0.0, "high": 0.0, "law": 0.0, "margin": 0.0, "verdict": "certified"},
}


@pytest.fixture
def results(tmp_path):
    """A folder with the result of a claim that is in no list."""
    (tmp_path / "results").mkdir()
    result = {"claim": "planted", "group": "elsewhere", "title": "Planted", "rows": [ROW]}
    (tmp_path / "results" / "planted.json").write_text(json.dumps(result), encoding="utf-8")
    return tmp_path


@pytest.fixture
def plant(tmp_path_factory, monkeypatch):
    """Put a module beside those of the figures."""
    folder = tmp_path_factory.mktemp("modules")
    monkeypatch.setattr(figures, "__path__", [*figures.__path__, str(folder)])
    yield lambda source: (folder / "planted.py").write_text(source, encoding="utf-8")
    sys.modules.pop("sims.report.figures.planted", None)


def test_a_claim_s_figures_are_found_by_its_id(results, plant):
    plant(DRAWN)
    assert [path.name for path in plot(results)] == ["first.svg", "second.svg", "notation.svg"]
    assert (results / "second.svg").read_text(encoding="utf-8") == "planted"


def test_a_claim_without_a_module_is_shown_by_the_rows_that_decide_it(results):
    assert figures_of("planted") == {"planted": deciding.decides}
    assert [path.name for path in plot(results)] == ["planted.svg", "notation.svg"]
    table = (results / "figures" / "planted.csv").read_text(encoding="utf-8").splitlines()
    assert table == ["name,estimate,low,high,law,printed", "zero,0.0,0.0,0.0,0.0,"]


def test_readings_of_one_quantity_share_a_strip():
    rows = [dict(ROW, name="0.95", printed=0.95), dict(ROW, name="0.99", printed=0.99), dict(ROW, what="another")]
    assert [len(own) for own in deciding.together(rows).values()] == [2, 1]


@pytest.mark.parametrize(
    "numbers, least",
    [
        (dict.fromkeys(("estimate", "low", "high", "law"), 0.0), 1.0),
        (dict(estimate=400.0, low=399.9, high=400.1, law=400.0), 8.0),
        (dict(estimate=0.5, low=0.4, high=0.6, law=0.5, margin=1.0), 2.0),
    ],
)
def test_an_axis_of_equal_numbers_is_wide_enough_to_read(numbers, least):
    low, high = deciding.window([{**ROW, "margin": 0.0, **numbers}])
    assert low < numbers["low"] <= numbers["high"] < high and high - low >= least


@pytest.mark.parametrize("width", [12, 20, 76])
def test_a_headline_has_lines_of_about_one_length(width):
    sentence = "Depth takes the class out of one rule and not out of another"
    lines = facets.balanced(sentence, width).split("\n")
    assert " ".join(lines) == sentence and max(map(len, lines)) <= width
    assert len(lines) == len(textwrap.wrap(sentence, width))
    assert facets.balanced("", width) == ""


def test_a_key_names_the_printed_first_then_the_law_and_the_simulation():
    labels = ["limit", "simulated, with its interval", "our law of wide layers", "as printed: zero"]
    assert sorted(labels, key=facets.rank) == labels[::-1]


@pytest.mark.parametrize("headline", ["one line", "two\nlines"])
def test_pictures_stand_in_a_row_pixel_by_pixel(headline):
    """Every pixel is a pixel of the PNG, wherever the picture stands."""
    drawn = np.random.default_rng(0).integers(0, 256, (3, 31, 43))
    figure = panels.row_of([each / 255 for each in drawn], ["a", "b", "c"], headline, "note", columns=2)
    found = canvas.pixels(figure, tight=False)[..., 0].astype(int)
    for each in drawn:
        windows = np.lib.stride_tricks.sliding_window_view(found, each.shape)
        assert (abs(windows - each) <= 1).all(axis=(2, 3)).sum() == 1  # a grey level of rounding


def test_a_crop_is_the_middle_and_a_small_picture_is_enlarged_by_a_whole_factor():
    picture = np.arange(100.0).reshape(10, 10)
    assert (panels.shown(picture, 4) == picture[3:7, 3:7]).all()
    assert (panels.shown(picture, 25)[::2, ::2] == picture).all() and panels.shown(picture, 25).shape == (20, 20)


def test_a_row_that_is_its_own_law_has_no_point():
    axes = Figure().subplots()
    facets.rows_along(axes, [ROW, {**ROW, "high": 0.1, "printed": 0.5, "printed_side": "at most"}], ["exact", "drawn"])
    assert [each.get_label() for each in axes.containers] == ["simulated, with its interval"]
    assert [each.get_text() for each in axes.texts] == ["0.00", "", "0.00"]  # an arrow has no words


def test_a_broken_module_is_not_taken_for_none(plant):
    plant("import sims.no_such_module")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        figures_of("planted")


def test_every_module_with_figures_is_a_claim_s():
    files = {path.stem for folder in figures.__path__ for path in canvas.Path(folder).glob("*.py")} - {"__init__"}
    assert files - SHARED <= set(all_claims()) and SHARED <= files
    assert all(figures_of(name) for name in files - SHARED)
    assert not [name for name in SHARED if hasattr(import_module(f"{figures.__name__}.{name}"), "FIGURES")]


def some_figure():
    with matplotlib.rc_context(canvas.STYLE):
        figure = Figure((4, 3))
        axes = figure.subplots()
        axes.plot(np.geomspace(0.1, 10, 30), np.linspace(0, 1, 30), "o-", color=canvas.BLUE, label=r"$\hat y_j^2$")
        axes.set(xscale="log", title="Title")
        axes.legend()
        return figure


@pytest.mark.parametrize("kind, other", [("png", "svg"), ("svg", "png")])
def test_a_figure_has_one_format_and_the_stale_one_goes(tmp_path, kind, other):
    (tmp_path / "figures").mkdir()
    for name in (f"mine.{other}", f"mine.{kind}", f"yours.{other}", "mine.txt"):
        (tmp_path / "figures" / name).write_text("old", encoding="utf-8")
    path = canvas.save(some_figure(), tmp_path, "mine", {"table": {"x": [1, 2], "y": [3, 4]}}, kind)
    assert path == tmp_path / "figures" / f"mine.{kind}" and path.stat().st_size > 1000
    found = {each.name for each in path.parent.iterdir()}
    assert found == {f"mine.{kind}", "mine.csv", f"yours.{other}", "mine.txt"}
    assert (path.parent / "mine.csv").read_text(encoding="utf-8") == "x,y\n1,3\n2,4\n"


def test_an_svg_says_neither_when_nor_by_which_version_it_was_drawn():
    with matplotlib.rc_context(canvas.STYLE):
        first, again = canvas.svg(some_figure()), canvas.svg(some_figure())
    assert first == again and matplotlib.__version__ not in first and "<dc:date>" not in first


@pytest.mark.parametrize("shift, alike", [(1e-13, True), (1e-3, False)])
def test_an_svg_is_the_same_where_no_eye_sees_a_difference(shift, alike):
    """A layout that is solved for ends in other last digits each time."""
    texts = []
    for each in (0, shift):
        figure = Figure()
        axes = figure.add_axes([0.1234567, 0.1234567, 0.7654321 + each, 0.7654321])
        axes.plot([1, 2], [3, 5])
        axes.set_axis_off()  # whose ticks lie on hundredths
        texts.append(canvas.svg(figure))
    assert (texts[0] == texts[1]) == alike and "url(#clip0)" in texts[0]


def test_a_shortened_svg_has_every_letter_and_place():
    """Names that are used are defined, and numbers are the same to a hundredth."""
    with matplotlib.rc_context(canvas.STYLE):
        short, full = canvas.svg(some_figure()), io.StringIO()
        some_figure().savefig(full, format="svg", bbox_inches="tight")
    used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', short)
    assert {name for pair in used for name in pair if name} <= set(re.findall(r'id="([^"]+)"', short))
    kept, whole = numbers(short), numbers(full.getvalue())
    assert len(kept) == len(whole) > 1000
    assert np.allclose(kept, whole, rtol=0, atol=0.01)
    assert all(a == b for a, b in zip(kept, whole) if abs(b) < 1)  # scales of letters


def numbers(svg):
    """The numbers that an SVG draws with, without those in its names."""
    drawn = re.sub(r'<!--.*?-->|(href|id|clip-path)="[^"]*"', "", svg[svg.index("<defs>") :])
    return [float(each) for each in re.findall(r"(?<![\w.#])-?\d+\.?\d*", drawn)]

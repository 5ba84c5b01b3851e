"""Two sets of results, row by row."""

import json
import subprocess

import pytest

from sims.cli.main import main
from sims.report import compare
from sims.report.compare import APPEARED, BEYOND, LAST_DIGIT, SAME, TERMS, VANISHED, VERDICT, WITHIN
from sims.system.errors import InputError


def row(name="a", estimate=0.5, half=0.1, verdict="holds", control="refuted", **terms):
    found = dict(name=name, estimate=estimate, low=estimate - half, high=estimate + half, verdict=verdict)
    declared = dict(printed=None, exact=0.5, margin=0.2, printed_margin=0.2, printed_side=None)
    return {**found, **declared, "control": {"verdict": control}, **terms}


def kind(old, new):
    [change] = compare.compare([dict(claim="c", rows=[old])], [dict(claim="c", rows=[new])])
    return change.kind


@pytest.mark.parametrize(
    "new, expected",
    [
        (row(), SAME),
        (row(estimate=0.502), LAST_DIGIT),
        (row(estimate=0.55), WITHIN),
        (row(estimate=0.7), BEYOND),
        (row(exact=0.6), TERMS),
        (row(margin=0.3), TERMS),
        (row(exact=0.5 + 1e-13), SAME),
        (row(verdict="refuted"), VERDICT),
        (row(control="inconclusive"), VERDICT),
    ],
)
def test_what_became_of_a_row(new, expected):
    assert kind(row(), new) == expected


def test_points_have_their_own_digits():
    point = lambda value, margin: row(estimate=value, half=0.0, margin=margin)
    assert kind(point(6e-16, 2e-14), point(4e-16, 2e-14)) == LAST_DIGIT
    assert kind(point(0.9, 0.1), point(0.9 + 1e-13, 0.1)) == LAST_DIGIT
    assert kind(point(0.9, 0.1), point(0.91, 0.1)) == BEYOND


def test_rows_that_appear_and_vanish_are_named():
    old, new = [dict(claim="c", rows=[row("a"), row("b")])], [dict(claim="c", rows=[row("b"), row("d")])]
    changes = compare.compare(old, new)
    assert [(change.row, change.kind) for change in changes] == [("a", VANISHED), ("b", SAME), ("d", APPEARED)]
    assert compare.summary(changes) == "3 rows: 1 as before, 1 appeared, 1 vanished, no verdict changed"


def save(folder, *rows):
    (folder / "results").mkdir(parents=True)
    document = dict(claim="c", group="g", rows=list(rows))
    (folder / "results" / "c.json").write_text(json.dumps(document), encoding="utf-8")


def test_a_changed_verdict_is_status_1(tmp_path, capsys):
    save(tmp_path / "old", row("a"), row("b"))
    save(tmp_path / "new", row("a", verdict="refuted"), row("b", 0.55))
    assert main(["compare", str(tmp_path / "old"), str(tmp_path / "new"), "--brief"]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("c a: changed verdict") and len(printed) == 2
    assert printed[1] == "2 rows: 0 as before, 1 moved within their interval, 1 verdict changed"
    assert main(["compare", str(tmp_path / "old"), str(tmp_path / "old")]) == 0


def test_a_revision_stands_for_what_is_committed(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path, row("a"))
    git = ["git", "-c", "user.name=n", "-c", "user.email=e"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True)
    assert main(["compare", "HEAD", "."]) == 0
    assert capsys.readouterr().out == "1 rows: 1 as committed, no verdict changed\n"


@pytest.mark.parametrize("source", ["nowhere", "--output=x"])
def test_what_is_neither_folder_nor_revision_is_refused(tmp_path, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="neither a folder"):
        compare.load(source)


def test_what_was_not_run_again_is_kept():
    """A run takes other seconds, whatever it finds."""
    old = [dict(claim="a", rows=[], seconds=1.0), dict(claim="b", rows=[], seconds=2.0)]
    new = [dict(claim="a", rows=[], seconds=1.0), dict(claim="b", rows=[], seconds=2.1), dict(claim="c", rows=[])]
    assert compare.kept(old, new) == ["a"]

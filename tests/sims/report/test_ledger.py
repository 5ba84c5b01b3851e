"""The ledger: what it says of a result that is not as expected."""

import json
from pathlib import Path

import pytest

from sims.report import ledger

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def result():
    return json.loads((ROOT / "results" / "lemma1.json").read_text(encoding="utf-8"))


def written(result, folder):
    (folder / "results").mkdir(exist_ok=True)
    (folder / "results" / "lemma1.json").write_text(json.dumps(result), encoding="utf-8")
    return ledger.report(folder).read_text(encoding="utf-8")


def test_a_verdict_that_is_not_as_expected_is_told_in_the_table_and_above_its_rows(tmp_path, result):
    assert "not as expected" not in written(result, tmp_path)
    name = result["rows"][0]["name"]
    told = written({**result, "changed": [name]}, tmp_path)
    assert told.count(f"(not as expected: {name})") == 1 and told.count("**(not as expected)**") == 1


def test_surprises_come_first_and_all_are_counted(tmp_path, result):
    (tmp_path / "results").mkdir()
    verdicts = ("holds", "refuted", "not printed", "corrected", "inconclusive")
    for name, verdict in zip("abcde", verdicts):
        planted = {**result, "claim": name, "title": f"Title {verdict}", "verdict": verdict, "law_verdict": None}
        (tmp_path / "results" / f"{name}.json").write_text(json.dumps(planted), encoding="utf-8")
    text = ledger.report(tmp_path).read_text(encoding="utf-8")
    order = ["refuted", "corrected", "inconclusive", "holds", "not printed"]
    for start in (0, text.index("## How to read a verdict")):
        places = [text.index(f"Title {verdict}", start) for verdict in order]
        assert places == sorted(places)
    assert "5 statements: ✔ holds: **1** · ◐ corrected: **1** · ✘ refuted: **1** · ? inconclusive: **1**" in text


def test_a_claim_is_shown_by_its_words_its_figure_and_the_rows_that_decide(tmp_path, result):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "lemma1.svg").write_text("", encoding="utf-8")
    name = result["rows"][1]["name"]
    words = dict(said="It is said.", true="It is true.", meaning="It means this.", headline=name, decides=[name])
    text = written({**result, **words}, tmp_path)
    assert text.count("figures/lemma1.svg") == 2 and text.count("It is said.") == 2
    before, folded = text.split("### " + result["title"])[1].split("<details>")
    row = f"| *identity*: {result['rows'][1]['what']} |"
    assert before.count("It is true.") == before.count("It means this.") == 1
    assert row in before and before.count("\n| ") == 2 and folded.count("| identity: ") == len(result["rows"])


def test_a_run_with_other_settings_shows_rows_that_it_has(tmp_path, result):
    text = written({**result, "headline": "absent", "decides": ["absent"]}, tmp_path)
    assert "absent" not in text and result["rows"][0]["what"] in text

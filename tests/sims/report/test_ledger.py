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
    assert told.count(f"(not as expected: {name})") == 2

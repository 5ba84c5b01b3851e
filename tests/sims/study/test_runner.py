"""Claims in processes give the numbers that are committed."""

from pathlib import Path

import pytest

from sims.cli.main import main
from sims.report import compare

ROOT = Path(__file__).resolve().parents[3]
SOME = "definitions", "lemma1", "theorem1_image", "boundaries"


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 3])
def test_some_claims_give_the_committed_rows(tmp_path, workers):
    """To the last digit, where another processor rounds otherwise."""
    assert main(["verify", *SOME, "--workers", str(workers), "--out", str(tmp_path)]) == 0
    committed = [result for result in compare.load(ROOT) if result["claim"] in SOME]
    changes = compare.compare(committed, compare.load(tmp_path))
    moved = [change.line() for change in changes if change.kind not in (compare.SAME, compare.LAST_DIGIT)]
    assert len(changes) > 15 and not moved

"""The table of mutants fits the code: each defect has its place, and its tests are there."""

import pytest
from support.mutants import MUTANTS, ROOT, broken


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.before[:40]}")
def test_every_mutant_has_its_place(mutant):
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert broken(mutant, text) != text
    assert (ROOT / "tests" / mutant.tests).exists()

"""Claims that take a second, once more as they were committed: the same rows to the digits written, and pictures."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sims.claims import all_claims
from sims.report.compare import LAST_DIGIT, SAME, compare

ROOT = Path(__file__).resolve().parents[3]
FAST = "definitions", "lemma1", "boundaries", "theorem1_image"


@pytest.mark.parametrize("name", FAST)
def test_a_rerun_finds_what_is_committed(run, tmp_path, name):
    [result] = run([all_claims()[name]], size=224, workers=2)
    committed = json.loads((ROOT / "results" / f"{name}.json").read_text(encoding="utf-8"))
    found = json.loads((tmp_path / "results" / f"{name}.json").read_text(encoding="utf-8"))
    moved = [change.line() for change in compare([committed], [found]) if change.kind not in (SAME, LAST_DIGIT)]
    assert moved == []
    for field in ("trials", "seed", "budget", "image", "settings", "verdict"):
        assert found[field] == committed[field]
    assert {name: set(table) for name, table in found["tables"].items()} == {
        name: set(table) for name, table in committed["tables"].items()
    }
    pictures = {path.name: path for path in (ROOT / "results" / name).glob("*.png")}
    assert set(pictures) == {path.name for path in (tmp_path / "results" / name).glob("*.png")}
    for file, path in pictures.items():
        assert unlike(path, tmp_path / "results" / name / file) < 10  # of 255: what is left by the palettes


def unlike(*paths):
    """The root mean square difference of two pictures."""
    one, other = (np.asarray(Image.open(path).convert("RGB"), float) for path in paths)
    return np.sqrt(((one - other) ** 2).mean())

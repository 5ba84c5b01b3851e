"""What a run leaves on disk."""

import json

import numpy as np
from PIL import Image

from sims.data.images import as_shown
from sims.study.claim import Result
from sims.study.write import write

RESULT = Result(
    "claim",
    "group",
    "Title",
    "nowhere",
    "x = 1",
    "1",
    "1",
    seed=0,
    budget="quick",
    image="noise",
    settings={"size": 40},
)


def test_a_result_is_written_with_its_pictures(tmp_path):
    rng = np.random.default_rng(2)
    pictures = {"noise": rng.standard_normal((3, 40, 50)), "norms": rng.random((1, 40, 50))}
    write(RESULT, pictures, tmp_path)
    assert json.loads((tmp_path / "results" / "claim.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(RESULT.document())
    )
    for name, picture in pictures.items():
        with Image.open(tmp_path / "results" / "claim" / f"{name}.png") as found:
            seen, shown = np.asarray(found.convert("RGB"), float), np.atleast_3d(as_shown(picture))
        assert seen.shape == (40, 50, 3)
        assert np.sqrt(np.square(seen - shown).mean()) < 10


def test_a_rerun_that_rounds_otherwise_leaves_the_pictures_alone(tmp_path):
    picture = np.random.default_rng(3).standard_normal((3, 64, 64))
    path = tmp_path / "results" / "claim" / "x.png"
    write(RESULT, {"x": picture}, tmp_path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    other = picture * (1 + 1e-5 * np.random.default_rng(4).standard_normal(picture.shape))
    assert 0 < np.count_nonzero(as_shown(other) != as_shown(picture)) < 10
    write(RESULT, {"x": other}, tmp_path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    write(RESULT, {"x": -picture}, tmp_path)
    assert path.read_bytes() != before[0]

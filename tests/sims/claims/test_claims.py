"""Every claim, end to end on a small picture: expected verdicts, refuted controls, and wrong theories caught."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from support.small import SIZE, SIZES, SMALL, TR_GBP, TRAINED

from sims import claims
from sims.claims import all_claims
from sims.evidence.defects import taken_out
from sims.evidence.verdict import Interval, judge
from sims.report import ledger
from sims.report.figures import figures_of, plot
from sims.report.ledger import GROUPS
from sims.study import study
from sims.study.study import BUDGETS, Budget
from sims.system.errors import InputError
from theory.laws import marginals, three_layer

CLAIMS = all_claims()


def small(run, name, **options):
    [result] = run([CLAIMS[name]], size=SIZES.get(name, SIZE), budget="quick", settings=SMALL.get(name), **options)
    return result


VGG16_AT_224 = "vgg16_details", "vgg16_depth", "fc_noise"
LONG = (
    "depth",
    "gaussian_shape",
    "insensitivity",
    "residual",
    *VGG16_AT_224,
    *TRAINED,
    *TR_GBP,
)  # some minutes between them
OF_VGG16 = "random_above", "vgg16_interpretable", "random_recovery", "backward_relu", "unit_fields", "weights_or_image"
QUICK = {*TRAINED, *TR_GBP} - {"boundary_errors"}  # two photographs have no area
SLOW = *LONG, *OF_VGG16  # a network takes half a second
TWICE = "theorem2", "max_pooling"  # whose trials cost most: their twins, once more, by make test-all


def slowly(names, slow=SLOW):
    return [pytest.param(name, marks=pytest.mark.slow) if name in slow else name for name in names]


@pytest.mark.parametrize("name", slowly(CLAIMS))
def test_verdicts_are_the_expected_ones_and_every_control_is_refuted(run, name):
    result = small(run, name)
    assert result.changed == [], [row for row in result.rows if row["name"] in result.changed]
    assert any(row["control"] for row in result.rows)
    assert set(result.readings) == {row["reading"] for row in result.rows if row.get("kind") == "reading"}


@pytest.mark.parametrize(
    "name", slowly((name for name in CLAIMS if name not in LONG or name in QUICK), (*SLOW, *TWICE))
)
def test_a_twin_without_its_defect_is_its_row_once_more(run, monkeypatch, name):
    """Number by number: what is refuted is the defect. With it, every number is another."""
    monkeypatch.setattr(study, "SCHEDULE", (1,))
    monkeypatch.setitem(BUDGETS, "quick", Budget("quick", 4.0, 8))
    rows = [row for row in small(run, name).rows if row.get("kind") and row["control"]]
    with taken_out():
        without = {row["name"]: row for row in small(run, name).rows}
    for row in rows:
        same = without[row["name"]]
        assert same["control"]["estimate"] == pytest.approx(same["estimate"], rel=1e-9, abs=1e-12), row["name"]
        assert same["control"]["verdict"] == same["verdict"]
        assert row["control"]["estimate"] != pytest.approx(row["estimate"], rel=1e-6, abs=1e-9), row["name"]


@pytest.mark.parametrize("name", LONG)
def test_a_long_claim_runs_to_its_end(run, monkeypatch, name):
    """One look at few trials: it decides nothing, and every row is there with a number."""
    monkeypatch.setattr(study, "SCHEDULE", (1,))
    monkeypatch.setitem(BUDGETS, "quick", Budget("quick", 10.0, 6))
    for deep in VGG16_AT_224:
        monkeypatch.setitem(SMALL, deep, dict(networks=8))
        monkeypatch.setitem(SIZES, deep, 64 if deep == "fc_noise" else 32)
    rows = small(run, name).rows
    numbers = [[row["estimate"], row["low"], (row["control"] or row)["estimate"]] for row in rows]
    assert rows and np.isfinite(numbers).all()


@pytest.mark.parametrize(
    "name, size, least", [("vgg16_depth", 31, 32), ("gaussian_shape", 8, 9), ("proposition1", 9, 10)]
)
def test_a_picture_that_is_too_small_is_refused_before_anything_is_simulated(run, name, size, least):
    with pytest.raises(InputError, match=f"{name} can't be run .* {least} pixels a side or more, not {size}"):
        run([CLAIMS[name]], size=size, settings=SMALL.get(name))


@pytest.mark.parametrize("image", ["signs", "noise", "constant"])
def test_named_inputs_give_the_expected_verdicts_too(run, image):
    result = small(run, "theorem1_image", image=image)
    assert result.changed == []


def test_every_claim_file_is_registered_under_its_own_name():
    assert all(claim.run.__module__.rpartition(".")[2] == name for name, claim in CLAIMS.items())
    files = {path.stem for path in Path(claims.__file__).parent.glob("*/*.py")} - {"__init__"}
    assert files == set(CLAIMS)
    assert {claim.group for claim in CLAIMS.values()} == set(GROUPS)


WRONG = {  # a theory with a defect → a claim that must notice
    "the mean 8 % too long": ("guided_mean", lambda value: 1.08 * value, "theorem1_scale"),
    "the mean's channels exchanged": ("guided_mean", lambda value: value[::-1], "theorem1"),
    "A/N half as large again": ("noise_to_signal", lambda value: 1.5 * value, "sample_complexity"),
    "the cosine off by 0.1": ("limit_cosine", lambda value: value - 0.1, "theorem1_image"),
}


@pytest.mark.parametrize("defect", WRONG)
def test_a_wrong_law_does_not_pass(run, monkeypatch, defect):
    name, break_, claim = WRONG[defect]
    right = getattr(three_layer, name)
    wrong = lambda *arguments, **options: break_(right(*arguments, **options))
    for module in (three_layer, sys.modules[CLAIMS[claim].run.__module__]):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, wrong)
    assert small(run, claim).changed


@pytest.mark.parametrize("rule", ["saliency", "deconvnet"])
def test_a_wrong_law_of_marginals_does_not_pass(rule):
    """Half of it, against the committed interval of 16 neurons: the decision that a run would come to."""
    [row] = [row for row in committed("gaussian_shape") if row["name"] == f"distance-{rule}-width-16"]
    found, law = Interval(row["estimate"], row["low"], row["high"], row["detectable"]), row["law"]
    assert law == pytest.approx(marginals.distance(4, 16), rel=1e-11)
    assert judge(found, law, row["margin"]) == "holds"
    assert judge(found, law / 2, 0.01 + law / 8) != "holds"  # the margin that the claim would give it


def committed(claim):
    """The rows of the result in the repository."""
    path = Path(__file__).resolve().parents[3] / "results" / f"{claim}.json"
    return json.loads(path.read_text(encoding="utf-8"))["rows"]


def test_ledger_and_figures_follow_from_the_results_alone(run, tmp_path):
    for name in ("theorem1", "theorem1_scale"):
        small(run, name, folder=tmp_path)
    first = ledger.report(tmp_path).read_text(encoding="utf-8")
    assert ledger.report(tmp_path).read_text(encoding="utf-8") == first
    assert "corrected" in first and "2c²pN/(πC₀)" in first and "not as expected" not in first
    drawn = plot(tmp_path)
    assert {path.stem for path in drawn} == {*figures_of("theorem1"), *figures_of("theorem1_scale"), "notation"}
    table = np.genfromtxt(tmp_path / "figures" / "theorem1.csv", delimiter=",", names=True)
    assert table["filters"].tolist() == [4, 64]
    before = {path: path.read_bytes() for path in (tmp_path / "figures").iterdir()}
    plot(tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "figures").iterdir()} == before

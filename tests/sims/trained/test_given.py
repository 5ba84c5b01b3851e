"""What claims on trained networks are given, and what is kept where that is less than a result was made with."""

import json

import pytest
from support.commands import call, refused
from support.given import features, given
from support.small import TR_GBP, TRAINED

from sims.claims import all_claims
from sims.trained.given import Given, missing

CLAIMS = all_claims()
LAWS = "first_layer", "random_above"  # of one photograph


def result_of(folder, claim, photographs):
    """A result that was made with so many photographs."""
    (folder / "results").mkdir(exist_ok=True)
    document = {"claim": claim, "rows": [], "sources": {"photographs": {"number": photographs, "digest": ""}}}
    (folder / "results" / f"{claim}.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize("name", ["partial_recovery", "trained_attack"])
def test_without_weights_a_claim_is_kept(tmp_path, name):
    there = given()
    assert missing(CLAIMS[name], {"photographs": 2}, there, tmp_path) is None
    assert "--weights FILE" in missing(CLAIMS[name], {"photographs": 2}, Given(there.photographs), tmp_path)


@pytest.mark.parametrize("before, kept", [(3, True), (2, False)])
def test_a_result_of_more_photographs_is_not_replaced(tmp_path, before, kept):
    result_of(tmp_path, "less_sensitive", before)
    reason = missing(CLAIMS["less_sensitive"], {"photographs": 128}, given(2), tmp_path)
    assert (reason is not None) == kept and (not kept or "of 3 photographs, these are 2" in reason)


def test_nor_is_one_of_more_than_are_asked_for(tmp_path):
    result_of(tmp_path, "less_sensitive", 3)
    assert "these are 2" in missing(CLAIMS["less_sensitive"], {"photographs": 2}, given(4), tmp_path)


@pytest.mark.parametrize("name, least", [("less_sensitive", 2), ("discriminative", 4)])
def test_too_few_photographs_are_none(tmp_path, name, least):
    told = missing(CLAIMS[name], {"photographs": 128}, given(least - 1), tmp_path)
    assert told.startswith(f"it takes {least} photographs or more")
    assert missing(CLAIMS[name], {"photographs": 128}, given(least), tmp_path) is None


def test_errors_are_told_where_the_classes_are_known(tmp_path):
    claim = CLAIMS["boundary_errors"]
    assert "whose classes are known" in missing(claim, {"photographs": 128}, given(2), tmp_path)
    assert missing(claim, {"photographs": 128}, given(2, labelled=True), tmp_path) is None


def test_the_claims_that_are_kept_are_named_and_the_others_run(tmp_path, capsys):
    fast = "definitions", "--size", 32, "--out", tmp_path
    status, _, told = call(capsys, "verify", "partial_recovery", *fast)
    assert status == 0 and told.count("\n") == 1
    assert told.startswith("kept as it is: partial_recovery; it takes VGG-16's weights: --weights FILE")
    assert [path.stem for path in (tmp_path / "results").glob("*.json")] == ["definitions"]


def test_where_all_are_kept_nothing_is_written(tmp_path, capsys):
    assert "kept as it is: partial_recovery; it takes VGG-16's" in refused(
        capsys, "verify", "partial_recovery", "--out", tmp_path / "none"
    )
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("option, value, told", [
    ("--images", "nowhere", "nowhere: no such folder"),
    ("--weights", "nowhere.pth", "nowhere.pth"),
])  # fmt: skip
def test_what_is_not_there_is_refused(capsys, tmp_path, option, value, told):
    assert told in refused(capsys, "verify", "less_sensitive", option, value, "--out", tmp_path)


def test_a_result_says_which_photographs_and_weights(run):
    [result] = run([CLAIMS["trained_units"]], settings={"side": 64, "photographs": 2})
    document = result.document()
    assert document["sources"]["photographs"]["number"] == 2
    assert len(document["sources"]["photographs"]["digest"]) == len(document["sources"]["weights"]["vgg16"]) == 64


def test_every_claim_on_trained_networks_is_known_to_tests():
    assert {name for name, claim in CLAIMS.items() if claim.networks} == {*TRAINED, *TR_GBP, *LAWS}
    assert features().stat().st_size < 60e6

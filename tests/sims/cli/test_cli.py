"""The command line: what each command writes and prints, and the exit status of its verdicts."""

import json
import os
import subprocess
import sys

import pytest
from support.claims import ALL
from support.commands import call, tree

from sims import claims as package


def files(folder):
    return [name for name in tree(folder) if (folder / name).is_file()]


def test_verify_writes_results_ledger_and_figures(capsys, tmp_path, picture):
    out = tmp_path / "out"
    status, printed, _ = call(
        capsys,
        "verify",
        "lemma1",
        "theorem1",
        "--image",
        picture,
        "--size",
        24,
        "--budget",
        "quick",
        "--filters",
        16,
        "--out",
        out,
    )
    assert status == 0 and "lemma1" in printed
    assert files(out) == [
        "figures/lemma1.csv",
        "figures/lemma1.svg",
        "figures/notation.csv",
        "figures/notation.svg",
        "figures/theorem1.csv",
        "figures/theorem1.svg",
        "paper_checks.md",
        "results/lemma1.json",
        "results/theorem1.json",
    ]
    result = json.loads((out / "results" / "theorem1.json").read_text(encoding="utf-8"))
    assert result["image"] == "holiday.jpg" and result["settings"]["filters"] == [16]


def test_results_are_byte_identical_for_any_number_of_workers(capsys, tmp_path):
    for workers in (1, 2, 3):
        call(
            capsys,
            "verify",
            "theorem1",
            "theorem1_image",
            "--size",
            24,
            "--budget",
            "quick",
            "--filters",
            16,
            "--workers",
            workers,
            "--out",
            tmp_path / str(workers),
        )
    one, two, three = (
        {name: without_seconds(tmp_path / workers / name) for name in files(tmp_path / workers)} for workers in "123"
    )
    assert one == two == three and len(one) == 10


def without_seconds(path):
    data = path.read_bytes()
    return b"\n".join(line for line in data.splitlines() if not line.startswith(b' "seconds"'))


def test_json_is_a_document(capsys, tmp_path):
    status, printed, _ = call(capsys, "verify", "definitions", "--size", 24, "--json", "--out", tmp_path)
    [result] = json.loads(printed)
    assert status == 0 and result["claim"] == "definitions" and result["verdict"] == "holds"
    assert {
        "claim",
        "source",
        "statement",
        "printed",
        "exact",
        "verdict",
        "expected",
        "trials",
        "seed",
        "settings",
        "versions",
        "seconds",
        "rows",
    } <= set(result)
    assert {"estimate", "low", "high", "margin", "detectable", "verdict", "expected", "control"} <= set(
        result["rows"][0]
    )


@pytest.fixture
def verify(capsys, tmp_path, monkeypatch):
    """`verify` with the claims of support.claims: status, output, complaints, and the results on disk."""
    monkeypatch.setattr("sims.cli.main.all_claims", lambda: ALL)

    def run(*arguments):
        found = call(capsys, "verify", "--size", 24, "--out", tmp_path, *arguments)
        return *found, sorted(path.stem for path in (tmp_path / "results").glob("*"))

    return run


def test_a_changed_verdict_is_status_1(verify, tmp_path):
    status, printed, *_ = verify("changed")
    assert status == 1 and "expected refuted" in printed
    assert "not as expected: mean" in (tmp_path / "paper_checks.md").read_text(encoding="utf-8")


def test_documents_are_in_the_order_of_the_claims(verify):
    """Whichever was done first."""
    _, printed, *_ = verify("quick", "changed", "--workers", 1, "--json")
    assert [each["claim"] for each in json.loads(printed)] == ["changed", "quick"]


def test_a_mistake_is_a_traceback_and_what_was_finished_stays(verify):
    status, _, complaint, kept = verify("broken", "quick", "--workers", 1)
    assert (status, kept) == (70, ["quick"]) and "KeyError: 'a mistake in the code'" in complaint
    assert "support/claims.py" in complaint and "in broken" in complaint


def test_a_process_that_is_killed_is_one_line_and_what_was_finished_stays(verify):
    status, _, complaint, kept = verify("killed", "quick", "--workers", 1)
    assert (status, kept) == (70, ["quick"]) and complaint.count("\n") == 1
    assert complaint.startswith("gbp-theory: killed: its process was killed by SIGKILL")


def test_a_refusal_of_a_claim_is_one_line(verify):
    status, _, complaint, kept = verify("refused")
    assert (status, kept) == (2, []) and "not this picture" in complaint and complaint.count("\n") == 1


@pytest.mark.parametrize("image", ["signs", "noise"])
def test_the_seed_reaches_an_input_that_is_made(verify, tmp_path, image):
    """The claim "seen" writes down its picture, and nothing that it draws."""
    seen = []
    for seed in (0, 1, 0):
        assert verify("seen", "--image", image, "--seed", seed)[0] == 0
        result = json.loads((tmp_path / "results" / "seen.json").read_text(encoding="utf-8"))
        seen.append((result["rows"][0]["estimate"], (tmp_path / "results" / "seen" / "x.png").read_bytes()))
    assert seen[0] == seen[2] != seen[1] and seen[0][0] != seen[1][0]


def test_without_out_everything_goes_to_a_folder_of_its_own(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call(capsys, "verify", "definitions", "--size", 24)[0] == 0
    assert call(capsys, "report")[0] == call(capsys, "plot")[0] == 0
    assert files(tmp_path) == ["out/paper_checks.md", "out/results/definitions.json"]


@pytest.mark.parametrize("command", ["report", "plot"])
def test_reports_without_results_say_so(capsys, tmp_path, command):
    status, _, complaint = call(capsys, command, "--out", tmp_path)
    assert status == 2 and "verify" in complaint and complaint.count("\n") == 1


def test_list_names_every_claim(capsys):
    status, printed, _ = call(capsys, "list")
    assert status == 0 and all(claim in printed for claim in package.all_claims())


def started(*arguments):
    """The command line in a process of its own; RuntimeWarnings are errors."""
    command = [sys.executable, "-W", "error::RuntimeWarning", "-m", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "COLUMNS": "100"}, timeout=120)


def test_a_claim_runs_alone(tmp_path):
    done = started("sims", "verify", "lemma1", "--filters", 3, "--size", 24, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "results" / "lemma1.json").read_text(encoding="utf-8"))["settings"]["filters"] == 3


@pytest.mark.parametrize("module", ["sims.claims", "sims.claims.three_layer.lemma1"])
def test_a_claim_s_file_says_how_to_run_it(module):
    done = started(module)
    assert done.returncode == 1 and "python -m sims verify" in done.stderr and done.stderr.count("\n") == 1

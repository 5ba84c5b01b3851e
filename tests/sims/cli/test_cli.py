"""The command line: exit statuses, one-line complaints, and nothing half-written."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from sims import claims as package
from sims.cli.main import main
from sims.study.claim import Claim


@pytest.fixture
def picture(tmp_path):
    """A picture that nobody prepared."""
    path = tmp_path / "holiday.jpg"
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (50, 70, 3), dtype=np.uint8)).resize((90, 60)).save(path)
    return str(path)


def call(capsys, *arguments):
    """Exit status, output, complaints."""
    try:
        status = main([str(each) for each in arguments])
    except SystemExit as stop:
        status = stop.code
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


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
    assert tree(out) == [
        "figures/theorem1_direction.csv",
        "figures/theorem1_direction.svg",
        "paper_checks.md",
        "results/lemma1.json",
        "results/theorem1.json",
    ]
    result = json.loads((out / "results" / "theorem1.json").read_text())
    assert result["image"] == "holiday.jpg" and result["settings"]["filters"] == [16]


def test_results_are_byte_identical_for_any_number_of_workers(capsys, tmp_path):
    for workers in (1, 3):
        call(
            capsys,
            "verify",
            "theorem1",
            "rectified_gaussian",
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
    one, three = (
        {name: without_seconds(tmp_path / workers / name) for name in tree(tmp_path / workers)} for workers in "13"
    )
    assert one == three and len(one) == 5


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


def test_a_changed_verdict_is_status_1(capsys, tmp_path, monkeypatch, normal_claim):
    monkeypatch.setattr("sims.cli.main.all_claims", lambda: {"normal": normal_claim(shift=1.5)})
    status, printed, _ = call(capsys, "verify", "--size", 24, "--out", tmp_path)
    assert status == 1 and "expected holds" in printed


BAD = [
    (["verify", "theorem_one"], "theorem1"),
    (["verify", "--seed", "-1"], "--seed"),
    (["verify", "--seed", "1.5"], "--seed"),
    (["verify", "--seed", "x"], "--seed"),
    (["verify", "theorem1", "--filters", "0"], "--filters"),
    (["verify", "theorem1", "--kernel", "0"], "--kernel"),
    (["verify", "theorem1", "--stride", "0"], "--stride"),
    (["verify", "theorem1", "--filters", "many"], "--filters"),
    (["verify", "sample_complexity", "--epsilons", "nan"], "--epsilons"),
    (["verify", "theorem1_scale", "--filters", "8", "16"], "--filters"),
    (["verify", "definitions", "--filters", "8"], "--filters"),
    (["verify", "--image", "absent.png"], "absent.png"),
    (["verify", "theorem1", "--size", "5"], "--size"),
    (["verify", "--budget", "huge"], "--budget"),
    (["verify", "--workers", "0"], "--workers"),
    (["show", "--rule", "magic"], "--rule"),
    (["show", "--filters", "0"], "--filters"),
    (["dance"], "dance"),
    ([], "COMMAND"),
]


@pytest.mark.parametrize("arguments, named", BAD, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_unusable_input_is_one_line_and_status_2_and_writes_nothing(capsys, tmp_path, monkeypatch, arguments, named):
    monkeypatch.chdir(tmp_path)
    status, printed, complaint = call(capsys, *arguments)
    assert status == 2 and printed == ""
    assert complaint.count("\n") == 1 and named in complaint and "Traceback" not in complaint
    assert tree(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_refused(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    status, _, complaint = call(capsys, "verify", "definitions", "--size", 24, "--out", tmp_path / "file")
    assert status == 2 and "--out" in complaint and complaint.count("\n") == 1
    assert tree(tmp_path) == ["file"]


@pytest.mark.parametrize("command", ["report", "plot"])
def test_reports_without_results_say_so(capsys, tmp_path, command):
    status, _, complaint = call(capsys, command, "--out", tmp_path)
    assert status == 2 and "verify" in complaint and complaint.count("\n") == 1


def test_an_interrupt_is_one_line(capsys, tmp_path, monkeypatch):
    def interrupt(study):
        raise KeyboardInterrupt

    monkeypatch.setattr("sims.cli.main.all_claims", lambda: {"late": Claim("late", "", "", "", "", "", interrupt)})
    status, _, complaint = call(capsys, "verify", "--size", 24, "--out", tmp_path)
    assert status == 130 and complaint.count("\n") == 1


def test_show_draws_every_rule_and_the_limit(capsys, tmp_path, picture):
    status, printed, _ = call(capsys, "show", "--image", picture, "--size", 32, "--filters", 8, "--out", tmp_path)
    assert status == 0 and "guided" in printed and "exact limit" in printed
    assert [name for name in tree(tmp_path) if name.startswith("figures/")] == [
        "figures/show-holiday.csv",
        "figures/show-holiday.png",
    ]


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
    assert json.loads((tmp_path / "results" / "lemma1.json").read_text())["settings"]["filters"] == 3


@pytest.mark.parametrize("module", ["sims.claims", "sims.claims.three_layer.lemma1"])
def test_a_claim_s_file_says_how_to_run_it(module):
    done = started(module)
    assert done.returncode == 1 and "python -m sims verify" in done.stderr and done.stderr.count("\n") == 1

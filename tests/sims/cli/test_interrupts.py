"""Ctrl-C and SIGTERM in the middle of a chunk that does not listen: over at once, nothing left, all results kept."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOON = 30  # seconds, on a machine with much else to do


def until(condition):
    """Wait until it holds; an error if it never does."""
    end = time.monotonic() + 2 * SOON
    while not condition():
        assert time.monotonic() < end, "it never came to it"
        time.sleep(0.05)


def members(session):
    """The processes of a session that have not ended, by /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(path.parent.name)
    return found


@pytest.fixture
def running(tmp_path, request):
    """A `verify` in a session of its own, one claim of which goes on for ever, and the quick one is on disk."""
    out, begun = tmp_path / "out", tmp_path / "begun"
    environment = {**os.environ, "PYTHONPATH": "tests", "BEGUN": str(begun)}
    command = [sys.executable, "-m", "support.program", "verify", request.param, "quick"]
    options = ["--size", "24", "--workers", "2", "--out", str(out)]
    process = subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in a shell's background
    )
    try:
        until(lambda: begun.exists() and (out / "results" / "quick.json").exists())
        yield process, out
    finally:
        for member in members(process.pid):
            os.kill(int(member), signal.SIGKILL)
        process.communicate()


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")


@pytest.mark.parametrize("running", ["stuck"], indirect=True)
@pytest.mark.parametrize(
    "number, status, said", [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_an_interrupt_ends_everything_at_once(running, number, status, said):
    process, out = running
    os.killpg(process.pid, number)  # as a terminal does: workers hear it too
    _, complaint = process.communicate(timeout=SOON)
    assert (process.returncode, complaint) == (status, f"gbp-theory: {said}; what was finished is on disk\n")
    until(lambda: not members(process.pid))
    assert [str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()] == ["results/quick.json"]
    assert json.loads((out / "results" / "quick.json").read_text(encoding="utf-8"))["claim"] == "quick"


@pytest.mark.parametrize("running", ["endless"], indirect=True)
def test_workers_end_when_their_parent_is_killed(running):
    process, _ = running
    assert len(members(process.pid)) > 1
    process.kill()
    until(lambda: not members(process.pid))

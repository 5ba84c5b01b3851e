"""The command line as a process: what each end is called, closed and full outputs, and terminals of few characters."""

import json
import os
import subprocess
import sys

import pytest
from support.claims import ALL
from support.commands import call, tree

from sims.system.errors import InputError
from sims.system.interrupts import Terminated

ENDS = [  # what a claim raises; the status, and the last line
    (KeyboardInterrupt, 130, "interrupted"),
    (Terminated, 143, "terminated"),
    (InputError("what is accepted"), 2, "what is accepted"),
    (MemoryError("2 PiB"), 2, "not enough memory (2 PiB)"),
    (ZeroDivisionError("of ours"), 70, "bug"),
    (FileNotFoundError(2, "No such file or directory", "ours"), 70, "bug"),
]


def failing(monkeypatch, problem):
    """What a run raises, whoever raised it there."""

    def run(*_):
        raise problem
        yield

    monkeypatch.setattr("sims.cli.main.run_claims", run)


@pytest.mark.parametrize("problem, expected, said", ENDS, ids=lambda value: getattr(value, "__name__", str(value)[:30]))
def test_every_end_has_its_status_and_its_line(capsys, tmp_path, monkeypatch, problem, expected, said):
    failing(monkeypatch, problem)
    status, printed, complaint = call(capsys, "verify", "definitions", "--size", 24, "--out", tmp_path)
    assert (status, printed) == (expected, "") and said in complaint.splitlines()[-1]
    assert ("Traceback" in complaint) == (expected == 70) and (expected == 70 or complaint.count("\n") == 1)
    assert tree(tmp_path) == []


def test_a_number_that_is_none_is_a_bug_and_not_written(capsys, tmp_path, monkeypatch):
    """JSON has no NaN: other readers would not take the file."""
    monkeypatch.setattr("sims.cli.main.all_claims", lambda: ALL)
    status, _, complaint = call(capsys, "verify", "undefined", "--size", 24, "--out", tmp_path)
    assert status == 70 and "Traceback" in complaint and tree(tmp_path) in ([], ["results"])


def process(*arguments, **options):
    command = [sys.executable, "-m", "sims", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **options)


def test_a_reader_that_has_read_enough_ends_it_quietly():
    """`gbp-theory list | head -1`: the pipe is closed before anything is written."""
    end, start = os.pipe()
    os.close(end)
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    for arguments in (["list"], ["--help"]):
        started = process(*arguments, stdout=start, env=buffered)
        assert (started.communicate(timeout=120)[1], started.returncode) == (b"", 141)
    os.close(start)


def test_an_output_that_is_full_is_one_line():
    with open("/dev/full", "wb") as full:
        started = process("list", stdout=full)
        complaint = started.communicate(timeout=120)[1]
    assert started.returncode == 2 and complaint.count(b"\n") == 1 and b"No space left" in complaint


def test_an_output_that_is_closed_is_no_mishap():
    command = f"{sys.executable} -m sims list >&-"
    done = subprocess.run(["bash", "-c", command], stderr=subprocess.PIPE, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_of_ascii_alone_is_written_to(tmp_path):
    """`--json` stays JSON, and complaints stay one line."""
    few = {**os.environ, "PYTHONIOENCODING": "ascii"}
    started = process(
        "verify", "definitions", "--size", 24, "--json", "--out", tmp_path, stdout=subprocess.PIPE, env=few
    )
    printed, complaint = started.communicate(timeout=120)
    assert started.returncode == 0 and complaint == b""
    written = json.loads((tmp_path / "results" / "definitions.json").read_text(encoding="utf-8"))
    assert json.loads(printed.decode("ascii")) == [written]
    started = process("verify", "--image", "ποιος.png", stdout=subprocess.PIPE, env=few)
    assert started.communicate(timeout=120)[1].count(b"\n") == 1 and started.returncode == 2


INTERRUPTED = """
import sys
from sims.cli import process


class Impatient:
    def find_spec(self, name, *_):
        if name == "sims.cli.main":
            raise KeyboardInterrupt


sys.meta_path.insert(0, Impatient())
sys.exit(process.program())
"""


def test_an_interrupt_while_it_loads_is_an_interrupt():
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True)
    assert ended.returncode == 130 and ended.stderr.count("\n") == 1 and "interrupted" in ended.stderr


def test_results_go_where_the_output_goes_though_bars_are_on_the_terminal(tmp_path):
    """`gbp-theory verify … > file` at a terminal."""
    terminal, shown = os.openpty()
    with open(tmp_path / "file", "w", encoding="utf-8") as file:
        line = ["verify", "lemma1", "--budget", "quick", "--size", "24", "--out", str(tmp_path / "out")]
        ended = subprocess.run([sys.executable, "-m", "sims", *line], stdout=file, stderr=shown)
    os.close(shown)
    os.close(terminal)
    printed = (tmp_path / "file").read_text(encoding="utf-8")
    assert ended.returncode == 0 and "lemma1: ✔ holds" in printed and "results/" in printed

"""Progress: what a worker tells, how seldom, and what the bars show of it, on a terminal and elsewhere."""

import contextlib
import io

import pytest

from sims.system import progress
from sims.system.progress import Bars, Telling


class Terminal(io.StringIO):
    def isatty(self):
        return True


def of_two_claims():
    with Bars({"long": 30, "short": 10}) as bars:
        bars.told("long", ("draws", 3, 64))
        bars.told("short", ("other", 5, 8))
        bars.told("short", None)
        bars.claim_done("short")
        bars.told("long", ("draws", 64, 64))


def test_a_terminal_shows_claims_and_the_experiment_of_each_that_runs(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    with contextlib.redirect_stderr(Terminal()) as shown:
        of_two_claims()
    last = shown.getvalue().rpartition("claims 1/2")[2]
    assert "long · draws 64/64" in last and "short" not in last


def test_nothing_is_drawn_where_there_is_no_terminal(capsys):
    of_two_claims()
    assert capsys.readouterr() == ("", "")


def test_a_worker_tells_the_beginning_the_end_and_little_between(monkeypatch):
    now, told = [0.0], []
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    with Telling(told.append).experiment("draws", 1000) as advance:
        for _ in range(1000):
            now[0] += 0.001
            advance()
    first, *between, last = told
    assert first == ("draws", 0, 1000) and last is None
    assert 8 <= len(between) <= 11 and [done for _, done, _ in between] == sorted(done for _, done, _ in between)


def test_an_experiment_that_fails_ends(monkeypatch):
    told = []
    with pytest.raises(KeyError), Telling(told.append).experiment("draws", 1):
        raise KeyError
    assert told[-1] is None

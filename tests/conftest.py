"""How Hypothesis draws; how long a test may take; what is kept of a run of all tests."""

import os
import platform
import signal
import time
from pathlib import Path

import pytest
from hypothesis import settings

# `make test` tries the same examples every time; `make test-all` others every time, and a failure says how to replay it
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None, max_examples=60)
settings.register_profile("search", deadline=None, max_examples=250, print_blob=True)
settings.load_profile("repeatable")

LIMIT = 600  # seconds; faulthandler ends what does not even listen to a signal
SLOWEST = 10
STARTED = time.monotonic()


@pytest.fixture(autouse=True)
def limited():
    """A test that does not end fails."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def late(*_):
        pytest.fail(f"it took more than {LIMIT} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def pytest_addoption(parser):
    parser.addoption("--log-summary", metavar="FILE", help="write there in a few lines how the tests went")


def pytest_terminal_summary(terminalreporter, config):
    if path := config.getoption("--log-summary"):
        lines = summary(terminalreporter.stats, time.monotonic() - STARTED)
        Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


def summary(stats, seconds):
    """Lines: how many of each outcome, where, every failure, and the slowest tests."""
    counts = ", ".join(
        f"{len(stats[kind])} {kind}" for kind in ("passed", "failed", "error", "skipped") if stats.get(kind)
    )
    yield f"{counts or 'no tests'} in {seconds:.0f} s"
    yield f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    yield from (f"{kind} {each.nodeid}" for kind in ("failed", "error") for each in stats.get(kind, ()))
    calls = [each for kind in ("passed", "failed") for each in stats.get(kind, ()) if each.when == "call"]
    for each in sorted(calls, key=lambda report: -report.duration)[:SLOWEST]:
        yield f"{each.duration:6.1f} s {each.nodeid}"

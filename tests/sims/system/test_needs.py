"""What there is, and how it is said."""

import os

import pytest

from sims.system import needs
from sims.system.needs import Needs


def test_one_after_the_other_takes_the_most_memory_and_all_the_time():
    assert Needs(3, 10) + Needs(5, 1) * 7 == Needs(5, 17)


@pytest.fixture
def files(tmp_path):
    """Paths of the two files that memory() reads, with these contents; None for no file."""

    def make(meminfo, limit):
        paths = tmp_path / "meminfo", tmp_path / "memory.max"
        for path, text in zip(paths, (meminfo, limit)):
            if text is not None:
                path.write_text(text, encoding="utf-8")
        return paths

    return make


AVAILABLE = "MemTotal: 4000 kB\nMemAvailable:    3000 kB\n"


@pytest.mark.parametrize(
    "meminfo, limit, found",
    [
        (AVAILABLE, None, 3000 * 1024),
        (AVAILABLE, "max\n", 3000 * 1024),
        (AVAILABLE, "1048576\n", 2**20),
        (AVAILABLE, "999999999999\n", 3000 * 1024),
        (None, None, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")),
        ("MemTotal: 4000 kB\n", None, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")),
    ],
    ids=["free", "unlimited", "limited", "limited by what is free", "no file", "an old kernel"],
)
def test_memory_is_what_is_available_and_no_more_than_a_container_may_take(files, meminfo, limit, found):
    assert needs.memory(*files(meminfo, limit)) == found


@pytest.mark.parametrize(
    "value, words",
    [(0, "0 MB"), (3e6, "3 MB"), (1.5e9, "1,500 MB"), (3.21e9, "3.2 GB"), (4.2e13, "42 TB"), (5e30, "5,000,000 YB")],
)
def test_sizes_in_words(value, words):
    assert needs.size(value) == words


@pytest.mark.parametrize(
    "seconds, words",
    [(5, "5 seconds"), (119, "119 seconds"), (480, "8 minutes"), (9000, "2.5 hours"), (1e9, "32 years")],
)
def test_durations_in_words(seconds, words):
    assert needs.duration(seconds) == words


def test_what_has_no_number_is_infinite():
    assert needs.size(float("inf")) == "inf YB" and needs.duration(float("inf")) == "inf years"

"""What work will take, estimated from its sizes before anything of those sizes is made, and what there is."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

SIZES = (1e24, "YB"), (1e21, "ZB"), (1e18, "EB"), (1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB")
DURATIONS = (365.25 * 86400, "years"), (86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds")


@dataclass(frozen=True)
class Needs:
    """Bytes that are held at once, and operations in all; + is one after the other, * is so many times."""

    bytes: float = 0.0
    operations: float = 0.0

    def __add__(self, other):
        return Needs(max(self.bytes, other.bytes), self.operations + other.operations)

    def __mul__(self, times):
        return Needs(self.bytes, self.operations * times)


def memory(meminfo="/proc/meminfo", limit="/sys/fs/cgroup/memory.max"):
    """Bytes that new processes may take: what is available, and no more than the container's limit if there is one."""
    try:
        available = 1024 * int(re.search(r"MemAvailable:\s+(\d+)", Path(meminfo).read_text(encoding="utf-8"))[1])
    except (OSError, TypeError):
        available = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        return min(available, int(Path(limit).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return available


def size(count):
    """Bytes in words, "3.2 GB"."""
    return _in_words(count, SIZES)


def duration(seconds):
    """Seconds in words, "8 minutes"."""
    return _in_words(seconds, DURATIONS)


def _in_words(value, units):
    """In the largest unit of which there are two."""
    unit, name = next((each for each in units if value >= 2 * each[0]), units[-1])
    return f"{value / unit:,.0f} {name}" if value >= 10 * unit else f"{value / unit:.2g} {name}"

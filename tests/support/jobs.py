"""What worker processes are given to do: work(job, cores, tell)."""

import os
import signal
import threading
import time


def square(job, cores, tell):
    return job**2, os.getpid()


def threads_met(count, cores, tell):
    """Whether so many threads worked at the same time."""
    meeting = threading.Barrier(count, timeout=60)
    cores.map(lambda _: meeting.wait(), range(count))
    return True


def helped(long, cores, tell):
    """Whether another thread came to help, within a minute."""
    end, seen = time.monotonic() + 60 * long, set()
    while len(seen) < 2 and time.monotonic() < end:
        seen |= set(cores.map(_thread, range(20)))
    return len(seen) > 1


def _thread(_):
    time.sleep(0.001)
    return threading.get_ident()


def telling(job, cores, tell):
    tell(job)


def mistaken(job, cores, tell):
    raise KeyError(job)


class Stubborn(Exception):
    """Needs two arguments, and keeps one."""

    def __init__(self, one, two):
        super().__init__(one)


def stubborn(job, cores, tell):
    raise Stubborn(1, 2)


def killed(job, cores, tell):
    os.kill(os.getpid(), signal.SIGKILL)


def interrupted(job, cores, tell):
    os.kill(os.getpid(), signal.SIGINT)
    return "alive"


def gone(job, cores, tell):
    os._exit(3)


def square_or_wait(job, cores, tell):
    return time.sleep(600) if job is None else job**2

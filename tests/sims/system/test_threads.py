"""Work that is shared between threads: every job once, no more threads than asked for, and what goes wrong is told."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from sims.system import threads


@pytest.mark.parametrize("several", [None, 1, 2, 5])
def test_every_job_is_done_once(several):
    done = []
    threads.spread(done.append, range(100), several)
    assert sorted(done) == list(range(100))


def test_no_jobs_are_no_work():
    threads.spread(None, [], 2)


def test_one_thread_is_this_one():
    names = set()
    threads.spread(lambda _: names.add(threading.current_thread()), range(9), 1)
    assert names == {threading.current_thread()}


def test_two_threads_work_at_the_same_time():
    meeting = threading.Barrier(2, timeout=20)
    threads.spread(lambda _: meeting.wait(), range(2), 2)


def test_as_many_as_blas_may_use():
    with threadpool_limits(1, user_api="blas"):
        assert threads.count() == 1
    assert threads.count() >= 1


@pytest.mark.parametrize("bad", range(4))
def test_an_error_is_raised(bad):
    def work(job):
        if job == bad:
            raise KeyError(job)

    with pytest.raises(KeyError):
        threads.spread(work, range(4), 2)


def test_an_error_on_another_thread_is_raised():
    main, meeting = threading.current_thread(), threading.Barrier(2, timeout=20)

    def work(job):
        meeting.wait()
        if threading.current_thread() is not main:
            raise KeyError(job)

    with pytest.raises(KeyError):
        threads.spread(work, range(2), 2)


CHILD = """
import os, sys, threading
from sims.system import threads

threads.spread(lambda _: None, range(2), 2)
child = os.fork()
if child:
    sys.exit(os.waitpid(child, 0)[1] != 0)
try:
    meeting = threading.Barrier(2, timeout=20)
    threads.spread(lambda _: meeting.wait(), range(2), 2)
    os._exit(0)
finally:
    os._exit(1)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_child_has_threads_of_its_own():
    """In a process that has no other threads, and can be given up."""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", CHILD], timeout=60).returncode == 0


def test_room_grows_and_is_each_thread_s_own():
    first = threads.room(100)
    assert len(first) >= 100 and first.dtype == np.float32 and first.ctypes.data % 64 == 0
    assert threads.room(50) is first and len(threads.room(10 * len(first))) >= 10 * len(first)
    rooms = []
    other = threading.Thread(target=lambda: rooms.append(threads.room(10)))
    other.start()
    other.join()
    assert not np.shares_memory(rooms[0], threads.room(10))

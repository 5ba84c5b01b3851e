"""Cores: every job once and in order, spare cores taken and given back, and what goes wrong is told."""

import threading
import time

import pytest

from sims.system.cores import Cores


def cores(spare):
    return Cores(threading.Semaphore(spare), 8)


@pytest.mark.parametrize("spare", [0, 1, 4])
def test_every_job_is_done_once_and_in_order(spare):
    assert cores(spare).map(lambda job: 2 * job, range(100)) == list(range(0, 200, 2))


def test_no_jobs_are_no_work():
    assert cores(1).map(None, []) == []


def test_without_spare_cores_the_thread_that_asks_does_it_all():
    assert set(cores(0).map(lambda _: threading.current_thread(), range(9))) == {threading.current_thread()}


def test_as_many_work_at_the_same_time_as_there_are_cores():
    meeting = threading.Barrier(3, timeout=20)
    cores(2).map(lambda _: meeting.wait(), range(3))


def test_a_core_that_becomes_spare_is_taken_and_given_back():
    spare, meeting = threading.Semaphore(0), threading.Barrier(2, timeout=20)

    def work(job):
        if job:
            meeting.wait()
        else:
            spare.release()

    Cores(spare, 1).map(work, range(3))
    assert spare.acquire(False) and not spare.acquire(False)


@pytest.mark.parametrize("bad", range(4))
def test_an_error_is_raised_nothing_else_begins_and_cores_are_given_back(bad):
    spare, begun = threading.Semaphore(1), []

    def work(job):
        begun.append(job)
        if job == bad:
            raise KeyError(job)
        time.sleep(0.001)

    with pytest.raises(KeyError):
        Cores(spare, 1).map(work, range(1000))
    assert len(begun) < 1000 and spare.acquire(False) and not spare.acquire(False)


def test_an_error_on_another_thread_is_raised():
    main, meeting = threading.current_thread(), threading.Barrier(2, timeout=20)

    def work(job):
        meeting.wait()
        if threading.current_thread() is not main:
            raise KeyError(job)

    with pytest.raises(KeyError):
        cores(1).map(work, range(2))

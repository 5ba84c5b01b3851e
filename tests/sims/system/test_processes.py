"""Jobs in processes: each done once, idle cores shared, and no death or error passed over; none is left behind."""

import multiprocessing

import pytest
from support import jobs

from sims.system.processes import Died, perform


def done(work, workers=2, told=None, **named):
    return dict(perform(work, named, workers, told or (lambda *_: None)))


def left():
    return multiprocessing.active_children()


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_job_is_done(workers):
    found = done(jobs.square, workers, a=1, b=2, c=3)
    assert {name: value for name, (value, _) in found.items()} == {"a": 1, "b": 4, "c": 9} and not left()


def test_jobs_run_in_so_many_processes():
    processes = {process for _, process in done(jobs.square, 2, a=1, b=2, c=3, d=4).values()}
    assert 1 <= len(processes) <= 2
    one = {process for _, process in done(jobs.square, 1, a=1, b=2).values()}
    assert len(one) == 1 and multiprocessing.current_process().pid not in one


def test_a_job_alone_has_all_cores():
    assert done(jobs.threads_met, 3, alone=3) == {"alone": True}


def test_idle_cores_help_the_last_job():
    assert done(jobs.helped, 2, long=True, short=False) == {"long": True, "short": False}


def test_what_a_job_tells_is_heard():
    heard = []
    done(jobs.telling, 2, lambda *message: heard.append(message), a=1, b=2)
    assert sorted(heard) == [("a", 1), ("b", 2)]


def test_an_error_is_raised_with_the_traceback_of_the_worker():
    with pytest.raises(KeyError) as caught:
        done(jobs.mistaken, a=1)
    assert "in mistaken" in "".join(caught.value.__notes__) and not left()


def test_an_error_that_no_other_process_can_build_is_told_too():
    with pytest.raises(RuntimeError, match="Stubborn"):
        done(jobs.stubborn, a=1)


@pytest.mark.parametrize("work, how", [(jobs.killed, "killed by SIGKILL.*memory"), (jobs.gone, "ended with status 3")])
def test_a_process_that_dies_is_told(work, how):
    with pytest.raises(Died, match=f"^a: its process .*{how}"):
        done(work, a=1)
    assert not left()


def test_a_worker_leaves_ctrl_c_to_its_parent():
    assert done(jobs.interrupted, a=1) == {"a": "alive"}


def test_processes_end_when_nobody_waits_for_them_any_more():
    results = perform(jobs.square_or_wait, {"a": 1, "b": None}, 2, lambda *_: None)
    assert next(results)[0] == "a"
    results.close()
    assert not left()

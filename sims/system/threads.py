"""Threads for compiled loops: as many as BLAS has, and so one where BLAS is limited to one.

A program that runs on threads of its own limits BLAS; what it calls then starts no others.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

_local = threading.local()


@cache
def _blas():
    return ThreadpoolController().select(user_api="blas").lib_controllers


def count():
    """The threads that BLAS may use now; 1 where none is known."""
    return min((library.num_threads for library in _blas()), default=1)


@cache
def _helpers():
    return ThreadPoolExecutor(os.cpu_count())


os.register_at_fork(after_in_child=_helpers.cache_clear)  # a child has none of its parent's threads


def spread(work, jobs, threads=None):
    """work(job) for every job, in any order, on this thread and others, so many in all or as many as BLAS has.

    What a job raises is raised, when all threads have ended.
    """
    jobs = list(jobs)
    if len(jobs) < 2:  # a small layer: no time for threads
        for job in jobs:
            work(job)
        return
    waiting = iter(jobs)  # one step at a time, as every step of a list's iterator

    def some():
        for job in waiting:
            work(job)

    threads = min(count() if threads is None else threads, len(jobs))
    helpers = [_helpers().submit(some) for _ in range(threads - 1)]
    try:
        some()
    finally:
        wait(helpers)
    for helper in helpers:
        helper.result()


def room(size):
    """So many float32 numbers or more, of any value: this thread's own from call to call, from a cache line on."""
    if len(getattr(_local, "room", ())) < size:
        raw = np.zeros(size + 16, np.float32)
        shift = -(raw.ctypes.data // 4) % 16
        _local.room = raw[shift : shift + size]
    return _local.room

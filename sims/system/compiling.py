"""One process compiles at a time.

Numba's cache on disk takes two functions for one if two processes file their first versions at once, and what another
process has just compiled need not be compiled again.
"""

from numba.core import event


class _Turns(event.Listener):
    def __init__(self, lock):
        self._lock = lock

    def on_start(self, _):
        self._lock.acquire()

    def on_end(self, _):
        self._lock.release()


def take_turns(lock):
    """From now on this process looks functions up, compiles and files them with the recursive `lock` held."""
    event.register("numba:compiler_lock", _Turns(lock))

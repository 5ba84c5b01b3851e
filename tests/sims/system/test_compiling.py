"""One process compiles at a time: whatever Numba looks up, compiles or files happens with the lock held."""

import pytest
from numba import njit
from numba.core import event

from sims.system import compiling


class Lock:
    def __init__(self):
        self.depth, self.taken = 0, 0

    def acquire(self):
        self.depth, self.taken = self.depth + 1, self.taken + 1

    def release(self):
        self.depth -= 1


@pytest.fixture
def lock(monkeypatch):
    """A lock that is taken in turns as long as the test lasts."""
    found, listeners = Lock(), []
    with monkeypatch.context() as patch:
        patch.setattr(event, "register", lambda *each: listeners.append(each))
        compiling.take_turns(found)
    [(kind, listener)] = listeners
    with event.install_listener(kind, listener):
        yield found


def test_compiling_takes_the_lock_and_gives_it_back(lock, monkeypatch):
    held = []

    @njit
    def double(x):
        return 2 * x

    compile_ = double._compiler.compile
    monkeypatch.setattr(double._compiler, "compile", lambda *a: (held.append(lock.depth), compile_(*a))[1])
    assert double(2) == 4 and held[0] > 0 and lock.depth == 0
    taken = lock.taken
    assert double(3) == 6 and lock.taken == taken


def test_a_function_that_can_not_be_compiled_gives_it_back(lock):
    @njit
    def wrong(x):
        return x.nothing

    with pytest.raises(Exception, match="nothing"):
        wrong(1)
    assert lock.taken > 0 and lock.depth == 0

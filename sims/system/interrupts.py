"""Ctrl-C and SIGTERM: both end what is going on, at once; a process that is being begun is not to hear of the first."""

import signal
from contextlib import contextmanager


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends everything as Ctrl-C does."""


@contextmanager
def terminable():
    """SIGTERM raises Terminated in the main thread."""

    def end(*_):
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def held():
    """Ctrl-C waits until the end; processes that begin before then inherit that, and never hear it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

"""The command line as a process: its exit statuses, what it says at its end, its streams and signals."""

import errno
import os
import sys
import traceback

from sims.system.errors import InputError, one_line
from sims.system.interrupts import Terminated, terminable
from sims.system.processes import Died

CHANGED, UNUSABLE, CRASHED, INTERRUPTED, CLOSED, TERMINATED = 1, 2, 70, 130, 141, 143
STATUSES = (
    "Exit status: 0 every verdict is as expected, 1 one is not, 2 unusable input, 130 interrupted, 143 terminated, "
    "70 a bug."
)
STREAM = errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EIO  # what writing the output can fail with


def status_of(command, *arguments):
    """The exit status of a command: what it returns; for what it raises one line, and for a bug its traceback.

    OSError passes if it says that the output can't be written.
    """
    try:
        return command(*arguments)
    except SystemExit as stop:
        return stop.code
    except InputError as problem:
        return say(problem, UNUSABLE)
    except MemoryError as problem:
        return say(f"not enough memory ({str(problem) or 'none left'}); give smaller numbers", UNUSABLE)
    except Terminated:
        return say("terminated; what was finished is on disk", TERMINATED)
    except KeyboardInterrupt:
        return say("interrupted; what was finished is on disk", INTERRUPTED)
    except Died as problem:
        return say(problem, CRASHED)
    except Exception as problem:
        if isinstance(problem, OSError) and problem.filename is None and problem.errno in STREAM:
            raise
        traceback.print_exc()
        return say("this is a bug, and no fault of the input; please report it with the lines above", CRASHED)


def as_process(main):
    """The exit status of `main()` in a process of its own, with these streams and signals."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or open(os.devnull, "w", encoding="utf-8")  # none, where the caller closed it
        stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, stream)
    try:
        with terminable():
            status = main()
        sys.stdout.flush()
        return status
    except OSError as problem:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left of the output goes nowhere
        if problem.errno == errno.EPIPE:  # whoever read it has read enough
            return CLOSED
        return say(f"the output can't be written ({problem.strerror})", UNUSABLE)


def program():
    """The command line in a process of its own; loaded inside, so that an interrupt meets somebody from the start."""

    def main():
        from sims.cli.main import main

        return main()

    return as_process(lambda: status_of(main))


def say(message, status):
    """Tell the user, in one line; the status."""
    print(f"gbp-theory: {one_line(message)}", file=sys.stderr)
    return status

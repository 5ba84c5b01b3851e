"""Progress on the terminal: a bar for all claims, and one for the experiment at hand of each that runs; with time left.

A worker tells its progress in messages, (experiment, chunks done, of so many at most) or None, which the bars show.
"""

import sys
from contextlib import contextmanager
from itertools import count
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

EVERY = 0.1  # seconds between two messages
REMEMBERED = 3600  # seconds that the speed is an average over: a claim may take many minutes


def bar():
    """Bars on standard error, with time left; nothing is drawn where that is no terminal.

    What is printed meanwhile is kept apart from the bars where it goes to a terminal, too, and is left alone elsewhere.
    """
    console = Console(file=sys.stderr)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        redirect_stdout=sys.stdout.isatty(),
        speed_estimate_period=REMEMBERED,
    )


class Bars:
    """Bars for claims {id: about how long it takes}."""

    def __init__(self, claims):
        self._bars = bar()
        self._claims, self._done, self._running = claims, 0, {}
        self._all = self._bars.add_task(self._count(), total=sum(claims.values()))

    def __enter__(self):
        self._bars.start()
        return self

    def __exit__(self, *error):
        self._bars.stop()

    def _count(self):
        return f"claims {self._done}/{len(self._claims)}"

    def claim_done(self, claim):
        self._end(claim)
        self._done += 1
        self._bars.update(self._all, advance=self._claims[claim], description=self._count())

    def told(self, claim, message):
        """Show a worker's message on the experiment of `claim`."""
        if message is None:
            self._end(claim)
            return
        name, done, total = message
        shown = f"{claim} · {name} {done}/{total}"
        if claim not in self._running:
            self._running[claim] = self._bars.add_task(shown, total=total)
        self._bars.update(self._running[claim], completed=done, description=shown)

    def _end(self, claim):
        if claim in self._running:
            self._bars.remove_task(self._running.pop(claim))


class Telling:
    """The progress of a worker, told by tell(message) where an experiment begins and ends, and now and then between."""

    def __init__(self, tell):
        self._tell = tell

    @contextmanager
    def experiment(self, name, total):
        """An experiment of `total` chunks at most, for any number of threads. Yields advance()."""
        chunks, due = count(1), monotonic() + EVERY
        self._tell((name, 0, total))

        def advance():
            nonlocal due
            done, now = next(chunks), monotonic()
            if now >= due:
                due = now + EVERY
                self._tell((name, done, total))

        try:
            yield advance
        finally:
            self._tell(None)

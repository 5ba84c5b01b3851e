"""Progress on the terminal: one bar for the claims, one for the experiment at hand, both with time left."""

import sys
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class Bars:
    """Bars on standard error; nothing is drawn where that is no terminal."""

    def __init__(self, claims):
        console = Console(file=sys.stderr)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._claims = self._bars.add_task("claims", total=claims)

    def __enter__(self):
        self._bars.start()
        return self

    def __exit__(self, *error):
        self._bars.stop()

    def claim_done(self):
        self._bars.advance(self._claims)

    @contextmanager
    def experiment(self, claim, name, total):
        """A bar of `total` chunks at most; an experiment that is decided early ends it early. Yields advance()."""
        task = self._bars.add_task(f"{claim} · {name}", total=total)
        try:
            yield lambda: self._bars.advance(task)
        finally:
            self._bars.remove_task(task)

"""A Study: one run of one claim. It draws chunks until every row is decided, and writes down what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from sims.evidence.estimates import Estimate
from sims.evidence.verdict import INTERVAL_SLOTS, LOOKS
from sims.random import stream
from sims.study import written
from sims.study.rows import Row
from theory.errors import Precondition

SCHEDULE = (1, 1, 1, 1, 2, 2, 4, 8)  # chunks of trials that each look adds to a group
ENDS = {key: key for key in ("estimate", "low", "high")}  # of a row
EXPECTED = 4  # chunks that are expected to do
assert len(SCHEDULE) == LOOKS


@dataclass(frozen=True)
class Budget:
    """How precise a run is: Monte Carlo margins are `margin` times the standard ones, trials 1/margin² times.

    `groups` of equal size share the trials of an experiment, for the jackknife.
    """

    name: str
    margin: float
    groups: int

    def unit(self, trials):
        """Trials in a chunk of an experiment that `trials` are expected to decide at the standard budget."""
        return max(1, round(trials / self.margin**2 / self.groups / EXPECTED))

    def trials(self, trials):
        """Trials that are expected to decide it at this budget."""
        return self.groups * self.unit(trials) * EXPECTED


BUDGETS = {
    budget.name: budget for budget in (Budget("quick", 2.0, 32), Budget("standard", 1.0, 64), Budget("full", 0.5, 64))
}


@dataclass(frozen=True)
class Experiment:
    """A chunk of trials, `chunk(rng, trials) -> Sums`, and the rows that are read off the merged sums.

    `trials` is how many are expected to decide the rows at the standard budget; five times as many may be spent.
    """

    name: str
    chunk: Callable
    trials: float
    rows: tuple[Row, ...]


class Found(dict):
    """The estimates of an experiment's rows by name; `groups` are the sums behind them."""

    groups = ()


class Study:
    """One run of a claim at an image; `cores` map its chunks, `progress` is told of every finished one."""

    def __init__(self, result, image, settings, budget, cores, progress, gallery, given=None):
        self.result, self.image, self.settings, self.budget, self.given = result, image, settings, budget, given
        self._cores, self._progress, self.picture = cores, progress, gallery
        self._intervals = 0

    def margin(self, standard):
        """A Monte Carlo margin at this run's budget."""
        return standard * self.budget.margin

    def rng(self, *address):
        """A stream of this claim's own."""
        return stream(self.result.seed, self.result.claim, *address)

    def sample(self, experiment):
        """Run an experiment and write its rows; what it Found."""
        self._check_slots(len(experiment.rows))
        groups, done, sums = self.budget.groups, 0, []
        unit = self.budget.unit(experiment.trials)
        with self._progress.experiment(experiment.name, groups * LOOKS) as advance:
            for look, chunks in enumerate(SCHEDULE):
                draw = partial(self._chunk, experiment, unit * chunks, look, advance)
                drawn = self._cores.map(draw, range(groups))
                sums = [old + new for old, new in zip(sums, drawn)] if sums else drawn
                done += groups * unit * chunks
                found = [self._find(row, sums) for row in experiment.rows]
                if not any(row.undecided(written) for row, (_, written) in zip(experiment.rows, found)):
                    break
        self.result.trials += done
        for _, row in found:
            self._write(row, done)
        estimates = Found({row["name"]: estimate for estimate, row in found})
        estimates.groups = sums
        return estimates

    def _chunk(self, experiment, trials, look, advance, group):
        sums = experiment.chunk(self.rng(experiment.name, look, group), trials)
        advance()
        return sums

    def _find(self, row, groups):
        estimate, twin = row.find(groups)
        return estimate, row.describe(estimate, twin)

    def draw(self, name, chunk, chunks, trials):
        """The outputs of `chunks` calls of chunk(rng, trials), in order, for what no sum can hold."""
        self.result.trials += chunks * trials
        with self._progress.experiment(name, chunks) as advance:

            def one(number):
                drawn = chunk(self.rng(name, number), trials)
                advance()
                return drawn

            return self._cores.map(one, range(chunks))

    def each(self, name, work, items):
        """The outputs of work(rng, item) for several items, photographs mostly, in their order.

        An item's stream is its own, whichever others there are.
        """
        self.result.trials += len(items)
        with self._progress.experiment(name, len(items)) as advance:

            def one(item):
                found = work(self.rng(name, item.name), item)
                advance()
                return found

            return self._cores.map(one, items)

    def read(self, groups, row, trials=None):
        """Write a row that is read off groups of trials that `draw` gave, one each unless told; its estimate."""
        estimate, found = self._find(row, groups)
        self._write(found, trials or len(groups))
        return estimate

    def read_all(self, groups, *rows):
        """Write several; their estimates."""
        return [self.read(groups, row) for row in rows]

    def conclude(self, row, estimate, twin=None, trials=0):
        """Write a row whose estimate (and twin's) the claim made itself: exact, or from other estimates."""
        self._write(row.describe(estimate, twin), trials)

    def exact(self, row, value, twin=None):
        """Write a row that involves no sampling error."""
        self.conclude(row, Estimate(float(value)), None if twin is None else Estimate(float(twin)))

    def _check_slots(self, rows):
        """Precondition, before anything is simulated, if so many rows more are too many for the error budget."""
        if self._intervals + 2 * rows > INTERVAL_SLOTS:
            raise Precondition(
                f"it would need more than {INTERVAL_SLOTS} intervals, where the error budget ends; give fewer numbers"
            )

    def _write(self, row, trials):
        if row.get("reading") and row["reading"] not in self.result.readings:
            raise KeyError(f"{row['name']}: no reading {row['reading']!r} is declared")
        self._check_slots(1)
        self._intervals += 2
        self.result.rows.append({**written.written(row), "trials": trials})

    def pictures(self, named):
        """Pictures that a figure shows, by name."""
        for name, picture in named.items():
            self.picture(name, picture)

    def table(self, name, /, **columns):
        """Numbers behind a figure: columns of equal length."""
        self.result.tables[name] = written.table(columns)

    def tabulate(self, name, lines):
        """The same, of a table's lines, dicts with the same keys."""
        self.table(name, **{key: [line[key] for line in lines] for key in lines[0]})

    def columns(self, names, *keys, by=1.0, **renamed):
        """Columns of a table: what the rows of these names hold times `by`, estimate and interval unless told; a key
        renamed is column=key.
        """
        lines = [self.line(name, *keys, **renamed) for name in names]
        return {column: np.multiply([line[column] for line in lines], by) for column in lines[0]}

    def line(self, name, *keys, **renamed):
        """The same of one row, a part of a table's line."""
        row = {row["name"]: row for row in self.result.rows}[name]
        taken = {key: key for key in keys} | renamed or ENDS
        return {column: row[key] for column, key in taken.items()}

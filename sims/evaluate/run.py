"""Photographs measured, by processes side by side; each is on disk as soon as it is there.

What is there already is not done again: finished work is addressed by all that it depends on.
"""

from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial

from threadpoolctl import threadpool_limits

from sims.evaluate.grid import Mosaic, mosaics
from sims.system import processes
from sims.system.errors import InputError
from theory.errors import Precondition

PREDICTION = "prediction", ""  # what is asked of every photograph beside measures and methods
GRID = "grid"


@dataclass(frozen=True)
class Job:
    """A photograph with its box, or a mosaic, and what is asked of it: (measure, method)s."""

    subject: object
    place: object
    asks: tuple


@dataclass
class Found:
    """`predictions` {photograph's name: prediction}, `numbers` {measure: {method: {subject's name: {key: number}}}};
    how many subjects were on disk, and how many were `computed`.
    """

    predictions: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)
    stored: int = 0
    computed: int = 0

    def sorted(self):
        """The same by the names of subjects, in whatever order they came: sums have an order."""
        by_name = lambda each: dict(sorted(each.items()))
        numbers = {name: {own: by_name(each) for own, each in of.items()} for name, of in self.numbers.items()}
        return replace(self, predictions=by_name(self.predictions), numbers=numbers)

    def take(self, job, found):
        for (measure, method), numbers in found.items():
            if (measure, method) == PREDICTION:
                self.predictions[job.subject.name] = numbers
            else:
                self.numbers[measure][method][job.subject.name] = numbers


@dataclass(frozen=True)
class Plan:
    """What is evaluated: an Evaluator's methods by `measures` on `photographs`, with `places` {name: Place}."""

    evaluator: object
    photographs: object
    measures: tuple[str, ...]
    places: dict
    store: object

    def run(self, workers, shown):
        """Found, in the end; `shown(what, done, total)` is told after every subject that is done."""
        found = Found(numbers={name: {own: {} for own in self.evaluator.methods} for name in self.measures})
        asks = [(name, own) for name in self.measures if name != GRID for own in self.evaluator.methods]
        jobs = [Job(each, self.places.get(each.name), (PREDICTION, *asks)) for each in self.photographs]
        self._do(jobs, found, workers, partial(shown, "photographs"))
        if GRID in self.measures:
            groups = mosaics(self.photographs, found.predictions, self.evaluator.settings)
            jobs = [Job(each, None, tuple((GRID, own) for own in self.evaluator.methods)) for each in groups]
            self._do(jobs, found, workers, partial(shown, "mosaics"))
        return found.sorted()

    def _do(self, jobs, found, workers, shown):
        """Take what is stored of every job, and compute and store what is left."""
        left = {}
        for job in jobs:
            stored = {ask: self.store.get(**self._parts(job, ask)) for ask in job.asks}
            found.take(job, {ask: numbers for ask, numbers in stored.items() if numbers is not None})
            missing = tuple(ask for ask, numbers in stored.items() if numbers is None)
            if missing:
                left[job.subject.name] = Job(job.subject, job.place, missing)
        found.stored += len(jobs) - len(left)
        done = len(jobs) - len(left)
        shown(done, len(jobs))
        with closing(performed(self.evaluator, left, workers)) as finished:
            for name, computed in finished:
                for ask, numbers in computed.items():
                    self.store.put(numbers, **self._parts(left[name], ask))
                found.take(left[name], computed)
                found.computed += 1
                done += 1
                shown(done, len(jobs))

    def _parts(self, job, ask):
        """All that numbers depend on."""
        own = {"of": job.subject.digest, **self._known(job, ask[0])}
        if ask == PREDICTION:
            return {"measure": "prediction", **own, **self.evaluator.about()}
        return own | self.evaluator.parts(*ask)

    def _known(self, job, measure):
        """What is known of a subject, beside its pixels, that a measure asks for."""
        if isinstance(job.subject, Mosaic):
            return {"classes": list(job.subject.classes)}
        place = list(job.place.edges) if job.place else None
        label = {"label": job.subject.label} if measure in (PREDICTION[0], "pointing") else {}
        return label | ({"box": place} if measure == "pointing" else {})


def performed(evaluator, jobs, workers):
    """Yield (name, {ask: numbers}) for {name: Job}: the same for any number of workers, one thread of BLAS each."""
    if workers == 1:
        for name, job in jobs.items():
            yield name, measure(evaluator, job)
    else:
        yield from processes.perform(partial(measure, evaluator), jobs, workers, lambda *_: None)


def measure(evaluator, job, *_):
    """{(measure, method): numbers} of what is asked of a job; InputError for a photograph that can't be measured so."""
    try:
        with threadpool_limits(1, user_api="blas"):
            if isinstance(job.subject, Mosaic):
                return {ask: evaluator.in_mosaic(job.subject, ask[1]) for ask in job.asks}
            seen = evaluator.see(job.subject, job.place)
            return {ask: _asked(evaluator, seen, ask) for ask in job.asks}
    except Precondition as problem:
        raise InputError(f"{job.subject.name}: {problem}") from problem


def _asked(evaluator, seen, ask):
    return evaluator.predicted(seen) if ask == PREDICTION else evaluator.measured(seen, *ask)

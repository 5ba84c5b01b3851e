"""Claims that misbehave, for processes: what a worker is sent it imports by name."""

import ctypes
import os
import signal
from functools import partial
from pathlib import Path

from sims.evidence.estimates import Sums
from sims.study.claim import Claim
from sims.study.rows import Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.errors import InputError


def normal_chunk(rng, trials):
    return Sums(n=trials, x=rng.standard_normal(trials).sum())


def mean(sums):
    return sums["x"] / sums["n"]


def quick(study):
    twin = Twin("0.3 more", lambda sums: mean(sums) + 0.3)
    row = Law(name="mean", what="E x", of=mean, value=0.0, margin=0.1, twin=twin)
    study.sample(Experiment("draws", normal_chunk, 4000, (row,)))


def changed(study):
    row = Reading(name="mean", what="E x", of=mean, reading="words", value=0.0, margin=0.1, law=1.0)
    study.sample(Experiment("draws", normal_chunk, 4000, (row,)))


def endless(study):
    """A chunk in a compiled loop."""
    study.draw("endless", partial(last, ctypes.CDLL(None)), 1, 1)


def stuck(study):
    """The same, and no other thread of its process runs."""
    study.draw("stuck", partial(last, ctypes.PyDLL(None)), 1, 1)


def last(library, rng, trials):
    Path(os.environ["BEGUN"]).touch()
    library.sleep(600)


def killed(study):
    os.kill(os.getpid(), signal.SIGKILL)


def broken(study):
    raise KeyError("a mistake in the code")


def undefined(study):
    study.exact(Law(name="row", what="", value=0.0, margin=1.0), float("nan"))


def seen(study):
    """Its picture, and a number of it."""
    value = float((study.image[0] * range(study.image.shape[2])).sum())
    study.picture("x", study.image)
    study.exact(Law(name="sum", what="", value=value, margin=1.0, twin=Twin("three more")), value, value + 3)


def refused(study):
    raise InputError("not this picture")


READINGS = {changed: {"words": "the mean"}}
ALL = {
    run.__name__: Claim(run.__name__, "", "", "", "", "", run, seconds=seconds, readings=READINGS.get(run, {}))
    for run, seconds in (
        (changed, 1),
        (quick, 9),
        (endless, 8),
        (stuck, 8),
        (killed, 1),
        (broken, 1),
        (refused, 1),
        (undefined, 1),
        (seen, 1),
    )
}

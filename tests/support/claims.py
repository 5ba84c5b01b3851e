"""Claims that misbehave, for processes: what a worker is sent it imports by name."""

import ctypes
import os
import signal
from functools import partial
from pathlib import Path

from sims.evidence.estimates import Sums
from sims.study.claim import Check, Claim, Control
from sims.study.study import Experiment
from sims.system.errors import InputError


def normal_chunk(rng, trials):
    return Sums(n=trials, x=rng.standard_normal(trials).sum())


def mean(sums):
    return sums["x"] / sums["n"]


def quick(study, expected="holds"):
    check = Check("mean", "E x", mean, 0.1, Control("0.2 more", target=0.2), expected, exact=0.0)
    study.sample(Experiment("draws", normal_chunk, 4000, (check,)))


def changed(study):
    quick(study, expected="refuted")


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
    study.exact(Check("row", "", None, 1.0, Control("one more", target=2.0), "holds", exact=0.0), float("nan"))


def seen(study):
    """Its picture, and a number of it."""
    value = float((study.image[0] * range(study.image.shape[2])).sum())
    study.picture("x", study.image)
    study.exact(Check("sum", "", None, 1.0, Control("three more", target=value + 3), "holds", exact=value), value)


def refused(study):
    raise InputError("not this picture")


ALL = {
    run.__name__: Claim(run.__name__, "", "", "", "", "", run, seconds=seconds)
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

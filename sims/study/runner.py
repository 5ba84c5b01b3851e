"""claims → results/<claim>.json, and the few pictures that the figures show."""

import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version

import numpy as np
from threadpoolctl import threadpool_limits

from sims.study.claim import TOLD, Result
from sims.study.study import Budget, Study
from sims.study.write import write
from sims.system import processes
from sims.system.errors import InputError
from sims.system.progress import Telling
from theory.errors import Precondition

PACKAGES = ("numpy", "scipy", "numba", "matplotlib", "pillow")


@dataclass(frozen=True, eq=False)
class Run:
    """What the claims of one run share: the picture (C, H, W) and its name, the seed, the budget, and what those on
    trained networks are given (sims.trained.given.Given).
    """

    image: np.ndarray
    image_name: str
    seed: int
    budget: Budget
    given: object = None


def run_claims(run, claims, settings, workers, folder, progress):
    """Run every claim, a process each and the longest first, write its result as soon as it is there, and yield it.

    settings holds each claim's by id; claims and their settings are sent to processes that share so many cores. The
    results are the same for any number.
    """
    order = sorted(claims, key=lambda claim: -claim.seconds)
    jobs = {claim.id: (claim, settings[claim.id]) for claim in order}
    with closing(processes.perform(partial(_work, run), jobs, workers, progress.told)) as finished:
        for claim, (result, pictures) in finished:
            write(result, pictures, folder)
            progress.claim_done(claim)
            yield result


def _work(run, job, cores, tell):
    return run_claim(run, *job, cores, Telling(tell))


def run_claim(run, claim, settings, cores, progress):
    """The Result of a claim and its pictures by name; `cores` map its chunks, on each of which BLAS has one thread."""
    started = time.perf_counter()
    result = Result(
        claim.id,
        **{name: getattr(claim, name) for name in TOLD},
        seed=run.seed,
        budget=run.budget.name,
        image=run.image_name,
        settings={"size": run.image.shape[1], **settings},
        versions={name: version(name) for name in PACKAGES},
    )
    pictures = {}
    with threadpool_limits(1, user_api="blas"):
        try:
            study = Study(result, run.image, settings, run.budget, cores, progress, pictures.__setitem__, run.given)
            claim.run(study)
        except Precondition as problem:
            raise InputError(f"{claim.id} can't be run on this picture with these settings: {problem}") from problem
    result.seconds = round(time.perf_counter() - started, 3)
    return result, pictures

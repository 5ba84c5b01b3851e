"""Small claims, and a small run of the real ones."""

import threading
from dataclasses import replace
from functools import partial

import pytest
from support.given import PHOTOGRAPHS, given
from support.small import Silent, complete

from sims.data import images
from sims.evidence.estimates import Sums
from sims.study.claim import Claim
from sims.study.rows import Law, Reading, Twin
from sims.study.runner import Run, run_claim, write
from sims.study.study import BUDGETS, Experiment
from sims.system.cores import Cores


def normal_chunk(shift, rng, trials):
    draws = rng.standard_normal(trials) + shift
    return Sums(n=trials, x=draws.sum())


def mean(sums):
    return sums["x"] / sums["n"]


@pytest.fixture
def normal_claim():
    """A claim that the mean of N(shift, 1) is 1, with a margin of 0.1."""

    def make(id="normal", shift=1.0, printed=None, more=0.3, trials=4000):
        def run(study):
            twin = Twin(f"{more} more", lambda sums: mean(sums) + more)
            rows = [Law(name="mean", what="E x", of=mean, value=1.0, margin=0.1, twin=twin)]
            if printed is not None:
                own = dict(reading="words", value=printed, margin=0.1, law=1.0)
                rows.append(Reading(name="printed", what="E x", of=mean, **own))
            study.sample(Experiment("draws", partial(normal_chunk, shift), trials, tuple(rows)))

        words = {} if printed is None else {"words": "the mean"}
        return Claim(id, "Normal", "nowhere", "The mean is 1.", "1", "1", run, readings=words)

    return make


@pytest.fixture
def run(tmp_path):
    """Run claims in this process on a small picture, and write them; their results."""

    def start(
        claims, seed=0, workers=2, size=24, image="photograph", budget="standard", settings=None, folder=tmp_path
    ):
        common = Run(images.load(image, size), image, seed, BUDGETS[budget])
        if any(claim.networks for claim in claims):
            found = given((settings or {}).get("photographs", PHOTOGRAPHS), any(claim.labelled for claim in claims))
            common = replace(common, given=found)
        cores, results = Cores(threading.Semaphore(workers - 1), workers), []
        for claim in claims:
            result, pictures = run_claim(common, claim, complete(claim, settings), cores, Silent())
            write(result, pictures, folder)
            results.append(result)
        return results

    return start

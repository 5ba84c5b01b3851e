"""Small claims, and a small run of the real ones."""

import contextlib
from functools import partial

import pytest

from sims.data import images
from sims.evidence.estimates import Sums
from sims.study.claim import Check, Claim, Control
from sims.study.runner import run_claims
from sims.study.study import BUDGETS, Experiment


class Silent:
    """Progress that nobody sees."""

    def claim_done(self):
        pass

    @contextlib.contextmanager
    def experiment(self, claim, name, total):
        yield lambda: None


def normal_chunk(shift, rng, trials):
    draws = rng.standard_normal(trials) + shift
    return Sums(n=trials, x=draws.sum())


def mean(sums):
    return sums["x"] / sums["n"]


@pytest.fixture
def normal_claim():
    """A claim that the mean of N(shift, 1) is 1, with a margin of 0.1."""

    def make(id="normal", shift=1.0, printed=None, control=1.2, expected="holds", trials=4000):
        def run(study):
            check = Check(
                "mean", "E x", mean, 0.1, Control("0.2 more", target=control), expected, exact=1.0, printed=printed
            )
            study.sample(Experiment("draws", partial(normal_chunk, shift), trials, (check,)))

        return Claim(id, "Normal", "nowhere", "The mean is 1.", "1", "1", run)

    return make


@pytest.fixture
def run(tmp_path):
    """Run claims on a small picture; their results."""

    def start(
        claims, seed=0, workers=2, size=24, image="photograph", budget="standard", settings=None, folder=tmp_path
    ):
        settings = settings or {}
        complete = {claim.id: {s.name: settings.get(s.name, s.default) for s in claim.settings} for claim in claims}
        picture = images.load(image, size)
        return list(run_claims(claims, complete, picture, image, seed, BUDGETS[budget], workers, folder, Silent()))

    return start

"""E h(V) of a rectified Gaussian readout, as the corrected proof of Theorem 1 has it."""

from functools import partial

import numpy as np

from sims.evidence.defects import leaky
from sims.evidence.estimates import Sums
from sims.random.weight_laws import gaussian
from sims.study.claim import Claim
from sims.study.rows import Law, Reading, Twin
from sims.study.study import Experiment
from theory import as_printed
from theory.laws import moments
from theory.rules import GUIDED

MARGIN = 0.005  # relative: two digits
SCALE = 0.1  # c
AT_ONCE = 2**16  # numbers that a trial draws


def run(study):
    margin, exact = study.margin(MARGIN), moments.rectified_mean(SCALE)
    over = lambda part: lambda sums: sums[part] / sums["count"] / exact
    what = "E σ(V) of V ~ N(0, c²), over c/√(2π)"
    twin = Twin(f"a backward ReLU that leaks {2 * margin:.1%}", over("twin"))
    printed = as_printed.rectified_mean(SCALE) / exact
    rows = (
        Law(name="mean", what=what, of=over("own"), value=1.0, margin=margin, twin=twin),
        Reading(name="printed", reading="mean", what=what, of=over("own"), value=printed, margin=margin, law=1.0),
    )
    study.sample(Experiment("readout", partial(chunk, 2 * margin), 60, rows))


def chunk(leak, rng, trials):
    """Sums of what a backward ReLU, and one that leaks, lets through of a Gaussian readout."""
    drawn = gaussian(rng, (trials, AT_ONCE), SCALE)
    own, twin = (rule.backward(drawn, np.ones_like(drawn)).sum() for rule in (GUIDED, leaky(leak)))
    return Sums(count=drawn.size, own=own, twin=twin)


CLAIM = Claim(
    id="rectified_mean",
    title="The mean of a rectified Gaussian",
    source="Nie et al. 2018, proof of Theorem 1 (A:167), as corrected (A:86)",
    statement="“E(h(V_q,k)) = √(1/(2π)) c”.",
    readings={"mean": "the mean of σ(V) is that, to 0.5 %"},
    printed="c/√(2π)",
    exact="c/√(2π)",
    said="The mean of a rectified Gaussian signal is 0.399 of its deviation.",
    true="The mean of a rectified Gaussian is 0.399 of its deviation, as the authors' correction says.",
    meaning="The rectified signal has a mean, so filters add up instead of cancelling.",
    headline="printed",
    decides=("printed", "mean"),
    run=run,
    seconds=1,
)

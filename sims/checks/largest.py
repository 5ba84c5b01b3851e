"""How much longer guided's E s is for the largest of many logits: all of them drawn, and that one alone."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.ensembles import largest
from sims.evidence import estimates, picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums, propagate
from sims.study.rows import FIRST_ORDER, Finding, Law
from sims.study.study import Experiment
from theory.rules import RULES

MARGIN = 0.06  # relative
GROWTH = 0.1  # relative, of a growth


def chunk(network, mean, rng, trials):
    """Sums of the pictures of the largest logit, of the first, and of the twin's; each logit, and ⟨s, x⟩ of saliency,
    over the deviation of a logit.
    """
    names = "largest", "any", "twin"
    found = {f"{which}-{rule}": PictureSums(mean=mean) for which in names for rule in RULES}
    sums = {which: Sums(logit=0.0, product=0.0) for which in names}
    for drawn in largest.of_all(network, instead, rng, trials):
        for which, (logit, deviation, pictures) in drawn.items():
            product = (pictures["saliency"] * network.image).sum()
            sums[which] += Sums(logit=logit / deviation, product=product / deviation)
            for rule, picture in pictures.items():
                found[f"{which}-{rule}"].add(picture)
    return Sums(count=trials, **sums, **{part: each.sums() for part, each in found.items()})


def longer(which):
    """The length of guided's E s of some logit over that of any."""
    along = lambda which, sums: estimates.along(sums[f"{which}-guided"], "mean")
    return lambda sums: along(which, sums) / along("any", sums)


def conditional(network, mean, count):
    """A chunk of guided pictures of one logit, and of what that logit is if it is the largest of `count`."""
    named = {f"{which}-guided": {"mean": mean} for which in ("largest", "any")}
    return partial(picture_sums.of_parts, partial(largest.alone, network, count), named)


def alone(study, network, mean, logits, tilt, drawn):
    """The draw of the largest logit alone, against the draw of all: the same growth."""
    small = replace(network, logits=1)
    what = "length of guided for the largest logit over that for any, drawn without the others"
    own = dict(value=tilt, margin=study.margin(MARGIN), tag=FIRST_ORDER)
    row = Law(name="largest-alone", what=what, of=longer("largest"), **own)
    found = study.sample(Experiment("largest-alone", conditional(small, mean, logits), 512, (row,)))["largest-alone"]
    what = "the same with all logits drawn, over without"
    same = Law(name="same-growth", what=what, value=1.0, margin=study.margin(MARGIN))
    study.conclude(same, propagate(np.divide.reduce, [drawn, found]))


def at_full_size(study, network, mean, logits, growth):
    """The paper's network and picture, where its logits are too many to draw: only the largest one is."""
    over = lambda sums: (longer("largest")(sums) - 1) / growth
    what = "growth of E s along Σ D_jᵀŷ_j for the largest logit, the paper's network, over the first-order law"
    law = dict(value=1.0, margin=study.margin(GROWTH), tag=FIRST_ORDER)
    length = f"the same length over that for any logit: 1 + {growth:.2g} by the law"
    rows = (
        Law(name="paper-guided", what=what, of=over, **law),
        Finding(name="paper-length", what=length, of=longer("largest")),
    )
    study.sample(Experiment("paper", conditional(network, mean, logits), 64, rows))

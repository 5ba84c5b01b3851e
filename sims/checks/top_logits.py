"""The largest logit's picture less the mean over the top logits, as TR-GBP subtracts it."""

from functools import partial

import numpy as np

from sims.evidence import picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums
from sims.study.rows import FIRST_ORDER, Finding, Law, Twin
from sims.study.study import Experiment
from theory.geometry.patches import unit
from theory.laws.top_logits import top_energy, top_mean
from theory.metrics.similarity import cosine
from theory.networks import one_hot

CLASSES = 5  # TR-GBP subtracts the mean over the top 5
TRIALS = 5000  # networks: the top logits themselves vary
GROWTH = 0.1  # relative, of what the choice of a logit adds, as of the largest logit's
ANGLE = 0.05  # of sin²: a twentieth of the energy of E R is something else
SIZE = 0.05  # relative, of energy


def of_the_top(study, network, logits):
    """The largest logit's picture less the mean over the top 5, as Eq. 10 is used (T:138): E R is not 0."""
    mean = top_mean(**network.geometry, logits=logits, top=CLASSES, **network.scales)
    energy = top_energy(network.image, network.kernel, network.stride, logits, CLASSES, **network.scales)
    size, towards = np.linalg.norm(mean), unit(mean.ravel())
    length = lambda part: lambda sums: sums[part]["total"] @ towards / sums[part]["count"] / size
    square = lambda part: lambda sums: sums[part] / sums["count"] / energy
    share = lambda sums: (length("top")(sums) * size) ** 2 / square("energy")(sums) / energy
    top = f"the largest of {logits} logits, less the mean over the top {CLASSES}"
    first = f"{CLASSES} chosen beforehand in their place"
    own = dict(tag=FIRST_ORDER, value=1.0)
    rows = (
        Law(
            name="top-length",
            what=f"length of E R along Σ D_jᵀy_j over the law's: {top}",
            of=length("top"),
            margin=study.margin(GROWTH),
            twin=Twin(first, length("twin")),
            **own,
        ),
        Law(
            name="top-direction",
            what="sin² of the angle between the same E R and Σ D_jᵀy_j",
            **picture_sums.off(towards, "top"),
            value=0.0,
            margin=study.margin(ANGLE),
            tag=FIRST_ORDER,
        ),
        Law(
            name="top-size",
            what="E‖R‖² of the same over (1 − 1/K)(E‖s_k‖² − E⟨s_k, s_k'⟩) and what the choice adds",
            of=square("energy"),
            margin=study.margin(SIZE),
            twin=Twin("nothing subtracted", square("whole")),
            **own,
        ),
        Finding(
            name="top-share",
            what=f"part of E‖R‖² that E R holds along Σ D_jᵀy_j: {size**2 / energy:.2g} by the law",
            of=share,
        ),
    )
    study.sample(Experiment("top", partial(_ranked, network, logits), TRIALS, rows))
    what = "cosine with x of what E R is by the law"
    study.exact(Finding(name="top-image", what=what), cosine(mean, network.image))


def _ranked(network, logits, rng, trials):
    """Sums over R of the top classes and of the twin's, whose logits are the first; both less R at logits of 0.

    Given the activations a, a readout is what it has across a, and (f/‖a‖²) a of its logit f, N(0, c²‖a‖²): the others
    need not be drawn. At logits of 0 the classes are exchangeable, so that E R = 0: taken off, only noise goes.
    """
    found = {part: PictureSums() for part in ("top", "twin")}
    energy = whole = 0.0
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        drawn = network.draw(rng)
        passed = drawn.forward(inputs)
        every = rng.standard_normal(logits)
        highest = np.sort(every)[::-1][:CLASSES]
        still, *chosen = (
            _rest_of_first(network, drawn, passed, values)
            for values in (np.zeros(CLASSES), highest, instead(every[:CLASSES], highest))
        )
        for part, (left, _) in zip(found, chosen):
            found[part].add(left - still[0])
        left, common = chosen[0]
        energy, whole = energy + (left**2).sum(), whole + ((left + instead(common, 0)) ** 2).sum()
    return Sums(count=trials, energy=energy, whole=whole, **{part: sums.sums() for part, sums in found.items()})


def _rest_of_first(network, drawn, passed, values):
    """The first class's picture less the mean over all, and the mean, where the logits are `values` deviations."""
    activations, readout = np.maximum(passed.saved["1"], 0).ravel().astype(np.float64), drawn.layers[-1].weight
    energy = activations @ activations or np.inf  # of a dead network, whose readout stays
    wanted = values * network.scale * np.sqrt(energy) if np.isfinite(energy) else 0 * values
    readout += np.outer((wanted - readout @ activations) / energy, activations).astype(readout.dtype)
    pictures = [passed.backward(one_hot(k, passed.output), "guided")[0].astype(np.float64) for k in range(len(values))]
    common = np.mean(pictures, axis=0)
    return pictures[0] - common, common

"""The rectified-Gaussian lemma: the moments of w̃ = w·1(wᵀy > 0), the printed product with E σ(V), and the density."""

from functools import partial

import numpy as np

from sims.data.images import strongest_patch
from sims.ensembles import rectified
from sims.evidence import filter_sums
from sims.evidence.estimates import across_halves, mean_of
from sims.study.claim import KERNEL, Claim
from sims.study.common import twinned
from sims.study.rows import Finding, Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory import as_printed
from theory.geometry.patches import unit
from theory.laws import moments as exact

MARGIN = 0.005  # relative: two digits
SCALE = 0.1  # c
FILTERS = 2048  # per trial
TILT = 0.2  # the sine between the patch and that whose masks the twin takes


def run(study):
    patch = strongest_patch(study.image, study.settings["kernel"])
    margin = study.margin(MARGIN)
    chunk = partial(filter_sums.chunk, partial(rectified.filters, patch, FILTERS, SCALE), patch, TILT, 2 * margin)
    study.sample(Experiment("filters", chunk, 2500, (*lengths(patch, margin), *second_moments(patch, margin))))


def lengths(patch, margin):
    """E σ(V), E w̃ and their product."""
    y, length = unit(patch.ravel()), exact.rectified_mean()
    relu, along = mean_of("relu"), lambda sums: sums["own"]["mean"] @ y / sums["count"]
    leak, own = f"{2 * margin:.1%}", dict(value=length, margin=margin * length)
    twin = Twin(f"a ReLU that leaks {leak}", mean_of("relu_leak"))
    yield Law(name="relu-mean", what="E σ(V)/c", of=relu, **own, twin=twin)
    twin = Twin(f"a forward mask that lets {leak} of the closed filters through", mean_of("leaked"))
    yield Law(name="vector-length", what="⟨E w̃, ŷ⟩/c", of=along, **own, twin=twin)
    step_4 = np.linalg.norm(as_printed.step_4_mean(patch.ravel(), SCALE)) / SCALE**2
    product = lambda sums: relu(sums) * along(sums) / step_4
    what = "E[σ(V)] ⟨E w̃, ŷ⟩ over TR-GBP's step 4, 2c²p/π"
    bound = dict(value=1.0, margin=0.1, law=length**2 / step_4)
    yield Reading(name="step-4", reading="product", what=what, of=product, **bound)
    half = as_printed.half_normal_mean()
    over = "E σ(V) over √(2/π)c, which stands in a commented-out line (A:197–199)"
    yield Finding(name="half-normal", what=over, of=lambda sums: relu(sums) / half)
    rest = lambda vector: vector - (vector @ y) * y
    off = lambda *part: lambda sums: rest(mean_of(*part)(sums))
    what = "sin² of the angle between E w̃ and y"
    own = dict(measure=across_halves(lambda sums: length**2), value=0.0, margin=2 * margin)
    twin = Twin(f"the masks of a patch that is tilted by {TILT:g}", off("tilted"))
    yield Law(name="vector-direction", what=what, of=off("own", "mean"), **own, twin=twin)


def second_moments(patch, margin):
    """E w̃w̃ᵀ and the atom at 0; the twin has the printed density: closed filters go onto the hyperplane wᵀy = 0."""
    p, own = patch.size, dict(value=0.5, margin=margin)
    projected = lambda of: twinned("own", "twin", of, "closed filters projected onto wᵀy = 0")
    part = lambda name, scale: lambda which: lambda sums: mean_of(which, name)(sums) / scale
    yield Law(name="second-moment-along", what="E(ŷᵀw̃)²/c²", of=part("along", 1)("own"), **own)
    what = "E‖w̃ − (ŷᵀw̃)ŷ‖²/((p − 1)c²)"
    yield Law(name="second-moment-across", what=what, **own, **projected(part("across", p - 1)))
    yield Law(name="atom", what="P(w̃ = 0)", **own, **projected(part("zeros", 1)))
    what = "‖E w̃w̃ᵀ − (c²/2) I‖²_F over that of (c²/2) I"
    away = lambda which: lambda sums: (mean_of(which, "outer")(sums) - np.eye(p) / 2).ravel()
    own = dict(measure=across_halves(lambda sums: p / 4), value=0.0, margin=2 * margin)
    yield Law(name="second-moment-matrix", what=what, **own, **projected(away))


def needs(settings, shape, budget):
    p = shape[0] * settings["kernel"] ** 2
    return Needs(16 * (p * p * (budget.groups + 2) + 4 * FILTERS * p), FILTERS * p * (p + 100)) * budget.trials(2500)


CLAIM = Claim(
    id="rectified_gaussian",
    title="The rectified-Gaussian lemma",
    source="TR-GBP, section 3.2, step 4 (T:90); the density: Nie et al. 2018 (A:174–186)",
    statement="“E(σ(V_q,k)) are constant positive values and E(w^(i) I(w^(i) c^(j))) = (2c²p/(π‖c^(j)‖₂Z)) c^(j)”.",
    premise="Z = 1; the right side is of the dimension c², so it has taken E σ(V) in",
    readings={"product": "E[σ(V)] E[w̃] is (2c²p/π) ĉ within a tenth"},
    printed="E σ(V) E w̃ = (2c²p/π) ŷ; in the density, half of the mass lies on wᵀy = 0",
    exact="E σ(V) = c/√(2π); E w̃ = (c/√(2π)) ŷ; E w̃w̃ᵀ = (c²/2) I; the atom of mass ½ is at the origin",
    said="A filter that is open to a patch points, on average, along the patch, with a printed length.",
    true="Open filters lie along the patch; the printed length is 4p times too long, p the numbers in a patch.",
    meaning="Every open filter holds a trace of the patch it looks at: that trace is what comes back as the picture.",
    headline="step-4",
    decides=("step-4", "relu-mean", "vector-length", "second-moment-along", "atom"),
    run=run,
    needs=needs,
    seconds=20,
    settings=(KERNEL,),
)

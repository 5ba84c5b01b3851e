"""The rectified-Gaussian lemma: the moments of w̃ = w·1(wᵀy > 0), the printed product with E σ(V), and the density."""

from functools import partial

import numpy as np

from sims.data.images import strongest_patch
from sims.evidence.defects import instead, leaky
from sims.evidence.estimates import Sums, across_halves, total
from sims.random.weight_laws import gaussian
from sims.study.claim import KERNEL, Claim
from sims.study.rows import Finding, Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory import as_printed
from theory.geometry.patches import unit
from theory.laws import moments as exact
from theory.layers import Conv2d, ReLU
from theory.rules import GUIDED, SALIENCY

MARGIN = 0.005  # relative: two digits
SCALE = 0.1  # c
FILTERS = 2048  # per trial
TILT = 0.2  # the sine between the patch and that whose masks the twin takes


def run(study):
    patch = strongest_patch(study.image, study.settings["kernel"])
    margin = study.margin(MARGIN)
    draw = partial(chunk, patch, tilted(patch), 2 * margin)
    study.sample(Experiment("filters", draw, 2500, (*lengths(patch, margin), *second_moments(patch, margin))))


def tilted(patch):
    """A unit vector at an angle from the patch y, or y itself."""
    y, sine = unit(patch.ravel()), instead(TILT, 0.0)
    across = np.eye(len(y))[np.abs(y).argmin()]
    return np.sqrt(1 - sine**2) * y + sine * unit(across - (across @ y) * y)


def chunk(patch, tilt, leak, rng, trials):
    return total(batch(patch, tilt, leak, rng) for _ in range(trials))


def batch(patch, tilt, leak, rng):
    """Sums over FILTERS draws of w and of V, in units of c: the convolution sees the patch, its ReLU keeps filters."""
    weights = gaussian(rng, (FILTERS, *patch.shape), SCALE, np.float32)
    hidden, _ = Conv2d(weights).forward(patch[None].astype(np.float32))
    relu = ReLU()
    _, saved = relu.forward(hidden)
    mask = relu.backward(np.ones_like(hidden), saved, SALIENCY).reshape(-1, 1)
    readout = gaussian(rng, (1, 4 * FILTERS, 1, 1), SCALE)  # of a rectified number each; they cost next to nothing
    rectified = [rule.backward(readout, np.ones_like(readout)).mean() / SCALE for rule in (GUIDED, leaky(leak))]
    w, y = weights.reshape(FILTERS, -1).astype(np.float64) / SCALE, unit(patch.ravel())
    kept, closed = w * mask, w * (1 - mask)
    projected = kept + instead(1, 0) * (closed - np.outer(closed @ y, y))  # the printed density's hyperplane
    leaked = kept + instead(leak, 0) * closed
    return Sums(
        count=FILTERS,
        relu=rectified[0] * FILTERS,
        relu_leak=rectified[1] * FILTERS,
        tilted=(w * (w @ tilt > 0)[:, None]).sum(axis=0),
        leaked=leaked.sum(axis=0) @ y,
        own=moments_of(kept, y),
        twin=moments_of(projected, y),
    )


def moments_of(kept, y):
    """Sums over filters of w̃, of its square along y and across it, of w̃w̃ᵀ, and of how many are 0."""
    along, squares = kept @ y, (kept**2).sum(axis=1)
    return Sums(
        mean=kept.sum(axis=0),
        along=along @ along,
        across=squares.sum() - along @ along,
        outer=kept.T @ kept,
        zeros=np.sum(~kept.any(axis=1)),
    )


def lengths(patch, margin):
    """E σ(V), E w̃ and their product."""
    y, rectified = unit(patch.ravel()), exact.rectified_mean()
    average = lambda name: lambda sums: sums[name] / sums["count"]
    along = lambda sums: sums["own"]["mean"] @ y / sums["count"]
    leak = f"{2 * margin:.1%}"
    own = dict(value=rectified, margin=margin * rectified)
    twin = Twin(f"a ReLU that leaks {leak}", average("relu_leak"))
    yield Law(name="relu-mean", what="E σ(V)/c", of=average("relu"), **own, twin=twin)
    twin = Twin(f"a forward mask that lets {leak} of the closed filters through", average("leaked"))
    yield Law(name="vector-length", what="⟨E w̃, ŷ⟩/c", of=along, **own, twin=twin)
    step_4 = np.linalg.norm(as_printed.step_4_mean(patch.ravel(), SCALE)) / SCALE**2
    product = lambda sums: average("relu")(sums) * along(sums) / step_4
    yield Reading(
        name="step-4",
        reading="product",
        what="E[σ(V)] ⟨E w̃, ŷ⟩ over TR-GBP's step 4, 2c²p/π",
        of=product,
        value=1.0,
        margin=0.1,
        law=rectified**2 / step_4,
    )
    half = as_printed.half_normal_mean()
    over = "E σ(V) over √(2/π)c, which stands in a commented-out line (A:197–199)"
    yield Finding(name="half-normal", what=over, of=lambda sums: average("relu")(sums) / half)
    off = lambda name: lambda sums: rest((sums["own"]["mean"] if name == "own" else sums[name]) / sums["count"], y)
    yield Law(
        name="vector-direction",
        what="sin² of the angle between E w̃ and y",
        of=off("own"),
        measure=across_halves(lambda sums: rectified**2),
        value=0.0,
        margin=2 * margin,
        twin=Twin(f"the masks of a patch that is tilted by {TILT:g}", off("tilted")),
    )


def rest(vector, y):
    """What of a vector lies across y."""
    return vector - (vector @ y) * y


def second_moments(patch, margin):
    """E w̃w̃ᵀ and the atom at 0; the twin has the printed density: closed filters go onto the hyperplane wᵀy = 0."""
    p = patch.size
    hyperplane = "closed filters projected onto wᵀy = 0"
    part = lambda name, scale: lambda which: lambda sums: sums[which][name] / sums["count"] / scale
    away = lambda which: lambda sums: (sums[which]["outer"] / sums["count"] - np.eye(p) / 2).ravel()
    own = dict(value=0.5, margin=margin)
    yield Law(name="second-moment-along", what="E(ŷᵀw̃)²/c²", of=part("along", 1)("own"), **own)
    for name, what, of in (
        ("second-moment-across", "E‖w̃ − (ŷᵀw̃)ŷ‖²/((p − 1)c²)", part("across", p - 1)),
        ("atom", "P(w̃ = 0)", part("zeros", 1)),
    ):
        yield Law(name=name, what=what, of=of("own"), **own, twin=Twin(hyperplane, of("twin")))
    yield Law(
        name="second-moment-matrix",
        what="‖E w̃w̃ᵀ − (c²/2) I‖²_F over that of (c²/2) I",
        of=away("own"),
        measure=across_halves(lambda sums: p / 4),
        value=0.0,
        margin=2 * margin,
        twin=Twin(hyperplane, away("twin")),
    )


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
    true="Along the patch, yes; the printed length is too long, by four times the size of the patch.",
    meaning="Every open filter holds a trace of the patch it looks at: that trace is what comes back as the picture.",
    headline="step-4",
    decides=("step-4", "relu-mean", "vector-length", "second-moment-along", "atom"),
    run=run,
    needs=needs,
    seconds=20,
    settings=(KERNEL,),
)

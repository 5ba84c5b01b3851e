"""The rectified-Gaussian lemma: the moments of σ(V) and of w̃ = w·1(wᵀy > 0), and the printed density."""

from functools import partial

import numpy as np

from sims.data.images import strongest_patch
from sims.evidence.defects import leaky
from sims.evidence.estimates import Sums
from sims.evidence.verdict import CORRECTED, HOLDS
from sims.random.weight_laws import gaussian
from sims.study.claim import KERNEL, Check, Claim, Control
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory import as_printed
from theory.geometry.patches import unit
from theory.laws import moments as exact
from theory.layers import Conv2d, ReLU
from theory.rules import GUIDED, SALIENCY

MARGIN = 0.005  # relative
SCALE = 0.1  # c
FILTERS = 2048  # per trial


def run(study):
    patch = strongest_patch(study.image, study.settings["kernel"])
    margin = study.margin(MARGIN)
    draw = partial(chunk, patch, tilted(patch, np.sqrt(4 * margin)), 2 * margin)
    study.sample(Experiment("filters", draw, 2500, tuple(checks(patch, margin))))
    change_of_variables(study, patch)
    study.table(
        "moments",
        **{
            key: [row[key] for row in study.result.rows]
            for key in ("name", "estimate", "low", "high", "printed", "exact")
        },
    )


def tilted(patch, sine):
    """A unit vector at the angle of this sine from the patch y."""
    y = unit(patch.ravel())
    across = np.eye(len(y))[np.abs(y).argmin()]
    return np.sqrt(1 - sine**2) * y + sine * unit(across - (across @ y) * y)


def chunk(patch, tilt, leak, rng, trials):
    """Sums over filters: the convolution sees the patch, and its ReLU decides which filters are kept."""
    return sum((batch(patch, tilt, leak, rng) for _ in range(trials - 1)), batch(patch, tilt, leak, rng))


def batch(patch, tilt, leak, rng):
    """Sums over FILTERS draws of w and of V, in units of c."""
    weights = gaussian(rng, (FILTERS, *patch.shape), SCALE, np.float32)
    hidden, _ = Conv2d(weights).forward(patch[None].astype(np.float32))
    relu = ReLU()
    _, saved = relu.forward(hidden)
    mask = relu.backward(np.ones_like(hidden), saved, SALIENCY).reshape(-1, 1)
    readout = gaussian(rng, (1, 4 * FILTERS, 1, 1), SCALE)  # of a rectified number each; they cost next to nothing
    passed, leaked = (rule.backward(readout, np.ones_like(readout)) for rule in (GUIDED, leaky(leak)))
    w = weights.reshape(FILTERS, -1).astype(np.float64) / SCALE
    kept = w * mask
    along, squares, tilts = kept @ unit(patch.ravel()), (kept**2).sum(axis=1), kept @ tilt
    return Sums(
        count=FILTERS,
        relu=passed.mean() * FILTERS / SCALE,
        relu_leak=leaked.mean() * FILTERS / SCALE,
        mean=kept.sum(axis=0),
        square=squares.sum(),
        fourth=squares @ squares,
        along=along.sum(),
        along_square=along @ along,
        along_leak=(w @ unit(patch.ravel()) * (mask + leak * (1 - mask)).ravel()).sum(),
        tilted=tilts.sum(),
        tilted_square=tilts @ tilts,
        zeros=np.sum(~kept.any(axis=1)),
        outer=kept.T @ kept,
    )


def checks(patch, margin):
    """The estimands, in units of c."""
    return [*relu_checks(margin), *length_checks(patch, margin), *moment_checks(patch, margin)]


def relu_checks(margin):
    rectified = exact.rectified_mean()
    shared = dict(
        statistic=average("relu"),
        margin=margin * rectified,
        exact=rectified,
        control=Control(f"a ReLU that leaks {2 * margin:.1%}", statistic=average("relu_leak")),
    )
    yield Check("relu-mean", "E σ(V)/c", printed=as_printed.rectified_mean(), expected=HOLDS, **shared)
    yield Check(
        "relu-mean-half-normal",
        "E σ(V)/c, as in the factors of TR-GBP's Eq. 7",
        printed=as_printed.half_normal_mean(),
        expected=CORRECTED,
        **shared,
    )


def length_checks(patch, margin):
    rectified = exact.rectified_mean()
    step_4 = np.linalg.norm(as_printed.step_4_mean(patch.ravel(), SCALE)) / SCALE
    leak = f"a forward mask that lets {2 * margin:.1%} of the closed filters through"
    yield Check(
        "vector-length",
        "⟨E w̃, ŷ⟩/c",
        printed=as_printed.half_normal_mean(),
        exact=rectified,
        margin=margin * rectified,
        expected=CORRECTED,
        statistic=average("along"),
        control=Control(leak, statistic=average("along_leak")),
    )
    yield Check(
        "vector-length-step-4",
        "⟨E w̃, ŷ⟩ over TR-GBP's step 4, 2c²p/π",
        printed=1.0,
        exact=rectified / step_4,
        margin=margin * rectified / step_4,
        expected=CORRECTED,
        statistic=average("along", 1 / step_4),
        control=Control(leak, statistic=average("along_leak", 1 / step_4)),
    )
    yield Check(
        "vector-direction",
        "sin² of the angle between E w̃ and y",
        printed=0.0,
        exact=0.0,
        margin=2 * margin,
        expected=HOLDS,
        statistic=lambda sums: sine_squared(sums, "along"),
        control=Control(
            "a direction tilted from y by twice the margin", statistic=lambda sums: sine_squared(sums, "tilted")
        ),
    )


def moment_checks(patch, margin):
    p, density = patch.size, as_printed.rectified_second_moment(patch.ravel())
    more = "the exact value plus twice the margin"
    for name, what, statistic, printed, value in (
        ("second-moment-along", "E(ŷᵀw̃)²/c²", average("along_square"), 0.5, 0.5),
        (
            "second-moment-across",
            "E‖w̃ − (ŷᵀw̃)ŷ‖²/((p − 1)c²)",
            lambda sums: across(sums, p),
            (np.trace(density) - 0.5) / (p - 1),
            0.5,
        ),
        (
            "second-moment-matrix",
            "‖E w̃w̃ᵀ‖²_F over that of (c²/2) I",
            lambda sums: frobenius(sums) * 4 / p,
            (density**2).sum() * 4 / p,
            1.0,
        ),
        ("atom", "P(w̃ = 0)", average("zeros"), as_printed.atom_at_origin(), 0.5),
    ):
        yield Check(
            name,
            what,
            statistic,
            2 * margin * value,
            Control(more, target=value * (1 + 4 * margin)),
            HOLDS if printed == value else CORRECTED,
            exact=value,
            printed=printed,
        )


def average(name, factor=1.0):
    """The mean of a named sum, as a statistic."""
    return lambda sums: sums[name] / sums["count"] * factor


def sine_squared(sums, direction):
    """sin² of the angle between E w̃ and a named direction, from unbiased squares."""
    n = sums["count"]
    squared = (sums["mean"] @ sums["mean"] - sums["square"]) / (n * (n - 1))
    return 1 - (sums[direction] ** 2 - sums[f"{direction}_square"]) / (n * (n - 1)) / squared


def across(sums, p):
    """E of the squared part of w̃ across y, per dimension."""
    return (sums["square"] - sums["along_square"]) / sums["count"] / (p - 1)


def frobenius(sums):
    """Unbiased ‖E w̃w̃ᵀ‖²_F."""
    n = sums["count"]
    return ((sums["outer"] ** 2).sum() - sums["fourth"]) / (n * (n - 1))


def change_of_variables(study, patch):
    """w = Uφ with U's last column ŷ: w·1(wᵀy > 0) is U times φ·1(φ_p > 0)."""
    rng, p = study.rng("rotation"), patch.size
    basis = rng.standard_normal((p, p))
    basis[:, -1] = patch.ravel()
    q, _ = np.linalg.qr(basis[:, ::-1])
    rotation = q[:, ::-1] * np.sign(q[:, 0] @ patch.ravel())
    w = rng.standard_normal((FILTERS, p))

    def worst(u):
        phi = w @ u
        direct = w * (w @ patch.ravel() > 0)[:, None]
        return np.max(np.abs((phi * (phi[:, -1:] > 0)) @ u.T - direct)) / np.sqrt(p)

    skewed = rotation.copy()
    skewed[:, 0] *= 1 + 1e-9
    study.exact(
        Check(
            "change-of-variables",
            "largest |U φ̃ − w̃|/√p with w = Uφ, Uᵀŷ = e_p",
            None,
            8 * np.finfo(float).eps * np.sqrt(p),
            Control("a U that is off by 1e-9 in one column"),
            HOLDS,
            exact=0.0,
            printed=0.0,
        ),
        worst(rotation),
        worst(skewed),
    )


def needs(settings, shape, budget):
    p = shape[0] * settings["kernel"] ** 2
    return Needs(8 * (p * p * (budget.groups + 2) + 4 * FILTERS * p), FILTERS * p * (p + 100)) * budget.trials(2500)


CLAIM = Claim(
    id="rectified_gaussian",
    title="The rectified-Gaussian lemma",
    source="Nie et al. 2018, proof of Theorem 1; TR-GBP, section 3.2, step 4",
    statement="V and w rectified by their masks have known means, along y, and a density with half its "
    "mass on wᵀy = 0.",
    printed="E σ(V) = c/√(2π) (Nie), √(2/π)c in TR-GBP's Eq. 7; E w̃ ∝ y; E w̃w̃ᵀ = (c²/2)(2I − ŷŷᵀ)",
    exact="E σ(V) = c/√(2π); E w̃ = (c/√(2π)) ŷ; E w̃w̃ᵀ = (c²/2) I; the atom of mass ½ is at the origin",
    run=run,
    needs=needs,
    seconds=12,
    settings=(KERNEL,),
)

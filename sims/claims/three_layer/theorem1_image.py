"""Theorem 1, s ≈ x: how far the exact limit is from the picture, and why."""

import numpy as np

from sims.data import images
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.verdict import CORRECTED, HOLDS
from sims.study.claim import KERNEL, STRIDE, Check, Claim, Control, Setting
from sims.study.study import Experiment
from theory import as_printed
from theory.geometry.patches import coverage, extract, fold
from theory.laws.three_layer import guided_mean, limit_cosine
from theory.metrics import similarity

MARGIN = 0.01  # of the exact cosine
SIDE = 64  # pixels of the isolated case
SIMILAR = 0.05  # how far from 1 a cosine may be before "s ≈ x" counts as wrong


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    size = study.image.shape[1]
    pictures = {
        "signs": images.load("signs", size, seed=study.result.seed),
        "noise": images.load("noise", size, seed=study.result.seed),
        "picture": study.image,
    }
    isolated(study, ThreeLayer(pictures["signs"][:, :SIDE, :SIDE], min(kernel, size // 3), filters=filters))
    parts = [loss(name, image, kernel, stride) for name, image in pictures.items()]
    measured = [
        recovered(study, name, ThreeLayer(image, kernel, stride, filters=filters)) for name, image in pictures.items()
    ]
    rows = study.result.rows[-len(pictures) :]
    study.table(
        "cosine",
        picture=list(pictures),
        measured=[each.value for each in measured],
        low=[row["low"] for row in rows],
        high=[row["high"] for row in rows],
        exact=[row["exact"] for row in rows],
        **{key: [part[key] for part in parts] for key in parts[0]},
    )
    explain(study, kernel, stride)


def isolated(study, network):
    """±1 pixels at stride 1, away from the borders: every assumption of the theorem is met."""
    mask = picture_sums.interior(network)
    exact = similarity.cosine(guided_mean(**network.geometry) * mask, network.image * mask)
    return recovered(study, "signs-stride-1-interior", network, mask, exact)


def recovered(study, name, network, mask=None, exact=None):
    """cos(E s, x) over the part that `mask` leaves, from simulated pictures alone."""
    exact = limit_cosine(**network.geometry) if exact is None else exact
    margin = study.margin(MARGIN)
    check = Check(
        name=name,
        what=f"cos(E s, x) for the input '{name}'",
        printed=as_printed.theorem_1_cosine(),
        exact=exact,
        margin=margin,
        printed_margin=SIMILAR,
        expected=HOLDS if exact > 1 - SIMILAR else CORRECTED,
        statistic=lambda sums: estimates.towards(sums["guided"], "image"),
        control=Control("the exact cosine less twice the margin", target=exact - 2 * margin),
    )
    chunk = picture_sums.guided(network, mask, image=network.image if mask is None else network.image * mask)
    return study.sample(Experiment(name, chunk, 1.5e5 / network.filters, (check,)))[name]


def loss(name, image, kernel, stride):
    """Where the cosine goes: what uneven coverage alone would leave (all patch norms equal), and the spread of
    norms.
    """
    norms = np.linalg.norm(extract(image, kernel, stride), axis=1)
    return {
        "coverage_alone": similarity.cosine(coverage(image.shape, kernel, stride) * image, image),
        "norm_spread": norms.std() / norms.mean(),
    }


def explain(study, kernel, stride):
    """The picture, its limit, and the map of patch norms that stands between them."""
    image = study.image
    norms = np.linalg.norm(extract(image, kernel, stride), axis=1)
    sizes = np.repeat(norms[:, None], len(image) * kernel**2, axis=1)
    covered = np.maximum(coverage(image.shape, kernel, stride), 1)
    study.picture("x", image)
    study.picture("limit", guided_mean(image, kernel, stride))
    study.picture("norms", (fold(sizes, image.shape, kernel, stride) / covered)[:1])


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    return takes.three_layer(shape, kernel, stride, filters) * budget.trials(1.5e5 / filters)


CLAIM = Claim(
    id="theorem1_image",
    title="Theorem 1: s ≈ x",
    source="Nie et al. 2018, Theorem 1; TR-GBP, after Eq. 7",
    statement="With equal patch norms C₀ and the right normalisation, the guided picture is x.",
    printed="s ≈ x",
    exact="s → Σ_j D_jᵀ ŷ_j, x with its local contrast normalised; cos with x below 1",
    run=run,
    needs=needs,
    seconds=7,
    settings=(
        Setting("filters", 64, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

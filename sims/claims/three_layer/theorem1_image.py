"""Theorem 1, s ≈ x, under its premise of equal patch norms; and why the limit is another picture elsewhere."""

import numpy as np

from sims.data import images
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.evidence.defects import misplaced
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import APART, moves, put_back
from sims.study.rows import AT_LEAST, Law, Reading
from sims.study.study import Experiment
from theory.geometry.patches import coverage, extract, fold
from theory.laws.three_layer import guided_mean, limit_cosine
from theory.metrics import similarity

MARGIN = 0.01  # of the cosine with x: a third of what separates the two readings
SIDE = 64  # pixels of the isolated case
BOUNDS = {"approximately": 0.95, "strict": 0.99}


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    size, seed = study.image.shape[1], study.result.seed
    pictures = {name: images.load(name, size, seed=seed) for name in ("signs", "noise")} | {"picture": study.image}
    isolated(study, ThreeLayer(pictures["signs"][:, :SIDE, :SIDE], min(kernel, size // 3), filters=filters))
    for name, image in pictures.items():
        recovered(study, name, ThreeLayer(image, kernel, stride, filters=filters), premise=name == "signs")
    parts = [loss(image, kernel, stride) for image in pictures.values()]
    rows = {row["name"]: row for row in study.result.rows}
    columns = {"measured": "estimate", "low": "low", "high": "high", "exact": "law"}
    study.table(
        "cosine",
        picture=list(pictures),
        **{column: [rows[name][key] for name in pictures] for column, key in columns.items()},
        **{key: [part[key] for part in parts] for key in parts[0]},
    )
    explain(study, kernel, stride)


def isolated(study, network):
    """±1 pixels at stride 1, away from the borders: every assumption of the theorem is met."""
    mask = picture_sums.interior(network)
    exact = similarity.cosine(guided_mean(**network.geometry) * mask, network.image * mask)
    recovered(study, "signs-stride-1-interior", network, True, mask, exact)


def recovered(study, name, network, premise, mask=None, exact=None):
    """cos(E s, x) over the part that `mask` leaves, from simulated pictures alone; judged where the premise is met."""
    exact = limit_cosine(**network.geometry) if exact is None else exact
    what = f"cos(E s, x) for the input '{name}'"
    margin = study.margin(MARGIN)
    found = put_back(APART, "image", "apart", picture_sums.along_share, told=moves(network.image, margin))
    rows = [Law(name=name, what=what, value=exact, margin=margin, **found)]
    for key, bound in BOUNDS.items() if premise else ():
        own = dict(reading=key, value=bound, side=AT_LEAST, law=exact)
        rows.append(Reading(name=f"{name}-{key}", what=what, of=found["of"], **own))
    image = network.image if mask is None else network.image * mask
    chunk = picture_sums.guided(network, mask, image=image, apart=misplaced(image, APART))
    study.sample(Experiment(name, chunk, 1.5e5 / network.filters, tuple(rows)))


def loss(image, kernel, stride):
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
    title="Theorem 1: s ≈ x under equal patch norms",
    source="TR-GBP, after Eq. 7 (T:88)",
    statement="“where C₀ = ‖c^(j)‖₂ and if we assume they are the same for all j, then … we have s_k^GBP(x) ≈ x”.",
    premise="inputs whose patches have one norm (±1 pixels): at stride 1 away from borders, and in the printed network",
    readings={
        "approximately": "the cosine of E s and x is 0.95 or more: a tenth of its energy is else",
        "strict": "0.99 or more: nobody sees the difference side by side",
    },
    printed="s ≈ x",
    exact="s → Σ_j D_jᵀ ŷ_j: x times the coverage where norms are equal, else x with local contrast normalised",
    said="Where all patches have the same norm, the picture is x.",
    true="It is, up to the coverage at borders.",
    meaning="On flat-contrast pictures a guided map is the picture.",
    headline="signs",
    decides=("signs-stride-1-interior-strict", "signs-approximately", "signs-strict", "picture"),
    run=run,
    needs=needs,
    seconds=9,
    settings=(Setting("filters", 64, "number of filters N"), KERNEL, STRIDE),
)

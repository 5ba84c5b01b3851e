"""s ≈ x on a photograph, whose patches have many norms: the exact limit, certified, is read."""

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums, shown
from sims.evidence.defects import misplaced
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import APART, moves, put_back
from sims.study.rows import AT_LEAST, Finding, Law, Reading
from sims.study.study import Experiment
from theory.laws.three_layer import guided_mean, limit_cosine
from theory.metrics import quality

MARGIN = 0.01  # of the cosine with x
OCTAVES = 1, 2, 4, 8  # pixels


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = ThreeLayer(study.image, kernel, stride, filters=filters)
    law(study, network)
    limit = guided_mean(**network.geometry)
    read(study, study.image, limit)
    alone = guided_mean(study.image, kernel, padding=kernel // 2)
    found(study, "interpretable", "cosine of the limit with x, both locally normalised", limit)
    found(study, "stride-1-same", "the same at stride 1, padded to the picture's size", alone)
    cosine = limit_cosine(study.image, kernel, padding=kernel // 2)
    study.exact(Finding(name="stride-1-same-cosine", what="cosine of the limit with x, stride 1, padded"), cosine)


def law(study, network):
    """The limit is what simulated pictures have for mean."""
    margin = study.margin(MARGIN)
    found = put_back(APART, "image", "apart", picture_sums.along_share, told=moves(network.image, margin))
    what = "cosine of E s with x, the input photograph"
    row = Law(name="limit", what=what, value=limit_cosine(**network.geometry), margin=margin, **found)
    chunk = picture_sums.guided(network, image=network.image, apart=misplaced(network.image, APART))
    study.sample(Experiment("limit", chunk, 1.5e5 / network.filters, (row,)))


def read(study, image, limit):
    """The printed words, of the limit itself."""
    cosine = float((limit * image).sum() / (limit**2).sum() ** 0.5 / (image**2).sum() ** 0.5)
    what = "cosine of the limit with x"
    row = Reading(name="cosine", reading="approximately", what=what, value=0.95, side=AT_LEAST, law=cosine)
    study.exact(row, cosine)
    for scale in OCTAVES:
        value = quality.band_correlation(limit, image, scale)
        what = f"correlation of the limit with x, octave of {scale} pixels"
        row = Reading(name=f"octave-{scale}", reading="bands", what=what, value=0.9, side=AT_LEAST, law=value)
        study.exact(row, value)


def found(study, name, what, limit):
    """How interpretable a limit is at printed size: far less is asked than ≈ x."""
    side = min(shown.SIDE, study.image.shape[1])
    study.exact(Finding(name=name, what=f"{what}, at {side}×{side}"), shown.likeness(limit, study.image))


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    return takes.three_layer(shape, kernel, stride, filters) * budget.trials(1.5e5 / filters)


CLAIM = Claim(
    id="theorem1_photograph",
    title="Theorem 1 on a photograph",
    source="Nie et al. 2018, slides (S:62–70)",
    statement="“In a random three-layer CNN, we can approximate … s_k^GBP(x) ≈ x”; “GBP is approximately recover the "
    "input”.",
    premise="the printed network (7×7×3, stride 2; A:272) on a photograph; the slide drops the premise of equal norms",
    readings={
        "approximately": "the cosine of E s and x is 0.95 or more: a tenth of its energy is else",
        "bands": "the correlation of E s with x is 0.9 or more in every octave of 1, 2, 4 and 8 pixels: recovered, "
        "but for contrast",
    },
    printed="s ≈ x",
    exact="s → Σ_j D_jᵀ ŷ_j, x with its local contrast normalised",
    said="On a photograph, too, guided backpropagation approximately recovers x.",
    true="It tends to x with its local contrast normalised: a cosine of 0.94 with x, and its finest detail differs.",
    meaning="A guided map of a photograph looks like a contrast-normalised copy, with fainter borders.",
    headline="limit",
    decides=("cosine", "limit", "octave-1", "octave-8", "interpretable", "stride-1-same-cosine"),
    run=run,
    needs=needs,
    seconds=4,
    settings=(Setting("filters", 64, "number of filters N"), KERNEL, STRIDE),
)

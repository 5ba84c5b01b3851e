"""Theorem 1, direction: E s is proportional to Σ_j D_jᵀ ŷ_j, at every number of filters."""

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.study import common
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws.three_layer import guided_mean

MARGIN = 0.01  # of sin²: an angle of 5.7°
WHERE = "Σ D_jᵀŷ_j"


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    mean = guided_mean(study.image, kernel, stride)
    largest = max(study.settings["filters"])
    for filters in study.settings["filters"]:
        network = ThreeLayer(study.image, kernel, stride, filters=filters)
        rows = [
            common.direction(f"filters-{filters}", WHERE, mean, study.margin(MARGIN)),
            *(common.along(mean, MARGIN) if filters == largest else ()),
        ]
        chunk = picture_sums.guided(network, mean=mean)
        # the error of a vanishing square falls as 1/trials, not as its root
        study.sample(Experiment(f"filters-{filters}", chunk, 10000 / filters * study.budget.margin, tuple(rows)))
    laws = [f"filters-{filters}" for filters in study.settings["filters"]]
    columns = study.columns(laws, sine_squared="estimate", low="low", high="high", margin="margin")
    study.table("direction", filters=study.settings["filters"], **columns)


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    parts = (
        takes.three_layer(shape, kernel, stride, n) * budget.trials(10000 / n * budget.margin)
        for n in settings["filters"]
    )
    return sum(parts, Needs())


CLAIM = Claim(
    id="theorem1",
    title="Theorem 1: direction",
    source="TR-GBP, Theorem 1 (T:78–90); Nie et al. 2018, proof of Theorem 1 (A:154–202)",
    statement="With N “sufficient large” “the GBP at the k-th logit can be approximated as” a multiple of "
    "Σ_j D_jᵀ c^(j)/‖c^(j)‖.",
    premise="Gaussian weights, no bias, a fixed logit k",
    readings={
        "approximately": "the cosine of E s and that direction is 0.95 or more: a tenth of its energy is else",
        "strict": "sin² of the angle is at most 1 %",
    },
    printed="E s ∝ Σ_j D_jᵀ y_j/‖y_j‖ as N → ∞",
    exact="E s ∝ Σ_j D_jᵀ ŷ_j at every N, N = 1 included",
    said="With many filters, guided backpropagation tends to a multiple of the sum of normalised patches.",
    true="It does; the mean has that direction at every number of filters, one included.",
    meaning="Whatever the logit, the mean picture is the image with its patches normalised.",
    headline="cosine",
    decides=("cosine", "angle", "filters-1", "filters-256"),
    run=run,
    needs=needs,
    seconds=42,
    settings=(
        Setting("filters", (1, 4, 64, 256), "numbers of filters N"),
        KERNEL,
        STRIDE,
    ),
)

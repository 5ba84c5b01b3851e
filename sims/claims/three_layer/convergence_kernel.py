"""The filters that one patch needs: N = A/ε² with A = π²p − 1, against the printed bound."""

import numpy as np

from sims.checks import noise
from sims.data import images
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence.estimates import propagate
from sims.evidence.slopes import power, times_as_many
from sims.study.claim import MOST_PIXELS, Claim, Setting
from sims.study.rows import AT_MOST, Law, Reading
from sims.system.needs import Needs
from theory.laws.three_layer import noise_to_signal

MARGIN = 0.1  # relative, of A
EXPONENT = 0.05  # of a power
SIDE = 64  # pixels of the picture whose strongest patch is taken
FILTERS = 256
KERNELS = (1, 3, 5, 7, 9, 11, 13, 15)
COUNTS = (64, 256, 1024)  # filters, of a patch of one size


def run(study):
    kernels = study.settings["kernels"]
    image = images.reduced(study.image, max(SIDE, *kernels))
    patches = [images.strongest_patch(image, k) for k in kernels]
    more = 2000 * times_as_many(kernels, KERNELS)
    sizes = np.array([patch.size for patch in patches])
    slope(study, "size", sizes, [ThreeLayer(patch, k, filters=FILTERS) for patch, k in zip(patches, kernels)], more)
    patch, k = patches[-1], kernels[-1]
    slope(study, "filters", np.array(COUNTS), [ThreeLayer(patch, k, filters=n) for n in COUNTS], 2000)


def slope(study, name, along, networks, trials):
    """Noise at every size or number of filters against the law, and the power with which it grows."""
    margin = study.margin(MARGIN)
    found = [noise.of_kernel(study, f"{name}-{at}", net, margin, trials) for at, net in zip(along, networks)]
    laws = np.array([noise_to_signal(**network.geometry, filters=network.filters) for network in networks])
    if len(along) < 2:
        return
    exact, estimate = power(along, laws), propagate(lambda ratios: power(along, ratios * laws), found)
    what = {"size": "power of p in N at a fixed ε", "filters": "power of N in ε²"}[name]
    law = Law(name=f"{name}-power", what=what, value=exact, margin=study.margin(EXPONENT))
    study.conclude(law, estimate)
    if name == "size":
        row = Reading(name="size", reading="bound", what=what, value=1.1, side=AT_MOST, law=exact)
    else:
        row = Reading(name="filters", reading="rate", what=what, value=-1.0, margin=0.1, law=-1.0)
    study.conclude(row, estimate)


def needs(settings, shape, budget):
    kernels = settings["kernels"]
    patch = lambda k, n: takes.three_layer((shape[0], k, k), k, 1, n, pictures=2) * budget.trials(2000)
    return sum([*(patch(k, FILTERS) for k in kernels), *(patch(kernels[-1], n) for n in COUNTS)], Needs())


CLAIM = Claim(
    id="convergence_kernel",
    title="The filters that one patch needs",
    source="TR-GBP, section 4.2, answer 1 (T:146)",
    statement="“We can set N = Õ(p/ε²) such that with high probability ‖(1/N) Σ_i … − E(…)‖ < ε, where p denotes "
    "the filter size”.",
    premise="an upper bound on the mean over the filters of one patch, with w and σ(V) in the norm (T:90, step 2)",
    readings={
        "bound": "at a fixed ε the N that one patch needs grows no faster than p: a power of 1.1 at most",
        "rate": "N is as ε⁻²: noise-to-signal falls as 1/N, a power of −1 within 0.1",
    },
    printed="N = Õ(p/ε²)",
    exact="N = (π²p − 1)/ε² for one patch",
    said="The filters that one patch needs grow as its size over the squared error.",
    true="They do, and the constant is known.",
    meaning="Within one patch, a larger filter makes more noise.",
    headline="size-power",
    decides=("size", "filters", "size-147", "size-675"),
    run=run,
    needs=needs,
    seconds=15,
    settings=(Setting("kernels", KERNELS, "filter sizes k", most=MOST_PIXELS),),
)

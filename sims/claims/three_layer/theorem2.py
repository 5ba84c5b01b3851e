"""Theorem 2: are saliency and DeconvNet N(0, I)? Mean, variance, whiteness, and the shape of the marginals."""

from sims.checks import pixels
from sims.checks.pixels import ALL, OFFSETS, RULES
from sims.data.images import at_least, at_least_two_patches, reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import lag_sums
from sims.evidence.defects import instead
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_MOST, LIMIT, Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory import as_printed

READ = {  # how far from N(0, I): of a correlation, a variance's slope, a distance, and the part of the energy in E s
    "approximately": dict(correlation=0.1, slope=0.1, distance=0.05, mean=0.05),
    "strict": dict(correlation=0.05, slope=0.05, distance=0.03, mean=0.01),
}
DISTANCE = 0.05  # of Kolmogorov, from the normal law
FILTERS = 4  # for moments of second order, whose laws do not depend on N


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    dense_image = reduced(study.image, 48)
    at_least_two_patches(dense_image, kernel, stride)
    at_least(study.image, 2 * kernel + 3)  # three pixels inside, for correlations two apart
    paper = ThreeLayer(study.image, kernel, stride, filters=FILTERS)
    dense = ThreeLayer(dense_image, min(kernel, 7), 1, filters=FILTERS)
    study.tabulate("correlation", [*moments_of(study, "paper", paper), *moments_of(study, "stride-1", dense)])
    marginals(study, kernel, stride)
    pixels.rates(study, dense_image, kernel, stride)


def moments_of(study, name, network):
    """Mean, variance and correlations of both rules in one network; lines of the figure."""
    offsets = {key: offset for key, offset in OFFSETS.items() if offset[0] < len(network.image)}
    rows = [row for rule in RULES for row in second_order(study, name, network, rule, offsets)]
    study.sample(Experiment(name, pixels.chunk(network, offsets), 800, tuple(rows)))
    for rule in RULES:
        for key in offsets:
            found = study.line(f"{rule}-{name}-{key}", "estimate", "low", "high", exact="law")
            yield {"network": name, "rule": rule, "offset": key, **found}


def second_order(study, name, network, rule, offsets):
    """Of one rule: the laws of E s, the trace, the variance's slope and correlations, each as it is read."""
    mean, energy, variance = pixels.moments(study, name, network, rule)
    yield from (mean, energy, variance)
    for key, bounds in READ.items():
        own = dict(reading=key, value=bounds["mean"], side=AT_MOST, law=0.0)
        yield Reading(name=f"{mean.name}-{key}", what=mean.what, **lag_sums.held(rule), **own)
        if name == "paper":  # whose stride makes coverages differ inside
            own = dict(reading=key, value=as_printed.theorem_2_variance_slope(), margin=bounds["slope"], law=1.0)
            yield Reading(name=f"{variance.name}-{key}", what=variance.what, of=variance.of, **own, prolongs=False)
    for key, offset in offsets.items():
        law = pixels.correlation(study, f"{rule}-{name}-{key}", network, rule, key, offset)
        yield law
        printed = as_printed.theorem_2_correlation()
        for reading, bounds in READ.items():
            own = dict(reading=reading, value=printed, margin=bounds["correlation"], law=law.value)
            yield Reading(name=f"{law.name}-{reading}", what=law.what, of=law.of, **own, prolongs=False)


def marginals(study, kernel, stride):
    """The law of one interior pixel, as N grows: its Kolmogorov distance from the normal law."""
    filters, draws = sorted(study.settings["filters"]), study.settings["trials"] // 64
    found, trials = pixels.distances(study, kernel, stride, filters, draws)
    for rule in RULES:
        what = f"Kolmogorov distance of a pixel from the normal law, N = {max(filters)}, {rule}"
        last = found[rule][-1], found[instead("guided", rule)][-1]
        limit = dict(value=0.0, margin=DISTANCE, tag=LIMIT, twin=Twin("guided in its place"))
        study.conclude(Law(name=f"{rule}-marginal", what=what, **limit), *last, trials=trials)
        for key, bounds in READ.items():
            own = dict(reading=key, value=bounds["distance"], side=AT_MOST, expected="holds")
            row = Reading(name=f"{rule}-marginal-{key}", what=what, **own, prolongs=False)  # so many draws are made
            study.conclude(row, last[0], trials=trials)
        ends = {key: [getattr(each, key) for each in found[rule]] for key in ("low", "high")}
        study.table(f"{rule}-marginal", filters=filters, distance=[each.value for each in found[rule]], **ends)


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    trials, patch = settings["trials"], (shape[0], 2 * kernel - 1, 2 * kernel - 1)
    small, pictures = takes.reduced(shape, 48), len(ALL)
    parts = (takes.three_layer(patch, kernel, stride, n, pictures) * trials for n in settings["filters"])
    kept = Needs(4 * 8 * pictures * trials)
    paper = takes.three_layer(shape, kernel, stride, FILTERS, pictures) * budget.trials(800)
    return sum(parts, kept) + paper + takes.three_layer(small, kernel, stride, 16, pictures) * 64 * 8 * 16


CLAIM = Claim(
    id="theorem2",
    title="Theorem 2: saliency and DeconvNet are noise",
    source="Nie et al. 2018, Theorem 2 (S:62–65)",
    statement="“we can approximate the backpropagation-based visualizations as s_k^Sal(x), s_k^Deconv(x) ∼ N(0, I)”.",
    premise="the three-layer network without pooling, pixels away from borders",
    readings={
        "approximately": "both rules: at most a twentieth of the energy is E s; entries are normal to a Kolmogorov "
        "distance of 0.05, correlate by 0.1 at most, and their variance hangs on the coverage by a tenth at most",
        "strict": "the same with 0.01, 0.03, 0.05 and a twentieth",
    },
    printed="N(0, I)",
    exact="saliency: white, variance ∝ coverage; DeconvNet: the same variance, but pixels of one "
    "channel that lie whole "
    "strides apart correlate at 1/π at every N; marginals tend to normal, excess kurtosis as 1/N",
    said="Both are standard normal noise, independent from pixel to pixel.",
    true="Saliency is white; DeconvNet's pixels that lie whole strides apart correlate at 1/π.",
    meaning="What looks like texture in DeconvNet's noise is the network's stride, not the image.",
    headline="deconvnet-paper-across-2",
    decides=(
        "saliency-paper-mean",
        "saliency-paper-across-2",
        "deconvnet-paper-across-1",
        "deconvnet-paper-across-2",
        "saliency-marginal",
        "deconvnet-marginal",
    ),
    run=run,
    needs=needs,
    seconds=13,
    settings=(
        Setting("filters", (1, 4, 16, 256), "numbers of filters N"),
        KERNEL,
        STRIDE,
        Setting("trials", 12800, "draws of a marginal", least=640, most=10**8),
    ),
)

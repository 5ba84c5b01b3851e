"""Theorem 2: are saliency and DeconvNet N(0, I)? Mean, variance, whiteness, and the shape of the marginals."""

from functools import partial

import numpy as np
from scipy.stats import kstest

from sims.data.images import at_least, at_least_two_patches, reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums, across_halves, jackknife, propagate, total
from sims.evidence.verdict import dkw
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_MOST, EXACT, LIMIT, Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory import as_printed
from theory.geometry.patches import coverage
from theory.laws.covariance import covariance_trace

RULES = ("saliency", "deconvnet")
READ = {  # how far from N(0, I): of a correlation, a variance's slope, a distance, and the part of the energy in E s
    "approximately": dict(correlation=0.1, slope=0.1, distance=0.05, mean=0.05),
    "strict": dict(correlation=0.05, slope=0.05, distance=0.03, mean=0.01),
}
CORRELATION = 0.05  # of a correlation; 1/π is six times that
MARGIN = 0.1  # relative, of the picture's energy
SLOPE = 0.25  # relative, of the variance's slope: pixels that share an offset say little about single ones
DISTANCE = 0.05  # of Kolmogorov, from the normal law
RATE = 0.3  # of the slope −1: told from 0 and from −2
TWINS = {"saliency": "deconvnet", "deconvnet": "saliency"}  # the other rule, on the same draws
ALL = *RULES, "guided"
FILTERS = 4  # for moments of second order, whose laws do not depend on N
OFFSETS = {"across-1": (0, 0, 1), "down-1": (0, 1, 0), "across-2": (0, 0, 2), "both-2": (0, 2, 2), "channel": (1, 0, 0)}


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    dense_image = reduced(study.image, 48)
    at_least_two_patches(dense_image, kernel, stride)
    at_least(study.image, 2 * kernel + 3)  # three pixels inside, for correlations two apart
    paper = ThreeLayer(study.image, kernel, stride, filters=FILTERS)
    dense = ThreeLayer(dense_image, min(kernel, 7), 1, filters=FILTERS)
    rows = [
        row for name, network in (("paper", paper), ("stride-1", dense)) for row in moments_of(study, name, network)
    ]
    study.table("correlation", **{key: [row[key] for row in rows] for key in rows[0]})
    marginals(study, kernel, stride)
    rates(study, dense_image, kernel, stride)


def moments_of(study, name, network):
    """Mean, variance and correlations of both rules in one network."""
    offsets = {key: offset for key, offset in OFFSETS.items() if offset[0] < len(network.image)}
    checks = [check for rule in RULES for check in second_order(study, name, network, rule, offsets)]
    study.sample(Experiment(name, partial(chunk, network, offsets), 800, tuple(checks)))
    found = {row["name"]: row for row in study.result.rows}
    for rule in RULES:
        for key in offsets:
            row = found[f"{rule}-{name}-{key}"]
            yield {
                "network": name,
                "rule": rule,
                "offset": key,
                **{k: row[k] for k in ("estimate", "low", "high")},
                "exact": row["law"],
            }


def second_order(study, name, network, rule, offsets):
    """Of one rule: E s = 0, the trace, the variance's slope on the coverage, and correlations."""
    scales = dict(filters=network.filters, filter_scale=network.scale, readout_scale=network.scale)
    trace = covariance_trace(**network.geometry, **scales, rule=rule)
    held = {"measure": across_halves(lambda sums: sums[rule]["square"] / sums["count"])}
    what = f"‖E s‖²/E‖s‖², {rule}"
    yield Law(name=f"{rule}-{name}-mean", what=what, of=mean(rule), **held, value=0.0, margin=0.02)
    of = lambda part: lambda sums: sums[part]["square"] / sums["count"] / trace
    twin = Twin("guided in its place", of(f"{rule}-twin"))
    what = "E‖s‖² over its exact value"
    yield Law(name=f"{rule}-{name}-energy", what=what, of=of(rule), value=1.0, margin=study.margin(MARGIN), twin=twin)
    slope = lambda sums: sums[rule]["slope"] / sums["count"] / slope_of(network)
    over = "slope of a pixel's variance on its coverage, over the exact one"
    yield Law(name=f"{rule}-{name}-variance", what=over, of=slope, value=1.0, margin=SLOPE)
    for key, bounds in READ.items():
        own = dict(reading=key, side=AT_MOST, law=0.0)
        yield Reading(name=f"{rule}-{name}-mean-{key}", what=what, of=mean(rule), **held, value=bounds["mean"], **own)
        if name == "paper":  # whose stride makes coverages differ inside
            own = dict(reading=key, value=as_printed.theorem_2_variance_slope(), margin=bounds["slope"], law=1.0)
            yield Reading(name=f"{rule}-{name}-variance-{key}", what=over, of=slope, **own, prolongs=False)
    for key, offset in offsets.items():
        yield from correlations(study, f"{rule}-{name}-{key}", network, rule, key, offset)


def correlations(study, name, network, rule, key, offset):
    """Of one offset: 1/π for DeconvNet where the same entries of the filters see both pixels, else 0."""
    here = in_step(offset, network.stride)
    exact = 1 / np.pi if rule == "deconvnet" and here else 0.0
    what = f"interior correlation at the offset {offset} (channel, row, column), {rule}"
    of = partial(correlation, rule, key)
    twin = Twin(f"{TWINS[rule]} in its place", partial(correlation, f"{rule}-other", key)) if here else None
    yield Law(name=name, what=what, of=of, value=exact, margin=study.margin(CORRELATION), twin=twin)
    for reading, bounds in READ.items():
        own = dict(reading=reading, value=as_printed.theorem_2_correlation(), margin=bounds["correlation"], law=exact)
        yield Reading(name=f"{name}-{reading}", what=what, of=of, **own, prolongs=False)


def in_step(offset, stride):
    """Whether two pixels of one channel lie a whole number of strides apart: the same entries of the filters see
    them.
    """
    return offset[0] == 0 and offset[1] % stride == 0 and offset[2] % stride == 0


def chunk(network, offsets, rng, trials):
    """Sums of both rules' pictures: total, squares, squares against the coverage, and lagged products inside."""
    weight = centred_coverage(network)
    window = (slice(None), *picture_sums.inside(network.kernel, network.image.shape[1:]))
    return total(one(pictures, weight, window, offsets) for pictures in network.pictures(rng, trials, ALL))


def parts(pictures):
    """The pictures of both rules, and of their twins: guided and the other rule in their place."""
    found = dict(zip(ALL, pictures))
    for rule in RULES:
        yield rule, found[rule]
        yield f"{rule}-twin", found[instead("guided", rule)]
        yield f"{rule}-other", found[instead(TWINS[rule], rule)]


def one(pictures, weight, window, offsets):
    sums = Sums(count=1)
    for rule, picture in parts(pictures):
        s = picture.astype(np.float64)
        part = s[window]
        lagged = {key: lag(part, offset) for key, offset in offsets.items()}
        sums[rule] = Sums(
            total=s.ravel(), square=(s * s).sum(), slope=(weight * s * s).sum(), inside=(part * part).mean(), **lagged
        )
    return sums


def lag(part, offset):
    """The mean product of pixels that lie `offset` apart."""
    c, a, b = offset
    return (part[: len(part) - c, : part.shape[1] - a, : part.shape[2] - b] * part[c:, a:, b:]).mean()


def correlation(rule, key, sums):
    return sums[rule][key] / sums[rule]["inside"]


def mean(part):
    return lambda sums: sums[part]["total"] / sums["count"]


def centred_coverage(network):
    m = coverage(network.image.shape, network.kernel, network.stride)
    return m - m.mean()


def slope_of(network):
    """E Σ (m − m̄) s² of both rules: every patch gives its pixels the variance c_v²c_w²/2."""
    return len(network.image) * (centred_coverage(network) * variances(network)).sum()


def marginals(study, kernel, stride):
    """The law of one interior pixel, as N grows: its Kolmogorov distance from the normal law."""
    filters, found = sorted(study.settings["filters"]), {rule: [] for rule in ALL}
    for count in filters:
        network = ThreeLayer(around_centre(study.image, kernel), kernel, stride, filters=count)
        drawn = study.draw(f"marginal-{count}", partial(pixel, network), 64, study.settings["trials"] // 64)
        values = np.concatenate(drawn) / np.sqrt(
            variances(network)[tuple(length // 2 for length in network.image.shape[1:])]
        )
        for rule, z in zip(ALL, values.T):
            found[rule].append(dkw(kstest(z, "norm").statistic, len(z)))
    for rule in RULES:
        what = f"Kolmogorov distance of a pixel from the normal law, N = {max(filters)}, {rule}"
        limit = dict(value=0.0, margin=DISTANCE, tag=LIMIT, twin=Twin("guided in its place"))
        last = {each: distances[-1] for each, distances in found.items()}
        row = Law(name=f"{rule}-marginal", what=what, **limit)
        study.conclude(row, last[rule], last[instead("guided", rule)], trials=len(values))
        for key, bounds in READ.items():
            row = Reading(
                name=f"{rule}-marginal-{key}",
                reading=key,
                what=what,
                value=bounds["distance"],
                side=AT_MOST,
                expected="holds",
                prolongs=False,  # so many draws are made
            )
            study.conclude(row, last[rule], trials=len(values))
        study.table(
            f"{rule}-marginal",
            filters=filters,
            distance=[d.value for d in found[rule]],
            low=[d.low for d in found[rule]],
            high=[d.high for d in found[rule]],
        )


def rates(study, image, kernel, stride):
    """The excess kurtosis of a sum over N independent filters is 1/N of that of one: measured over all pixels."""
    counts, found = (1, 4, 16), {rule: [] for rule in RULES}
    for count in counts:
        network = ThreeLayer(image, kernel, stride, filters=count)
        covered = variances(network) > 0
        drawn = study.draw(f"rate-{count}", partial(kurtosis, network, covered), 64, 8 * count)
        for rule in RULES:
            found[rule].append(jackknife(drawn, lambda sums: sums[rule] / sums["count"] - 3))
    centred = np.log(counts) - np.log(counts).mean()
    for rule in RULES:
        weights = centred / (centred @ centred)
        slope = propagate(lambda values: weights @ np.log(values), found[rule])
        what = "slope of the pixels' log excess kurtosis against log N"
        study.conclude(Law(name=f"{rule}-rate", what=what, value=-1.0, margin=RATE, tag=EXACT), slope)
        study.table(f"{rule}-rate", filters=counts, kurtosis=found[rule], slope=[slope] * len(counts))


def kurtosis(network, covered, rng, trials):
    """Sums of the mean fourth power of the pixels, each over its own deviation, of both rules."""
    deviation = np.sqrt(variances(network)[covered])
    sums = Sums(count=trials, **dict.fromkeys(RULES, 0.0))
    for pictures in network.pictures(rng, trials, RULES):
        for rule, picture in zip(RULES, pictures):
            sums[rule] += ((picture[:, covered] / deviation) ** 4).mean()
    return sums


def around_centre(image, kernel):
    """The pixels that share a patch with the central one: (C, 2k − 1, 2k − 1), one more so that strides meet it
    alike.
    """
    top, left = (length // 2 - kernel + 1 for length in image.shape[1:])
    return image[:, top : top + 2 * kernel - 1, left : left + 2 * kernel - 1]


def pixel(network, rng, trials):
    """Draws of the central pixel of the first channel, (trials, rules)."""
    middle = network.image.shape[1] // 2
    drawn = network.pictures(rng, trials, ALL)
    return np.array([[picture[0, middle, middle] for picture in pictures] for pictures in drawn], float)


def variances(network):
    """The variance of every pixel, (H, W), under either rule: each patch gives its pixels c_v²c_w²/2 a filter."""
    return network.filters * network.scale**4 / 2 * coverage(network.image.shape, network.kernel, network.stride)


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

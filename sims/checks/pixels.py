"""The second moments and the shape of single pixels of saliency's and DeconvNet's pictures, three layers."""

from functools import partial

import numpy as np
from scipy.stats import kstest

from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import lag_sums, picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums, jackknife, mean_of, propagate
from sims.evidence.slopes import power
from sims.evidence.verdict import dkw
from sims.study.common import twinned
from sims.study.rows import EXACT, Law
from theory.geometry.patches import coverage
from theory.laws.covariance import covariance_trace

CORRELATION = 0.05  # of a correlation; 1/π is six times that
MARGIN = 0.1  # relative, of the picture's energy
SLOPE = 0.25  # relative, of the variance's slope: pixels that share an offset say little about single ones
RATE = 0.3  # of the slope −1: told from 0 and from −2
RULES = ("saliency", "deconvnet")
TWINS = {"saliency": "deconvnet", "deconvnet": "saliency"}  # the other rule, on the same draws
ALL = *RULES, "guided"
OFFSETS = {"across-1": (0, 0, 1), "down-1": (0, 1, 0), "across-2": (0, 0, 2), "both-2": (0, 2, 2), "channel": (1, 0, 0)}


def variances(network):
    """The variance of every pixel, (H, W), under either rule: each patch gives its pixels c_v²c_w²/2 a filter."""
    return network.filters * network.scale**4 / 2 * coverage(network.image.shape, network.kernel, network.stride)


def chunk(network, offsets):
    """A chunk: sums of both rules' pictures, of their "<rule>-twin", guided, and of their "<rule>-other"."""
    window = (slice(None), *picture_sums.inside(network.kernel, network.image.shape[1:]))
    return partial(lag_sums.chunk, partial(_parts, network), _centred_coverage(network), window, offsets)


def _parts(network, rng, trials):
    for pictures in network.pictures(rng, trials, ALL):
        found = dict(zip(ALL, pictures))
        yield {
            name: found[drawn]
            for rule in RULES
            for name, drawn in (
                (rule, rule),
                (f"{rule}-twin", instead("guided", rule)),
                (f"{rule}-other", instead(TWINS[rule], rule)),
            )
        }


def _centred_coverage(network):
    m = coverage(network.image.shape, network.kernel, network.stride)
    return m - m.mean()


def slope(network, rule):
    """Of a pixel's variance on its coverage, over the exact one."""
    exact = len(network.image) * (_centred_coverage(network) * variances(network)).sum()
    return lambda sums: mean_of(rule, "slope")(sums) / exact


def moments(study, name, network, rule):
    """Of one rule: E s = 0, the trace, and the variance's slope on the coverage."""
    what = f"‖E s‖²/E‖s‖², {rule}"
    yield Law(name=f"{rule}-{name}-mean", what=what, value=0.0, margin=0.02, **lag_sums.held(rule))
    trace = covariance_trace(**network.geometry, **network.scales, rule=rule)
    found = twinned(rule, f"{rule}-twin", lambda part: lambda sums: mean_of(part, "square")(sums) / trace, IN_PLACE)
    what = "E‖s‖² over its exact value"
    yield Law(name=f"{rule}-{name}-energy", what=what, value=1.0, margin=study.margin(MARGIN), **found)
    yield Law(name=f"{rule}-{name}-variance", what=OVER, of=slope(network, rule), value=1.0, margin=SLOPE)


IN_PLACE, OVER = "guided in its place", "slope of a pixel's variance on its coverage, over the exact one"


def correlation(study, name, network, rule, key, offset):
    """Of one offset: 1/π for DeconvNet where the same entries of the filters see both pixels, else 0."""
    here = _in_step(offset, network.stride)
    found = twinned(rule, f"{rule}-other", partial(lag_sums.correlation, name=key), f"{TWINS[rule]} in its place")
    return Law(
        name=name,
        what=f"interior correlation at the offset {offset} (channel, row, column), {rule}",
        value=1 / np.pi if rule == "deconvnet" and here else 0.0,
        margin=study.margin(CORRELATION),
        **found if here else {**found, "twin": None},
    )


def _in_step(offset, stride):
    """Whether two pixels of one channel lie a whole number of strides apart: the same entries of the filters see
    them.
    """
    return offset[0] == 0 and offset[1] % stride == 0 and offset[2] % stride == 0


def distances(study, kernel, stride, filters, draws):
    """Kolmogorov distances of an interior pixel from the normal law by rule, at each N; and of how many trials."""
    found = {rule: [] for rule in ALL}
    for count in filters:
        chunk = partial(_central, study.image, kernel, stride, count)
        values = np.concatenate(study.draw(f"marginal-{count}", chunk, 64, draws))
        for rule, z in zip(ALL, values.T):
            found[rule].append(dkw(kstest(z, "norm").statistic, len(z)))
    return found, len(values)


def _central(image, kernel, stride, filters, rng, trials):
    """Draws of the central pixel of the first channel over its deviation, (trials, rules)."""
    network = ThreeLayer(_around_centre(image, kernel), kernel, stride, filters=filters)
    middle = network.image.shape[1] // 2
    drawn = network.pictures(rng, trials, ALL)
    values = np.array([[picture[0, middle, middle] for picture in pictures] for pictures in drawn], float)
    return values / np.sqrt(variances(network)[middle, middle])


def _around_centre(image, kernel):
    """The pixels that share a patch with the central one: (C, 2k − 1, 2k − 1), one more so that strides meet it
    alike.
    """
    top, left = (length // 2 - kernel + 1 for length in image.shape[1:])
    return image[:, top : top + 2 * kernel - 1, left : left + 2 * kernel - 1]


def rates(study, image, kernel, stride):
    """The excess kurtosis of a sum over N independent filters is 1/N of that of one: measured over all pixels."""
    counts, found = (1, 4, 16), {rule: [] for rule in RULES}
    for count in counts:
        network = ThreeLayer(image, kernel, stride, filters=count)
        drawn = study.draw(f"rate-{count}", partial(_kurtosis, network), 64, 8 * count)
        for rule in RULES:
            found[rule].append(jackknife(drawn, lambda sums: sums[rule] / sums["count"] - 3))
    for rule in RULES:
        fall = propagate(lambda values: power(counts, values), found[rule])
        what = "slope of the pixels' log excess kurtosis against log N"
        study.conclude(Law(name=f"{rule}-rate", what=what, value=-1.0, margin=RATE, tag=EXACT), fall)
        study.table(f"{rule}-rate", filters=counts, kurtosis=found[rule], slope=[fall] * len(counts))


def _kurtosis(network, rng, trials):
    """Sums of the mean fourth power of the pixels, each over its own deviation, of both rules."""
    covered = variances(network) > 0
    deviation = np.sqrt(variances(network)[covered])
    sums = Sums(count=trials, **dict.fromkeys(RULES, 0.0))
    for pictures in network.pictures(rng, trials, RULES):
        for rule, picture in zip(RULES, pictures):
            sums[rule] += ((picture[:, covered] / deviation) ** 4).mean()
    return sums

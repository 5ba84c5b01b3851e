"""Proposition 1: is the modified gradient at a hidden layer i.i.d. zero-mean Gaussian? Part by part, over width and depth."""

from functools import partial

import numpy as np
from scipy.stats import kstest

from sims.checks import value_check
from sims.images import reduced
from sims.moments import Sums, propagate, total
from sims.registry import Check, Claim, Control, Setting
from sims.stacks import Stack
from sims.study import Experiment
from sims.verdict import HOLDS, REFUTED, dkw
from theory import depth
from theory.rules import RULES

MEAN = 0.03  # of a mean, in standard deviations
NARROW = 0.08  # the same below 64 neurons, far from the limit
CORRELATION = 0.03
KURTOSIS = 0.2
TAILS = 0.15  # of an excess kurtosis that has a law
SQUARES = 0.03  # of a correlation of squares
DISTANCE = 0.03  # of Kolmogorov, from the normal law: a uniform law is 0.057 from its own normal, Laplace's 0.062
SKEWNESS = 0.05
SLOPE = 0.1  # of the log of a mean on log width: an average of independent terms would fall by ½
VARIANCE = 0.05  # relative
CROSSED = 4  # ReLU layers, where width varies
WIDEST_SHAPE = 256  # neurons: one entry is taken of each of many networks
MANY, SOME = 40000, 10000  # networks of the widest such stack, and of the others
CHANNELS = 16  # of the convolutional stack


def run(study):
    image = reduced(study.image, 8)
    widths, layers = sorted(study.settings["widths"]), sorted(study.settings["layers"])
    means = [by_width(study, Stack(image, width, CROSSED + 1, logits=1), width == widths[-1])["mean-guided"] for width in widths]
    write_means(study, widths)
    width_trend(study, widths, means)
    by_depth(study, Stack(image, study.settings["width"], layers[-1] + 1, logits=1), layers)
    shapes(study, image, [width for width in widths if width <= WIDEST_SHAPE] or widths[:1])
    convolutional(study, Stack(reduced(study.image, 12), CHANNELS, CROSSED + 1, kernel=3, logits=1))


def by_width(study, stack, widest):
    """Means below four ReLU layers of one width and, in the widest stack, what it does to the other parts; the estimates."""
    suffix = f"-width-{stack.width}"
    checks = list(mean_checks(study, suffix, CROSSED, f"below {CROSSED} ReLU layers of {stack.width}", MEAN if stack.width >= 64 else NARROW))
    if widest:
        for rule in RULES:
            checks.append(value_check(f"correlation-{rule}{suffix}", f"correlation of two entries, {rule}, {CROSSED} ReLU layers of {stack.width}",
                                      partial(correlation, rule, CROSSED), 0.0, study.margin(CORRELATION), printed=0.0))
            checks.append(Check(f"kurtosis-{rule}{suffix}", f"excess kurtosis of an entry, {rule}, {CROSSED} ReLU layers of {stack.width}",
                                partial(kurtosis, rule, CROSSED), study.margin(KURTOSIS), Control("three margins", target=3 * study.margin(KURTOSIS)), HOLDS, printed=0.0))
        checks.append(value_check(f"skewness{suffix}", f"skewness of guided, {CROSSED} ReLU layers of {stack.width}", partial(skewness, "guided", CROSSED),
                                  depth.skewness(CROSSED), study.margin(SKEWNESS), printed=0.0, printed_margin=study.margin(0.03)))
    found = study.sample(Experiment(f"width-{stack.width}", partial(chunk, stack, (CROSSED,)), max(1.5e5 / stack.width, 300), tuple(checks)))
    return {name.removesuffix(suffix): estimate for name, estimate in found.items()}


def write_means(study, widths):
    rows = {row["name"]: row for row in study.result.rows}
    places = [(rule, width, rows[f"mean-{rule}-width-{width}"]) for rule in RULES for width in widths]
    study.table("means", rule=[rule for rule, *_ in places], width=[width for _, width, _ in places],
                **{key: [row[key] for *_, row in places] for key in ("estimate", "low", "high", "exact")})


def mean_checks(study, suffix, layers, place, margin=MEAN):
    """Zero mean, rule by rule; guided's mean follows a law."""
    for rule in RULES:
        other = "deconvnet" if rule == "guided" else "guided"
        yield value_check(f"mean-{rule}{suffix}", f"mean over standard deviation of an entry, {rule}, {place}",
                          partial(mean_to_sd, rule, layers), depth.mean_to_sd(layers, rule), study.margin(margin), printed=0.0, printed_margin=study.margin(MEAN),
                          control=Control(f"{other} in its place", statistic=partial(mean_to_sd, other, layers)))


def width_trend(study, widths, means):
    """Guided's mean does not vanish with width: its log has no slope."""
    log = np.log(widths)
    weights = (log - log.mean()) / ((log - log.mean()) ** 2).sum()
    slope = propagate(lambda values: weights @ np.log(np.abs(values)), means)
    study.conclude(value_check("width-trend", f"slope of log(mean over sd) of guided on log width, {min(widths)} to {max(widths)}", None, 0.0,
                               study.margin(SLOPE), control=Control("−½, that of an average of independent terms", target=-0.5)), slope)


def by_depth(study, stack, layers):
    """Means and tails at one width, as depth grows."""
    checks = []
    for crossed in layers:
        below = f"below {crossed} ReLU layers of {stack.width}"
        checks += list(mean_checks(study, f"-depth-{crossed}", crossed, below))
        checks.append(value_check(f"kurtosis-deconvnet-depth-{crossed}", f"excess kurtosis, DeconvNet, {below}", partial(kurtosis, "deconvnet", crossed),
                                  depth.deconvnet_excess_kurtosis(crossed, stack.width), study.margin(TAILS), printed=0.0, printed_margin=study.margin(TAILS)))
    first, last = layers[0], layers[-1]
    checks.append(value_check("squares", f"correlation of the squares of two entries, DeconvNet, below {last} ReLU layers of {stack.width}: dependence",
                              partial(squares, "deconvnet", last), shared_squares(last, stack.width), study.margin(SQUARES), printed=0.0))
    growth = depth.mean_to_sd(last) - depth.mean_to_sd(first)
    checks.append(value_check("depth-trend", f"growth of guided's mean over sd from {first} to {last} ReLU layers", partial(grown, first, last), growth,
                              study.margin(MEAN), printed=0.0,
                              control=Control("the same of DeconvNet", statistic=partial(grown, first, last, rule="deconvnet"))))
    study.sample(Experiment("depth", partial(chunk, stack, tuple(layers)), 1e4, tuple(checks)))


def chunk(stack, levels, rng, trials):
    """Sums over networks of the power sums of all entries at each level, and of products of different entries."""
    return total(Sums({rule: Sums({level: powers(signals[rule][level]) for level in levels}) for rule in RULES})
                 for _, signals in stack.passes(rng, trials, tuple(RULES)))


def powers(signal):
    """1, and the means of R, R², R³, R⁴, R_i R_j and R_i²R_j² over the entries; R in units that He's weights keep near 1."""
    r = signal.ravel() * np.sqrt(signal.size / 2, dtype=np.float64)
    first, second = r.mean(), (r * r).mean()
    fourth = (r**4).mean()
    pairs, squares = ((r.size * one**2 - two) / (r.size - 1) for one, two in ((first, second), (second, fourth)))
    return np.array([1.0, first, second, (r**3).mean(), fourth, pairs, squares])


def central(rule, level, sums):
    """Mean, variance, third and fourth central moment, covariance."""
    _, m, second, third, fourth, pairs, _ = sums[rule][level] / sums[rule][level][0]
    return m, second - m**2, third - 3 * m * second + 2 * m**3, fourth - 4 * m * third + 6 * m**2 * second - 3 * m**4, pairs - m**2


def mean_to_sd(rule, level, sums):
    mean, variance, *_ = central(rule, level, sums)
    return mean / np.sqrt(variance)


def skewness(rule, level, sums):
    _, variance, third, *_ = central(rule, level, sums)
    return third / variance**1.5


def kurtosis(rule, level, sums):
    _, variance, _, fourth, _ = central(rule, level, sums)
    return fourth / variance**2 - 3


def squares(rule, level, sums):
    """The correlation of R_i² and R_j²."""
    count, _, second, _, fourth, _, squares = sums[rule][level]
    return (squares / count - (second / count) ** 2) / (fourth / count - (second / count) ** 2)


def shared_squares(layers, width):
    """The same by the law of DeconvNet's tails: entries are independent normals times a length that they share."""
    spread = 1 + depth.deconvnet_excess_kurtosis(layers, width) / 3
    return (spread - 1) / (3 * spread - 1)


def correlation(rule, level, sums):
    _, variance, _, _, covariance = central(rule, level, sums)
    return covariance / variance


def grown(first, last, sums, rule="guided"):
    return mean_to_sd(rule, last, sums) - mean_to_sd(rule, first, sums)


def shapes(study, image, widths):
    """One entry of every network: its Kolmogorov distance from the normal law of its mean and deviation."""
    found = {width: marginals(study, Stack(image, width, CROSSED + 1, logits=1), MANY if width == widths[-1] else SOME) for width in widths}
    table = [(rule, width, found[width][rule][0]) for width in widths for rule in RULES]
    study.table("shape", rule=[rule for rule, *_ in table], width=[width for _, width, _ in table], distance=[band.value for *_, band in table],
                low=[band.low for *_, band in table], high=[band.high for *_, band in table])
    probabilities = (np.arange(99) + 0.5) / 99
    study.table("quantiles", **{f"{rule}-{width}": np.quantile(found[width][rule][1], probabilities) for rule in RULES for width in widths})
    for rule in RULES:
        check = Check(f"shape-{rule}", f"Kolmogorov distance of an entry from its normal law, {rule}, {CROSSED} ReLU layers of {widths[-1]}", None,
                      study.margin(DISTANCE), Control(f"{widths[0]} neurons"), HOLDS, printed=0.0)
        study.conclude(check, found[widths[-1]][rule][0], found[widths[0]][rule][0], trials=len(found[widths[-1]][rule][1]))


def marginals(study, stack, networks):
    """{rule: (DKW band, standardised entries)} of one entry per network; the others give mean and deviation."""
    groups = 64
    trials = round(networks / study.budget.margin**2 / groups)
    entry, mean, square = np.concatenate(study.draw(f"shape-{stack.width}", partial(entries, stack), groups, trials)).transpose(1, 2, 0)
    centre = mean.mean(axis=1, keepdims=True)
    standard = (entry - centre) / np.sqrt(square.mean(axis=1, keepdims=True) - centre**2)
    return {rule: (dkw(kstest(z, "norm").statistic, len(z)), z) for rule, z in zip(RULES, standard)}


def entries(stack, rng, trials):
    """Of each network and rule, one entry, and the mean and mean square of the others: (trials, 3, rules)."""
    return np.array([[(r[0], r[1:].mean(), (r[1:] ** 2).mean()) for r in (signals[rule][CROSSED][0].astype(np.float64) for rule in RULES)]
                     for _, signals in stack.passes(rng, trials, tuple(RULES))]).swapaxes(1, 2)


def convolutional(study, stack):
    """Convolutions share weights: positions of one channel correlate; and borders see fewer of them."""
    place = f"of {stack.width} 3×3 channels"
    checks = []
    for level in (1, CROSSED):
        for rule in ("saliency", "deconvnet"):
            law = depth.class_similarity(rule, level)
            checks.append(value_check(f"convolutional-correlation-{rule}-{level}", f"correlation of neighbouring entries of a channel, {rule}, {level} ReLU layers {place}",
                                      partial(neighbours, rule, level), law, study.margin(2 * CORRELATION), printed=0.0))
        checks.append(Check(f"convolutional-correlation-guided-{level}", f"correlation of neighbouring entries of a channel, guided, {level} ReLU layers {place}", partial(neighbours, "guided", level),
                            study.margin(2 * CORRELATION), Control("DeconvNet in its place", statistic=partial(neighbours, "deconvnet", level)), REFUTED, printed=0.0))
        checks.append(value_check(f"convolutional-mean-{level}", f"mean over sd of an entry inside, guided, {level} ReLU layers {place}", partial(inside, mean_to_sd, "guided", level),
                                  depth.mean_to_sd(level), study.margin(2 * MEAN), printed=0.0))
    tails = 3 * 5 / (9 * stack.width)
    checks.append(value_check("convolutional-kurtosis", f"excess kurtosis of an entry inside, DeconvNet, 1 ReLU layer {place}: 15/(9n)",
                              partial(inside, kurtosis, "deconvnet", 1), tails, study.margin(TAILS), printed=0.0))
    for rule in ("saliency", "deconvnet"):
        checks.append(value_check(f"corner-{rule}", f"variance of a corner's entry over one inside, {rule}: the coverage, 4 over 9", partial(corner, rule), 4 / 9,
                                  study.margin(VARIANCE), printed=1.0))
    study.sample(Experiment("convolutional", partial(planes, stack), 1000, tuple(checks)))


def planes(stack, rng, trials):
    """Sums over networks: inside, the means of R, R² and of products of neighbours; R² in the corners."""
    return total(Sums({rule: Sums({level: plane(signals[rule][level][0]) for level in (1, CROSSED)}) for rule in RULES})
                 for _, signals in stack.passes(rng, trials, tuple(RULES)))


def plane(signal):
    r = signal.astype(np.float64)
    inner = r[:, CROSSED:-CROSSED, CROSSED:-CROSSED]  # no border within reach
    beside = (inner[:, :, 1:] * inner[:, :, :-1]).mean()
    corners = (r[:, [0, 0, -1, -1], [0, -1, 0, -1]] ** 2).mean()
    return Sums(powers=powers(inner), first=inner.mean(), second=(inner**2).mean(), beside=beside, corners=corners)


def inside(statistic, rule, level, sums):
    """A statistic of power sums, of the entries inside."""
    return statistic(rule, level, {rule: {level: sums[rule][level]["powers"]}})


def neighbours(rule, level, sums):
    part = sums[rule][level]
    count = part["powers"][0]
    mean = part["first"] / count
    return (part["beside"] / count - mean**2) / (part["second"] / count - mean**2)


def corner(rule, sums):
    return sums[rule][1]["corners"] / sums[rule][1]["second"]


CLAIM = Claim(
    id="proposition1",
    order=21,
    title="Proposition 1: the gradient at a hidden layer",
    source="Nie et al. 2018, Proposition 1",
    statement="In a deep random CNN the modified gradient at the first activations is i.i.d. zero-mean Gaussian.",
    printed="mean 0, identical, independent, Gaussian, for the three rules",
    exact="guided: mean over sd (r/√2π)/√(1 + r²(½ − 1/2π)) in wide layers; DeconvNet: 3((1 + 5/n)^l − 1) excess kurtosis, neighbours correlate",
    run=run,
    settings=(
        Setting("widths", (16, 64, 256, 1024, 2048), "neurons per layer, where width varies", least=2),
        Setting("layers", (1, 4, 12), "numbers of ReLU layers crossed, where depth varies"),
        Setting("width", 256, "neurons per layer, where depth varies", least=2),
    ),
)

if __name__ == "__main__":
    from sims.__main__ import run_alone

    run_alone(__spec__.name)

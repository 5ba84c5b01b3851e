"""Depth: the mean-field laws against wide random stacks, and how fast finite widths come to them."""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack, flat
from sims.evidence import estimates
from sims.evidence.estimates import PictureSums, Sums, jackknife, propagate, total
from sims.evidence.verdict import interval
from sims.study.checks import value_check
from sims.study.claim import LAYERS, WIDTH, Claim, Control
from sims.study.study import Experiment
from theory.laws import depth
from theory.rules import RULES

RECOVERY = 0.03  # relative, of r
SIMILARITY = 0.03  # of a cosine
CONVOLUTIONAL = 0.06  # of the same in a stack of few channels: no budget brings it nearer to the limit of many
MEAN = 0.02  # of a mean in standard deviations
NOISE = 0.1  # relative, of a noise-to-signal ratio
RATE = 0.25  # of a slope
NARROW = (16, 32, 64, 128)  # widths whose distance from the laws is large enough to be measured
NETWORKS = 8000  # of each such width
CHANNELS = 32  # of the convolutional stack
SIDE = 32  # pixels of the input whose noise-to-signal is measured


def run(study):
    width, crossed = study.settings["width"], sorted(set(study.settings["layers"]))
    small = reduced(study.image, 8)
    levels(study, Stack(small, width, max(crossed) + 1), crossed)
    convolved = Stack(reduced(study.image, 12), CHANNELS, min(4, max(crossed)) + 1, kernel=3)
    convolutions(study, convolved, [layers for layers in crossed if layers < convolved.layers])
    for layers in crossed:
        at_the_input(study, Stack(reduced(study.image, SIDE), width, layers, logits=1))
    finite_width(study, small, crossed[len(crossed) // 2])
    curves(study, max(crossed))


def levels(study, stack, crossed):
    """r, mean over deviation and class similarity below so many ReLU layers, all in the same networks."""
    checks = [check for layers in crossed for check in level(study, layers, crossed)]
    trials = 8e5 / stack.width
    study.sample(Experiment("levels", partial(chunk, stack), trials, tuple(checks)))
    rows = {row["name"]: row for row in study.result.rows}
    for quantity in ("recovery", "mean", *(f"similarity-{rule}" for rule in RULES)):
        write(study, quantity, [(layers, rows[f"{quantity}-{layers}"]) for layers in crossed])


def write(study, quantity, rows):
    """The table behind one curve of the figure; r itself, though its row is relative."""
    scale = {layers: depth.recovery_ratio(layers) if quantity == "recovery" else 1 for layers, _ in rows}
    study.table(
        quantity,
        layers=[layers for layers, _ in rows],
        **{key: [row[key] * scale[layers] for layers, row in rows] for key in ("estimate", "low", "high", "exact")},
    )


def level(study, layers, crossed):
    """The checks below `layers` ReLU layers."""
    below = f"below {layers} ReLU layer{'s' * (layers > 1)}"
    law = depth.recovery_ratio(layers)
    yield value_check(
        f"recovery-{layers}",
        f"r of guided {below} over the law's {law:.4f}; as printed 0",
        lambda sums: sums["recovery"][layers] / sums["count"] / law,
        1.0,
        study.margin(RECOVERY),
        printed=0.0,
        control=off_by_a_layer(layers, law) if layers == crossed[-1] else too_large(study),
    )
    yield value_check(
        f"mean-{layers}",
        f"mean over standard deviation of guided's entries {below}",
        partial(mean_to_sd, "guided", layers),
        depth.mean_to_sd(layers),
        study.margin(MEAN),
        printed=0.0,
        control=Control("a dropped mask: DeconvNet", statistic=partial(mean_to_sd, "deconvnet", layers)),
    )
    for rule in RULES:
        other = "guided" if rule == "deconvnet" else "deconvnet"
        yield value_check(
            f"similarity-{rule}-{layers}",
            f"E cos of the signals of two logits, {rule}, {below}",
            partial(similarity, rule, layers),
            depth.class_similarity(rule, layers),
            study.margin(SIMILARITY),
            control=Control(f"{other} in its place", statistic=partial(similarity, other, layers))
            if layers > 1
            else None,
        )


def too_large(study):
    excess = study.margin(RECOVERY) * 5 / 3
    return Control(f"a law {excess:.1%} too large", target=1 + excess)


def off_by_a_layer(layers, law):
    return Control(
        "the activations of the layer above", statistic=lambda sums: sums["above"][layers] / sums["count"] / law
    )


def chunk(stack, rng, trials):
    """Sums over networks of what is read off every level: arrays with one entry per level."""
    return total(one(activations[:-1], signals) for activations, signals in stack.passes(rng, trials, tuple(RULES)))


def one(activations, signals):
    """The Sums of one network, down to the last activations."""
    guided = [flat(signal) for signal in signals["guided"][: len(activations)]]
    rectified = [a.astype(np.float64).ravel() for a in activations]
    found = Sums(
        count=1,
        recovery=np.array([recovery(r, a) for (r, _), a in zip(guided, rectified)]),
        above=np.array([0.0, *(recovery(r, a) for (r, _), a in zip(guided[1:], rectified))]),
    )
    for rule in RULES:
        entries = guided if rule == "guided" else [flat(signal) for signal in signals[rule][: len(activations)]]
        (first, dot), (_, second) = np.array([pair @ pair.T for pair in entries]).transpose(1, 2, 0)
        both = np.sqrt(first * second)
        found[rule] = Sums(
            cosine=np.divide(dot, both, out=np.zeros_like(dot), where=both > 0),
            dot=dot,
            square=(first + second) / 2,
            mean=np.array([r.mean() for r, _ in entries]),
            power=first / [len(r) for r, _ in entries],
        )
    return found


def recovery(signal, activations):
    """√2 times the part of a signal along the activations, over the deviation of what is left; 0 if a network is
    dead.
    """
    energy = activations @ activations
    along = signal @ activations / np.sqrt(energy) if energy > 0 else 0.0
    left = signal @ signal - along**2
    return np.sqrt(2 * (1 - 1 / len(signal)) / left) * along if left > 0 else 0.0


def mean_to_sd(rule, layers, sums):
    mean, power = (sums[rule][key][layers] / sums["count"] for key in ("mean", "power"))
    return mean / np.sqrt(power - mean**2)


def similarity(rule, layers, sums):
    return sums[rule]["cosine"][layers] / sums["count"]


def convolutions(study, stack, crossed):
    """The same class similarity in a convolutional stack of 3×3 filters."""
    checks = tuple(
        value_check(
            f"convolutional-{rule}-{layers}",
            f"E cos of the signals of two logits, {rule}, {layers} layers of {stack.width} 3×3 channels",
            partial(similarity, rule, layers),
            depth.class_similarity(rule, layers),
            max(study.margin(CONVOLUTIONAL), CONVOLUTIONAL),
        )
        for layers in crossed
        for rule in RULES
    )
    study.sample(Experiment("convolutional", partial(chunk, stack), 512, checks))


def at_the_input(study, stack):
    """Noise-to-signal of the guided picture of a whole stack; depth lowers it."""
    law = depth.noise_to_signal(stack.layers, stack.width, stack.image.size)
    shallow = depth.noise_to_signal(1, stack.width, stack.image.size)
    twin = (
        Control("the law of one layer", target=shallow / law)
        if stack.layers > 1
        else Control("the law plus 30 %", target=1.3)
    )
    check = value_check(
        f"input-{stack.layers}",
        f"noise-to-signal at the input over 2d/(n r²) = {law:.4g}, {stack.layers} ReLU layers",
        partial(noise_to_signal, law),
        1.0,
        study.margin(NOISE),
        control=twin,
    )
    length = depth.recovered_length(stack.layers, stack.width, stack.image.size)
    scale = value_check(
        f"scale-{stack.layers}",
        f"⟨E s, x⟩/‖x‖ over n√(2/d) τ E[gφ] = {length:.4g}, {stack.layers} ReLU layers",
        lambda sums: estimates.along(sums["guided"], "image") / length,
        1.0,
        study.margin(NOISE),
    )
    study.sample(Experiment(f"input-{stack.layers}", partial(pictures, stack), 3e5 / stack.width, (check, scale)))


def pictures(stack, rng, trials):
    """Sums of guided pictures, along the image."""
    sums = PictureSums(image=stack.image)
    for _, signals in stack.passes(rng, trials, ("guided",)):
        sums.add(signals["guided"][-1][0])
    return Sums(guided=sums.sums())


def noise_to_signal(law, sums):
    """E‖s − E s‖²/‖E s‖², E s along the image, over the law."""
    signal = estimates.squared_along(sums["guided"], "image")
    return (sums["guided"]["square"] / sums["guided"]["count"] - signal) / signal / law


def finite_width(study, image, layers):
    """How far E⟨R, R'⟩/E‖R‖² of a narrow stack is from the law: as 1/width."""
    law, gaps = depth.class_similarity("guided", layers), []
    trials = round(NETWORKS / study.budget.margin**2 / study.budget.groups)
    for width in NARROW:
        drawn = study.draw(
            f"narrow-{width}", partial(products, Stack(image, width, layers + 1), layers), study.budget.groups, trials
        )
        gaps.append(jackknife(drawn, lambda sums: law - sums["dot"] / sums["square"]))
    log = np.log(NARROW)
    weights = (log - log.mean()) / ((log - log.mean()) ** 2).sum()
    slope = propagate(lambda values: weights @ np.log(np.abs(values)), gaps)
    study.conclude(
        value_check(
            "rate",
            f"slope on log width of the log of the law less E⟨R, R'⟩/E‖R‖², guided, {layers} ReLU layers",
            None,
            -1.0,
            study.margin(RATE),
        ),
        slope,
        trials=4 * trials * study.budget.groups,
    )
    bands = [interval(gap) for gap in gaps]
    study.table(
        "narrow",
        width=NARROW,
        estimate=[band.value for band in bands],
        low=[band.low for band in bands],
        high=[band.high for band in bands],
    )


def products(stack, layers, rng, trials):
    """Sums of ⟨R, R'⟩ and ‖R‖² of guided, below so many layers."""
    found = np.zeros(2)
    for _, signals in stack.passes(rng, trials, ("guided",)):
        r, q = flat(signals["guided"][layers])
        found += r @ q, (r @ r + q @ q) / 2
    return Sums(dot=found[0], square=found[1])


def curves(study, deepest):
    """The laws, layer by layer."""
    layers = list(range(deepest + 1))
    study.table(
        "laws",
        layers=layers,
        recovery=[depth.recovery_ratio(n) for n in layers],
        mean=[depth.mean_to_sd(n) for n in layers],
        **{f"similarity-{rule}": [depth.class_similarity(rule, n) for n in layers] for rule in RULES},
    )


def needs(settings, shape, budget):
    width, crossed = settings["width"], settings["layers"]
    inputs, picture, rules = prod(takes.reduced(shape, 8)), prod(takes.reduced(shape, SIDE)), len(RULES)
    pictures = (takes.stack(picture, width, layers) * budget.trials(3e5 / width) for layers in crossed)
    levels = takes.stack(inputs, width, max(crossed) + 1, 2 * rules, 2) * budget.trials(8e5 / width)
    narrow = takes.stack(inputs, NARROW[-1], max(crossed), 2, 2) * 2 * budget.trials(NETWORKS)
    return sum(pictures, levels + narrow)


CLAIM = Claim(
    id="depth",
    title="Depth: the mean-field laws",
    source="Nie et al. 2018, Proposition 1 and section 'Impact of Max-Pooling and Network Depth'",
    statement="Depth leaves the modified gradient zero-mean, and the pictures as with three layers.",
    printed="r = 0: the signal at a layer knows nothing of its activations",
    exact="r ← √2 E[gφ]/√E[φ²] → 0.724; class similarity (r²/2 + κ)/(r²/2 + 1) → 1; noise-to-signal "
    "at the input 2d/(n r²)",
    run=run,
    needs=needs,
    seconds=37,
    settings=(
        WIDTH,
        LAYERS,
    ),
)

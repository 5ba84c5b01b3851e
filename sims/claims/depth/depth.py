"""Depth: is a mean zero? The mean-field laws against wide random stacks, and how finite widths come to them."""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack, flat
from sims.evidence import estimates
from sims.evidence.defects import instead, leaky
from sims.evidence.estimates import PictureSums, Sums, jackknife, propagate, total
from sims.evidence.verdict import interval
from sims.study.claim import LAYERS, WIDTH, Claim
from sims.study.rows import AT_MOST, LIMIT, Law, Reading, Twin
from sims.study.study import Experiment
from theory.laws import depth
from theory.rules import RULES

TENTH, STRICT = 0.1, 0.05  # of the second moment, as read; of the deviation, as read strictly
RECOVERY = 0.03  # relative, of r: 256 neurons are half a percent from the limit of wide layers
SIMILARITY = 0.03  # of a cosine: two pictures side by side do not show it
CONVOLUTIONAL = 0.06  # of the same in a stack of few channels, which is so far from the limit of many
MEAN = 0.02  # of a mean in standard deviations: below 8 layers 256 neurons are 0.005 from the limit
NOISE = 0.1  # relative, of a noise-to-signal ratio and of a length: below 8 layers 256 neurons are 5 % from the limit
RATE = 0.25  # of a slope: that of 1/width is told from those of 1/√width and 1/width²
LEAK = 0.6  # of the twins' backward ReLU
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
    rows = [row for layers in crossed for row in (*zero_mean(layers), *level(study, layers))]
    study.sample(Experiment("levels", partial(chunk, stack), 8e5 / stack.width, tuple(rows)))
    found = {row["name"]: row for row in study.result.rows}
    for quantity in ("recovery", "mean", *(f"similarity-{rule}" for rule in RULES)):
        write(study, quantity, [(layers, found[f"{quantity}-{layers}"]) for layers in crossed])


def write(study, quantity, rows):
    """The table behind one curve of the figure; r itself, though its row is relative."""
    scale = {layers: depth.recovery_ratio(layers) if quantity == "recovery" else 1 for layers, _ in rows}
    study.table(
        quantity,
        layers=[layers for layers, _ in rows],
        **{key: [row[key] * scale[layers] for layers, row in rows] for key in ("estimate", "low", "high", "law")},
    )


def below(layers):
    return f"below {layers} ReLU layer{'s' * (layers > 1)}"


def zero_mean(layers):
    """The statement, of guided backpropagation alone."""
    law = depth.mean_to_sd(layers)
    yield Reading(
        name=f"held-{layers}",
        reading="tenth",
        what=f"squared mean over second moment of guided's entries {below(layers)}",
        of=partial(held, layers),
        value=TENTH,
        side=AT_MOST,
        law=law**2 / (1 + law**2),
    )
    yield Reading(
        name=f"deviations-{layers}",
        reading="strict",
        what=f"mean over standard deviation of guided's entries {below(layers)}",
        of=partial(mean_to_sd, "guided", layers),
        value=STRICT,
        side=AT_MOST,
        law=law,
    )


def level(study, layers):
    """The laws below `layers` ReLU layers; without a negative defect a mean of 0 has no twin."""
    law = depth.recovery_ratio(layers)
    yield Law(
        name=f"recovery-{layers}",
        what=f"r of guided {below(layers)} over the law's {law:.4f}",
        of=partial(recovered, "recovery", layers, law),
        value=1.0,
        margin=study.margin(RECOVERY),
        tag=LIMIT,
        twin=Twin("the activations of the layer above", partial(recovered, "above", layers, law)),
    )
    yield Law(
        name=f"mean-{layers}",
        what=f"mean over standard deviation of guided's entries {below(layers)}",
        of=partial(mean_to_sd, "guided", layers),
        value=depth.mean_to_sd(layers),
        margin=study.margin(MEAN),
        tag=LIMIT,
        twin=Twin("a dropped mask: DeconvNet", partial(mean_to_sd, instead("deconvnet", "guided"), layers)),
    )
    for rule in RULES:
        yield similar(f"similarity-{rule}-{layers}", rule, layers, study.margin(SIMILARITY), below(layers))


def similar(name, rule, layers, margin, place):
    other = "deconvnet" if rule == "saliency" else "saliency"
    return Law(
        name=name,
        what=f"E cos of the signals of two logits, {rule}, {place}",
        of=partial(similarity, rule, layers),
        value=depth.class_similarity(rule, layers),
        margin=margin,
        tag=LIMIT,
        twin=Twin(f"{other} in its place", partial(similarity, instead(other, rule), layers)),
    )


def recovered(key, layers, law, sums):
    return sums[key][layers] / sums["count"] / law


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
        above=np.array([recovery(r, rectified[max(n - instead(1, 0), 0)]) for n, (r, _) in enumerate(guided)]),
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


def held(layers, sums):
    """The squared mean over the second moment, of guided."""
    mean, power = (sums["guided"][key][layers] / sums["count"] for key in ("mean", "power"))
    return mean**2 / power


def similarity(rule, layers, sums):
    return sums[rule]["cosine"][layers] / sums["count"]


def convolutions(study, stack, crossed):
    """The same class similarity in a convolutional stack of 3×3 filters."""
    margin = max(study.margin(CONVOLUTIONAL), CONVOLUTIONAL)
    rows = tuple(
        similar(
            f"convolutional-{rule}-{layers}", rule, layers, margin, f"{layers} layers of {stack.width} 3×3 channels"
        )
        for layers in crossed
        for rule in RULES
    )
    study.sample(Experiment("convolutional", partial(chunk, stack), 512, rows))


def at_the_input(study, stack):
    """Noise-to-signal of the guided picture of a whole stack, which depth lowers, and its length."""
    noise = depth.noise_to_signal(stack.layers, stack.width, stack.image.size)
    length = depth.recovered_length(stack.layers, stack.width, stack.image.size)
    below = f"{stack.layers} ReLU layers"
    rows = []
    for name, what, of in (
        ("input", f"noise-to-signal at the input over 2d/(n r²) = {noise:.4g}, {below}", partial(over_noise, noise)),
        ("scale", f"⟨E s, x⟩/‖x‖ over n√(2/d) τ E[gφ] = {length:.4g}, {below}", partial(over_length, length)),
    ):
        twin = Twin(f"a backward ReLU that leaks {LEAK:.0%}", partial(of, "twin"))
        law = dict(value=1.0, margin=study.margin(NOISE), tag=LIMIT)
        rows.append(Law(name=f"{name}-{stack.layers}", what=what, of=partial(of, "guided"), twin=twin, **law))
    study.sample(Experiment(f"input-{stack.layers}", partial(pictures, stack), 3e5 / stack.width, tuple(rows)))


def pictures(stack, rng, trials):
    """Sums of guided pictures and of its leaky twin's, along the image."""
    rules = {"guided": "guided", "twin": leaky(LEAK)}
    sums = {name: PictureSums(image=stack.image) for name in rules}
    for _, signals in stack.passes(rng, trials, tuple(rules.values())):
        for name, rule in rules.items():
            sums[name].add(signals[rule][-1][0])
    return Sums({name: each.sums() for name, each in sums.items()})


def over_length(law, part, sums):
    return estimates.along(sums[part], "image") / law


def over_noise(law, part, sums):
    """E‖s − E s‖²/‖E s‖², E s along the image, over the law."""
    signal = estimates.squared_along(sums[part], "image")
    return (sums[part]["square"] / sums[part]["count"] - signal) / signal / law


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
        Law(
            name="rate",
            what=f"slope on log width of the log of the law less E⟨R, R'⟩/E‖R‖², guided, {layers} ReLU layers",
            value=-1.0,
            margin=study.margin(RATE),
            tag=LIMIT,
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
    title="Depth: zero mean, and the mean-field laws",
    source="TR-GBP, Proposition 1 (T:92)",
    statement="“For a random deep CNN where weights are i.i.d. Gaussians with zero mean, we can also approximate every "
    "entry of Ṽ as i.i.d. Gaussian with zero mean”: the zero mean.",
    premise="guided backpropagation, dense ReLU stacks, over the weights",
    readings={
        "tenth": "the squared mean is at most a tenth of the second moment: what an approximation may leave out",
        "strict": "the mean is at most 0.05 deviations",
    },
    printed="zero mean of guided's signal at the first activations",
    exact="mean over deviation (r/√2π)/√(1 + r²(½ − 1/2π)), 0.17 to 0.27, with r ← √2 E[gφ]/√E[φ²] → 0.724; class "
    "similarity (r²/2 + κ)/(r²/2 + 1) → 1; noise-to-signal at the input 2d/(n r²)",
    said="In a deep network, too, the signals that guided backpropagation hands down have zero mean.",
    true="They have a small mean in terms of the weights' spread, which neither width nor depth removes.",
    meaning="The deeper the network, the more its guided map is one picture for all classes.",
    headline="held-8",
    decides=(
        "held-1",
        "held-8",
        "deviations-8",
        "similarity-deconvnet-8",
        "similarity-guided-1",
        "similarity-guided-8",
    ),
    run=run,
    needs=needs,
    seconds=45,
    settings=(
        WIDTH,
        LAYERS,
    ),
)

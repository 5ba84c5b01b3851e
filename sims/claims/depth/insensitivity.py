"""Class-insensitivity in depth: pictures of many logits of deep random stacks, of several inputs, against the law."""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import corner, named_inputs
from sims.ensembles import needs as takes
from sims.ensembles.stacks import Stack, flat
from sims.evidence.estimates import Sums, jackknife, total
from sims.evidence.verdict import HOLDS, REFUTED, interval
from sims.study.checks import MUCH_LESS, much_less, value_check
from sims.study.claim import LAYERS, WIDTH, Check, Claim, Control, Setting
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.geometry.patches import unit
from theory.laws import depth
from theory.metrics.similarity import spread
from theory.rules import RULES

SIMILARITY = 0.03  # of a cosine
CONVOLUTIONAL = 0.06  # of the same in a stack of few channels: no budget brings it nearer to the limit of many
DISTANCE = 0.1  # relative, of an average l2 distance: no budget brings a width nearer to the limit of wide layers
LESS = 0.05  # margin of a ratio of distances
MUCH_ALIKE = 0.5  # a cosine of guided's pictures whose distance is told from saliency's
SIDE, CHANNELS, CROSSED = 32, 32, 4  # pixels; channels and layers of the convolutional stack


def run(study):
    settings = study.settings
    width, crossed, logits = settings["width"], sorted(settings["layers"]), settings["logits"]
    image = corner(study.image, SIDE)
    rows = [
        row
        for layers in crossed
        for row in against_law(
            study, f"{layers}-layers", "picture", Stack(image, width, layers, logits=logits), list(RULES)
        )
    ]
    study.table("by_depth", **{key: [row[key] for row in rows] for key in rows[0]})
    curves(study, image.size, width, crossed[-1])
    middle, rows = crossed[len(crossed) // 2], []
    for name, other in named_inputs(study.image, SIDE, study.result.seed).items():
        rows += [
            {"input": name, **row}
            for row in against_law(
                study, name, name, Stack(other, width, middle, logits=logits), ["deconvnet", "guided"]
            )
        ]
    study.table("by_input", **{key: [row[key] for row in rows] for key in rows[0]})
    convolutional(study, Stack(corner(study.image, SIDE // 2), CHANNELS, CROSSED, kernel=3, logits=logits))


def against_law(study, name, label, stack, rules):
    """Cosine and average distance of all pairs of logits, against wide layers' and what is printed; rows of the
    figure.
    """
    place = f"{stack.layers} ReLU layer{'s' * (stack.layers > 1)} of {stack.width}, input {label}"
    checks = []
    for rule in rules:
        other = "saliency" if rule != "saliency" else "deconvnet"
        checks.append(
            value_check(
                f"cosine-{rule}-{name}",
                f"E cos of the pictures of two logits, {rule}, {place}",
                mean("cosine", rule),
                similarity(stack, rule),
                study.margin(SIMILARITY),
                control=Control(f"{other} in its place", statistic=mean("cosine", other)),
            )
        )
        checks.append(
            value_check(
                f"distance-{rule}-{name}",
                f"average l2 distance of two logits' maps in [0, 1] over that of wide layers, {rule}, {place}",
                over_law(rule),
                1.0,
                max(study.margin(DISTANCE), DISTANCE),
                control=Control(f"over that of the law of {other}", statistic=over_law(rule, other))
                if similarity(stack, "guided") > MUCH_ALIKE
                else None,
            )
        )
    for rule in (rule for rule in rules if rule != "saliency"):
        law = np.sqrt(1 - similarity(stack, rule))
        if abs(law - MUCH_LESS) > 2 * LESS:
            checks.append(
                much_less(
                    f"ratio-{rule}-{name}",
                    f"{rule} over saliency, {place}",
                    over_saliency(rule),
                    LESS,
                    HOLDS if law < MUCH_LESS else REFUTED,
                )
            )
    found = study.sample(
        Experiment(name, partial(chunk, stack), 4e4 / stack.width * max(1, 9 / (stack.logits - 1)), tuple(checks))
    )
    rows = []
    for rule in rules:
        bands = {
            "cosine": interval(found[f"cosine-{rule}-{name}"]),
            "ratio": interval(jackknife(found.groups, over_saliency(rule))),
        }
        ends = {
            f"{kind}{end}": value
            for kind, band in bands.items()
            for end, value in (("", band.value), ("_low", band.low), ("_high", band.high))
        }
        law = jackknife(found.groups, lambda sums: sums["law"][rule]["distance"] / sums["law"]["saliency"]["distance"])
        rows.append(
            {
                "layers": stack.layers,
                "rule": rule,
                **ends,
                "cosine_law": similarity(stack, rule),
                "ratio_law": law.value,
            }
        )
    return rows


def similarity(stack, rule):
    """The law at the input, whatever the input: its signal's part there is n r²/(2d) of the noise."""
    return depth.class_similarity(rule, stack.layers, widths=(stack.width,) * stack.layers + (stack.image.size,))


def of_the_law(stack, rule, rng):
    """Pictures as wide layers give them, (logits, pixels): so much of x, and noise that two logits share in part."""
    shared = similarity(stack, rule)
    signal = depth.recovery_ratio(stack.layers, rule) ** 2 * stack.width / (2 * stack.image.size)
    common = min(1.0, shared * (1 + signal) - signal)
    along = np.sqrt(signal * stack.image.size) * unit(stack.image.ravel())
    return (
        along
        + np.sqrt(common) * rng.standard_normal(stack.image.size)
        + np.sqrt(1 - common) * rng.standard_normal((stack.logits, stack.image.size))
    )


def chunk(stack, rng, trials):
    """Sums over networks of means over pairs of logits, rule by rule, and as many of pictures of the law."""
    passes = stack.passes(rng, trials, tuple(RULES))
    return total(
        Sums(
            {rule: pairs(flat(signals[rule][-1])) for rule in RULES},
            law=Sums({rule: pairs(of_the_law(stack, rule, rng)) for rule in RULES}),
        )
        for _, signals in passes
    )


def pairs(pictures):
    """Means over pairs of pictures."""
    cosines, distances = spread(pictures)
    square = (pictures**2).sum(axis=1).mean()
    dot = ((pictures.sum(axis=0) ** 2).sum() / len(pictures) - square) / (len(pictures) - 1)
    return Sums(count=1, cosine=cosines.mean(), distance=distances.mean(), dot=dot, square=square)


def mean(quantity, rule):
    return lambda sums: sums[rule][quantity] / sums[rule]["count"]


def over_law(rule, law=None):
    return lambda sums: sums[rule]["distance"] / sums["law"][law or rule]["distance"]


def over_saliency(rule):
    return lambda sums: sums[rule]["distance"] / sums["saliency"]["distance"]


def product(rule):
    return lambda sums: sums[rule]["dot"] / sums[rule]["square"]


def convolutional(study, stack):
    """The same through 3×3 convolutions. DeconvNet's maps there are mostly one offset per colour, which a rescaling to
    [0, 1] takes away.
    """
    place = f"{stack.layers} ReLU layers of {stack.width} 3×3 channels"
    margin = max(study.margin(CONVOLUTIONAL), CONVOLUTIONAL)
    checks = [
        value_check(
            f"similarity-{rule}-convolutional",
            f"E⟨s_k, s_k'⟩/E‖s‖² of the pictures of two logits, {rule}, {place}",
            product(rule),
            depth.class_similarity(rule, stack.layers),
            margin,
        )
        for rule in ("saliency", "deconvnet")
    ]
    checks.append(
        Check(
            "similarity-guided-convolutional",
            f"E⟨s_k, s_k'⟩/E‖s‖² of the pictures of two logits, guided, {place}; as printed, the same for every class",
            product("guided"),
            margin,
            Control("DeconvNet in its place", statistic=product("deconvnet")),
            HOLDS,
            printed=1.0,
        )
    )
    checks += [
        much_less(f"ratio-{rule}-convolutional", f"{rule} over saliency, {place}", over_saliency(rule), LESS, expected)
        for rule, expected in (("deconvnet", REFUTED), ("guided", HOLDS))
    ]
    study.sample(Experiment("convolutional", partial(chunk, stack), 512, tuple(checks)))


def curves(study, inputs, width, deepest):
    """The law at the input, layer by layer."""
    layers = range(1, deepest + 1)
    law = lambda rule, n: depth.class_similarity(rule, n, widths=(width,) * n + (inputs,))
    study.table("laws", layers=layers, **{rule: [law(rule, n) for n in layers] for rule in RULES})


def needs(settings, shape, budget):
    width, crossed, logits = settings["width"], sorted(settings["layers"]), settings["logits"]
    inputs, pictures = prod(takes.corner(shape, SIDE)), logits * len(RULES)
    other_inputs = 5 * [crossed[len(crossed) // 2]]
    networks = (takes.stack(inputs, width, layers, pictures, logits) for layers in (*crossed, *other_inputs))
    pairs = Needs(16 * logits**2, logits**2 * inputs) * 2 * len(RULES) * (len(crossed) + len(other_inputs))
    return sum(networks, pairs) * budget.trials(4e4 / width * max(1, 9 / (logits - 1)))


CLAIM = Claim(
    id="insensitivity",
    title="Class-insensitivity in depth",
    source="Nie et al. 2018, 'average l2 distance statistics'; TR-GBP, remarks on the similarity of Ṽ",
    statement="Guided and DeconvNet pictures of a deep network hardly depend on the class: the l2 "
    "distance of two classes' maps is much larger for saliency.",
    printed="average l2 distance much larger for saliency than for both",
    exact="cosine (S + κ)/(S + 1) with S = n r²/(2d), whatever the input; the distance over "
    "saliency's is about √(1 − cosine): 0.83 below one layer, 0.1 (guided), 0.4 (DeconvNet) below 8",
    run=run,
    needs=needs,
    seconds=34,
    settings=(
        WIDTH,
        LAYERS,
        Setting("logits", 10, "logits of each network; all pairs are compared", least=2, most=10**4),
    ),
)

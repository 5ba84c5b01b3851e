"""How alike the pictures of two logits of a deep stack are, and how far apart their maps, against wide layers'."""

from functools import partial

import numpy as np

from sims.evidence import pair_sums
from sims.evidence.estimates import Sums, jackknife, total
from sims.evidence.pair_sums import all_pairs
from sims.evidence.signal_sums import flat
from sims.evidence.verdict import interval
from sims.study.common import against, relu_layers
from sims.study.rows import LIMIT, Finding, Law
from sims.study.study import Experiment
from theory.geometry.patches import unit
from theory.laws import depth
from theory.rules import RULES

MODIFIED = "deconvnet", "guided"
SIMILARITY = 0.03  # of a cosine: two pictures side by side do not show it
FEW = 0.06  # the same in a stack of few channels, which is so far from the limit of many
DISTANCE = 0.1  # relative, of an average distance: 256 neurons are up to 5 % from the limit of wide layers
APART = 0.5  # a cosine of guided's pictures whose distance is told from that of another rule


def against_law(study, name, label, stack, rules):
    """Cosine and average distance of all pairs of logits against wide layers'; rows of the figure."""
    place = f"{relu_layers(stack.layers)} of {stack.width}, input {label}"
    rows = [row for rule in rules for row in (*_laws(study, name, place, stack, rule), *ratio(name, place, rule))]
    trials = 4e4 / stack.width * max(1, 9 / (stack.logits - 1))
    found = study.sample(Experiment(name, partial(chunk, stack), trials, tuple(rows)))
    return [_line(stack, rule, found, name) for rule in rules]


def _laws(study, name, place, stack, rule):
    other = "saliency" if rule != "saliency" else "deconvnet"
    cosine = dict(value=similarity(stack, rule), margin=study.margin(SIMILARITY), tag=LIMIT)
    what = f"E cos of the pictures of two logits, {rule}, {place}"
    yield Law(name=f"cosine-{rule}-{name}", what=what, **cosine, **against(other, rule, pair_sums.mean("cosine")))
    of = lambda part: lambda sums: sums[part]["distance"] / sums["law"][rule]["distance"]
    found = against(other, rule, of)
    if similarity(stack, "guided") <= APART:
        found["twin"] = None
    distance = dict(value=1.0, margin=max(study.margin(DISTANCE), DISTANCE), tag=LIMIT)
    what = f"average distance of two logits' maps in [0, 1] over that of wide layers, {rule}, {place}"
    yield Law(name=f"distance-{rule}-{name}", what=what, **distance, **found)


def ratio(name, place, rule):
    """Where the statement stops being true."""
    if rule in MODIFIED:
        what = f"average distance of two logits' maps in [0, 1], {rule} over saliency, {place}"
        yield Finding(name=f"ratio-{rule}-{name}", what=what, of=pair_sums.over("saliency")(rule))


def _line(stack, rule, found, name):
    """A row of the figure."""
    of_law = lambda sums: pair_sums.over("saliency")(rule)(sums["law"])
    line = {"layers": stack.layers, "rule": rule}
    measured = found[f"cosine-{rule}-{name}"], jackknife(found.groups, pair_sums.over("saliency")(rule))
    for kind, band in zip(("cosine", "ratio"), map(interval, measured)):
        line |= {kind: band.value, f"{kind}_low": band.low, f"{kind}_high": band.high}
    return line | {"cosine_law": similarity(stack, rule), "ratio_law": jackknife(found.groups, of_law).value}


def similarity(stack, rule):
    """The law at the input, whatever the input: its signal's part there is n r²/(2d) of the noise."""
    return depth.class_similarity(rule, stack.layers, widths=(stack.width,) * stack.layers + (stack.image.size,))


def of_the_law(stack, rule, rng):
    """Pictures as wide layers give them, (logits, pixels): so much of x, and noise that two logits share in part."""
    shared, size = similarity(stack, rule), stack.image.size
    signal = depth.recovery_ratio(stack.layers, rule) ** 2 * stack.width / (2 * size)
    common = min(1.0, shared * (1 + signal) - signal)
    along = np.sqrt(signal * size) * unit(stack.image.ravel())
    own = np.sqrt(1 - common) * rng.standard_normal((stack.logits, size))
    return along + np.sqrt(common) * rng.standard_normal(size) + own


def chunk(stack, rng, trials):
    """Sums over networks of means over pairs of logits, rule by rule, and as many of pictures of the law."""
    return total(
        Sums(
            {rule: all_pairs(flat(signals[rule][-1])) for rule in RULES},
            law=Sums({rule: all_pairs(of_the_law(stack, rule, rng)) for rule in RULES}),
        )
        for _, signals in stack.passes(rng, trials, tuple(RULES))
    )


def convolutional(study, stack):
    """The same through 3×3 convolutions. DeconvNet's maps there are mostly one offset per colour, which a rescaling to
    [0, 1] takes away; guided's limit is that of patches, for which we have no law.
    """
    place, rows = f"{stack.layers} ReLU layers of {stack.width} 3×3 channels", []
    for rule in RULES:
        what = f"E⟨s_k, s_k'⟩/E‖s‖² of the pictures of two logits, {rule}, {place}"
        product = lambda sums, rule=rule: sums[rule]["dot"] / sums[rule]["square"]
        named = dict(name=f"similarity-{rule}-convolutional", what=what, of=product)
        law = dict(value=depth.class_similarity(rule, stack.layers), margin=max(study.margin(FEW), FEW), tag=LIMIT)
        rows += [Finding(**named) if rule == "guided" else Law(**named, **law), *ratio("convolutional", place, rule)]
    study.sample(Experiment("convolutional", partial(chunk, stack), 512, tuple(rows)))

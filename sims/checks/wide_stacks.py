"""The mean-field laws of deep stacks of wide layers, against random ones."""

from functools import partial

import numpy as np

from sims.ensembles.stacks import Stack
from sims.evidence import picture_sums, signal_sums
from sims.evidence.defects import instead, leaky
from sims.evidence.estimates import jackknife, mean_of, propagate
from sims.evidence.signal_sums import mean_to_sd, similarity
from sims.evidence.slopes import power
from sims.evidence.verdict import interval
from sims.study.common import against, leaking, relu_layers, twinned
from sims.study.rows import LIMIT, Law
from sims.study.study import Experiment
from theory.laws import depth
from theory.rules import RULES

RECOVERY = 0.03  # relative, of r: 256 neurons are half a percent from the limit of wide layers
SIMILARITY = 0.03  # of a cosine: two pictures side by side do not show it
CONVOLUTIONAL = 0.06  # of the same in a stack of few channels, which is so far from the limit of many
MEAN = 0.02  # of a mean in standard deviations: below 8 layers 256 neurons are 0.005 from the limit
NOISE = 0.1  # relative, of a noise-to-signal ratio and of a length: below 8 layers 256 neurons are 5 % from the limit
RATE = 0.25  # of a slope: that of 1/width is told from those of 1/√width and 1/width²
LEAK = 0.6  # of the twins' backward ReLU
NARROW = (16, 32, 64, 128)  # widths whose distance from the laws is large enough to be measured
NETWORKS = 8000  # of each such width


def level(study, layers):
    """The laws below `layers` ReLU layers; without a negative defect a mean of 0 has no twin."""
    law, below = depth.recovery_ratio(layers), f"below {relu_layers(layers)}"
    over = lambda part: lambda sums: mean_of(part, layers)(sums) / law
    recovered = twinned("recovery", "above", over, "the activations of the layer above")
    recovered |= dict(value=1.0, margin=study.margin(RECOVERY), tag=LIMIT)
    yield Law(name=f"recovery-{layers}", what=f"r of guided {below} over the law's {law:.4f}", **recovered)
    mean, dropped = partial(mean_to_sd, layers=layers), instead("deconvnet", "guided")
    means = twinned("guided", dropped, mean, "a dropped mask: DeconvNet")
    means |= dict(value=depth.mean_to_sd(layers), margin=study.margin(MEAN), tag=LIMIT)
    yield Law(name=f"mean-{layers}", what=f"mean over standard deviation of guided's entries {below}", **means)
    for rule in RULES:
        yield similar(f"similarity-{rule}-{layers}", rule, layers, study.margin(SIMILARITY), below)


def similar(name, rule, layers, margin, place):
    """Class similarity below so many layers."""
    other = "deconvnet" if rule == "saliency" else "saliency"
    what = f"E cos of the signals of two logits, {rule}, {place}"
    law = dict(value=depth.class_similarity(rule, layers), margin=margin, tag=LIMIT)
    return Law(name=name, what=what, **law, **against(other, rule, partial(similarity, layers=layers)))


def convolutions(study, stack, crossed):
    """The same class similarity in a convolutional stack of 3×3 filters."""
    margin = max(study.margin(CONVOLUTIONAL), CONVOLUTIONAL)
    place = f"layers of {stack.width} 3×3 channels"
    rows = tuple(
        similar(f"convolutional-{rule}-{layers}", rule, layers, margin, f"{layers} {place}")
        for layers in crossed
        for rule in RULES
    )
    study.sample(Experiment("convolutional", partial(signal_sums.chunk, stack), 512, rows))


def at_the_input(study, stack):
    """Noise-to-signal of the guided picture of a whole stack, which depth lowers, and its length."""
    noise = depth.noise_to_signal(stack.layers, stack.width, stack.image.size)
    length = depth.recovered_length(stack.layers, stack.width, stack.image.size)
    over_noise = lambda part: lambda sums: signal_sums.noise_along(part)(sums) / noise
    over_length, below = picture_sums.length_along("image", length), f"{stack.layers} ReLU layers"
    law = dict(value=1.0, margin=study.margin(NOISE), tag=LIMIT)
    what = f"noise-to-signal at the input over 2d/(n r²) = {noise:.4g}, {below}"
    rows = [Law(name=f"input-{stack.layers}", what=what, **law, **leaking(LEAK, over_noise))]
    what = f"⟨E s, x⟩/‖x‖ over n√(2/d) τ E[gφ] = {length:.4g}, {below}"
    rows.append(Law(name=f"scale-{stack.layers}", what=what, **law, **leaking(LEAK, over_length)))
    chunk = partial(signal_sums.pictures, stack, {"guided": "guided", "twin": leaky(LEAK)})
    study.sample(Experiment(f"input-{stack.layers}", chunk, 3e5 / stack.width, tuple(rows)))


def finite_width(study, image, layers):
    """How far E⟨R, R'⟩/E‖R‖² of a narrow stack is from the law: as 1/width."""
    law, gaps = depth.class_similarity("guided", layers), []
    trials = round(NETWORKS / study.budget.margin**2 / study.budget.groups)
    for width in NARROW:
        chunk = partial(signal_sums.products, Stack(image, width, layers + 1), layers)
        drawn = study.draw(f"narrow-{width}", chunk, study.budget.groups, trials)
        gaps.append(jackknife(drawn, lambda sums: law - sums["dot"] / sums["square"]))
    slope = propagate(lambda values: power(NARROW, np.abs(values)), gaps)
    what = f"slope on log width of the log of the law less E⟨R, R'⟩/E‖R‖², guided, {layers} ReLU layers"
    row = Law(name="rate", what=what, value=-1.0, margin=study.margin(RATE), tag=LIMIT)
    study.conclude(row, slope, trials=4 * trials * study.budget.groups)
    bands = [interval(gap) for gap in gaps]
    ends = {key: [getattr(band, key) for band in bands] for key in ("low", "high")}
    study.table("narrow", width=NARROW, estimate=[band.value for band in bands], **ends)

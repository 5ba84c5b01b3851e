"""TR-GBP's predictions for random weights: weaker borders, and only noise left after the mean over classes is taken
off.
"""

from functools import partial

import numpy as np

from sims.data.images import at_least_two_patches, load
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.estimates import PictureSums, Sums
from sims.study.checks import value_check
from sims.study.claim import KERNEL, STRIDE, Claim, Control, Setting
from sims.study.study import Experiment
from sims.system.errors import InputError
from theory.geometry.patches import coverage
from theory.laws.covariance import readout_moments, second_moment_trace
from theory.laws.three_layer import guided_mean

MARGIN = 0.05  # relative
CLASSES = 5  # TR-GBP subtracts the mean over the top 5
RATIO = 0.05  # of border to interior


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    signs = load("signs", 64, seed=study.result.seed)
    for image in (signs, study.image):
        at_least_two_patches(image, kernel, stride)
        if image.shape[1] <= 2 * stride:
            raise InputError(f"the outermost {stride} pixels of {image.shape[1]} are all; give a smaller stride")
    borders(study, "signs", ThreeLayer(signs, kernel, stride, filters=filters))
    borders(study, "picture", ThreeLayer(study.image, kernel, stride, filters=filters))
    subtraction(study, ThreeLayer(study.image, kernel, stride, filters=filters, logits=CLASSES))


def borders(study, name, network):
    """The scale of E s on x in the outermost `stride` pixels, over that inside."""
    shape = network.image.shape[1:]
    inside = picture_sums.interior(network)
    frame = np.ones(shape)
    frame[network.stride : -network.stride, network.stride : -network.stride] = 0
    frame *= coverage(network.image.shape, network.kernel, network.stride) > 0
    parts = {"frame": network.image * frame, "inside": network.image * inside}
    mean = guided_mean(**network.geometry)
    exact = scale(mean, parts["frame"]) / scale(mean, parts["inside"])
    check = value_check(
        f"border-{name}",
        f"scale of E s on x in the outermost {network.stride} pixels, over that inside",
        partial(ratio, {key: np.linalg.norm(part) for key, part in parts.items()}),
        exact,
        RATIO,
        printed=1.0,
        printed_side="at most",
    )
    study.sample(Experiment(f"border-{name}", picture_sums.guided(network, **parts), 1e5 / network.filters, (check,)))


def scale(picture, part):
    return (picture * part).sum() / (part**2).sum()


def ratio(lengths, sums):
    found = {key: estimates.along(sums["guided"], key) / length for key, length in lengths.items()}
    return found["frame"] / found["inside"]


def subtraction(study, network):
    """R_k = s_k less the mean over K classes: mean 0 for random weights, and noise of a size that the law knows."""
    square, product = readout_moments("guided")
    of_class, across = (second_moment_trace(**network.geometry, rule="guided", square=a) for a in (square, product))
    energy = (1 - 1 / CLASSES) * network.filters * network.scale**4 * (of_class - across)
    mean = value_check(
        "subtracted-mean",
        "‖E R‖²/E‖R‖², R the picture less the mean over 5 classes",
        vanishing,
        0.0,
        0.02,
        printed=0.0,
        control=Control("the picture itself", statistic=partial(vanishing, part="plain")),
    )
    size = value_check(
        "subtracted-size",
        "E‖R‖² over (1 − 1/K)(E‖s_k‖² − E⟨s_k, s_k'⟩)",
        lambda sums: sums["subtracted"]["square"] / sums["subtracted"]["count"] / energy,
        1.0,
        study.margin(MARGIN),
    )
    study.sample(Experiment("subtraction", partial(subtracted, network), 600, (mean, size)))


def subtracted(network, rng, trials):
    """Sums of R_k and of s_k for the first of the classes."""
    found = {"subtracted": PictureSums(), "plain": PictureSums()}
    for pictures in network.pictures(rng, trials):
        found["plain"].add(pictures[0])
        found["subtracted"].add(pictures[0] - np.mean(pictures, axis=0))
    return Sums({name: sums.sums() for name, sums in found.items()})


def vanishing(sums, part="subtracted"):
    return estimates.signal(sums[part]) / (sums[part]["square"] / sums[part]["count"])


CLAIM = Claim(
    id="boundaries",
    title="Weak borders, and the mean over classes",
    source="TR-GBP, Eq. 10 and section 4.2, answers 2 and 3",
    statement="With random weights attributions are weaker at borders; what classes share is removed by their mean.",
    printed="weaker at the borders; R_k shows what sets class k apart",
    exact="borders follow the coverage; for random weights E R_k = 0: what is left is noise, of a known size",
    run=run,
    settings=(
        Setting("filters", 64, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

"""Biases: the mean with bias, the picture of the input of ones (TR-GBP Eq. 8), and what ‖D_j‖ must mean."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.estimates import PictureSums, Sums
from sims.random.weight_laws import gaussian
from sims.study.checks import value_check
from sims.study.claim import KERNEL, STRIDE, Claim, Control, Setting
from sims.study.study import Experiment
from theory.geometry.patches import coverage, extract
from theory.laws.bias import biased_mean, ones_mean
from theory.layers import Conv2d
from theory.networks import one_hot
from theory.rules import GUIDED

SCALE = {"image": 0.03, "ones": 0.05}  # relative; all of a picture of ones shares its noise
ANGLE = 0.01  # of sin²


def run(study):
    image = study.image
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    size = np.linalg.norm(extract(image, kernel, stride), axis=1).mean()
    network = ThreeLayer(image, kernel, stride, filters=filters, bias=0.1 * size)
    both_laws(study, network)
    both_laws(study, replace(network, bias=0.5 * network.bias, bias_law="fixed"))
    borders(study, ThreeLayer(reduced(image, 56), 3, 1, 1, filters=32, bias=100.0))
    zero_biases(study, network)
    reading(study, network)


def laws(network):
    """E s and E of the picture of ones."""
    scales = dict(filters=network.filters, filter_scale=network.scale, readout_scale=network.scale)
    biases = dict(bias=network.bias, law=network.bias_law)
    return biased_mean(**network.geometry, **scales, **biases), ones_mean(**network.geometry, **scales, **biases)


def both_laws(study, network):
    """Both pictures against their laws, with biases of the size of wᵀy."""
    mean, ones = laws(network)
    checks = []
    for part, law in (("image", mean), ("ones", ones)):
        name, length = f"{network.bias_law}-{part}", np.linalg.norm(law)
        checks.append(
            value_check(
                f"{name}-scale",
                f"length of the mean picture of the {part} along its law, over it",
                partial(along, part, length),
                1.0,
                study.margin(SCALE[part]),
            )
        )
        checks.append(
            value_check(
                f"{name}-direction",
                f"sin² of the angle of the mean picture of the {part} to its law",
                picture_sums.angle_to("law", part),
                0.0,
                study.margin(ANGLE),
            )
        )
    chunks = partial(chunk, network, mean, ones)
    study.sample(Experiment(network.bias_law, chunks, 1e5 / network.filters, tuple(checks)))
    study.picture(f"{network.bias_law}-ones", ones)
    study.picture(f"{network.bias_law}-image", mean)


def borders(study, network):
    """3×3, padding 1, biases that outweigh wᵀy: the ones come back as the coverage, 9, 6 and 4."""
    mean, ones = laws(network)
    edge, corner = np.zeros(ones.shape), np.zeros(ones.shape)
    inside = np.pad(np.ones((ones.shape[1] - 2, ones.shape[2] - 2)), 1) * np.ones(ones.shape)
    corner[:, [0, 0, -1, -1], [0, -1, 0, -1]] = 1
    edge = 1 - inside - corner
    named = {"inside": inside, "edge": edge, "corner": corner}
    checks = [
        value_check(
            f"{name}-over-inside",
            f"mean picture of ones, {name} over inside",
            partial(pattern, name, named),
            value / 9,
            0.05,
            printed=printed,
        )
        for name, value, printed in (("edge", 6, None), ("corner", 4, 4 / 9))
    ]
    study.sample(Experiment("borders", partial(chunk, network, mean, ones, **named), 400, tuple(checks)))
    m = coverage(network.image.shape, 3, 1, 1)
    study.exact(
        value_check("coverage-corner", "coverage in a corner, 3×3, padding 1", None, 4.0, 1e-9, printed=4.0), m[0, 0]
    )


def chunk(network, mean, ones, rng, trials, **named):
    """Sums of the pictures of the image and of the ones: one backward pass to the convolution, then two ways on."""
    found = {"image": PictureSums(law=mean), "ones": PictureSums(law=ones, **named)}
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        drawn = network.draw(rng)
        for part, picture in zip(found, both_pictures(drawn, inputs)):
            found[part].add(picture)
    return Sums({part: sums.sums() for part, sums in found.items()})


def both_pictures(network, inputs):
    """The guided pictures of the image, and of ones whose filter is b_i/p in every entry (TR-GBP Eq. 8)."""
    passed = network.forward(inputs)
    first = network.nodes[0]
    [signal] = [each for name, each, _ in passed.signals(one_hot(0, passed.output)) if name == first.name]
    convolution = first.layer
    spread = np.zeros_like(convolution.weight) + (convolution.bias / convolution.weight[0].size)[:, None, None, None]
    of_ones = Conv2d(spread, stride=convolution.stride, padding=convolution.padding)
    return [layer.backward(signal, inputs.shape, GUIDED)[0] for layer in (convolution, of_ones)]


def zero_biases(study, network):
    """Biases that are initialised to 0 leave no picture of the ones at all."""
    drawn = ThreeLayer(network.image, network.kernel, network.stride, filters=network.filters, bias=0.0).draw(
        study.rng("zero")
    )
    _, ones = both_pictures(drawn, network.image[None].astype(network.dtype))
    twin = network.draw(study.rng("zero"))
    _, wrong = both_pictures(twin, network.image[None].astype(network.dtype))
    study.exact(
        value_check(
            "zero",
            "largest entry of the picture of ones with biases of 0",
            None,
            0.0,
            1e-12,
            control=Control("biases that are not 0"),
        ),
        np.abs(ones).max(),
        np.abs(wrong).max(),
    )


def reading(study, network):
    """Eq. 8 is an identity if ‖D_j‖ is the sum of the entries of D_j, p; not if it is the Frobenius norm, √p."""
    rng = study.rng("reading")
    image, p = network.image, len(network.image) * network.kernel**2
    weight = gaussian(rng, (8, len(image), network.kernel, network.kernel))
    bias = gaussian(rng, 8)
    biased, _ = Conv2d(weight, bias, network.stride).forward(image[None])

    def error(size):
        ones = np.zeros_like(weight) + (bias / size)[:, None, None, None]
        summed, _ = Conv2d(np.concatenate([weight, ones], axis=1), stride=network.stride).forward(
            np.concatenate([image, np.ones_like(image)])[None]
        )
        return np.abs(summed - biased).max() / np.abs(biased).max()

    study.exact(
        value_check(
            "reading",
            "largest difference of the two sides of TR-GBP's Eq. 8 with ‖D_j‖ = p, relative",
            None,
            0.0,
            16 * np.finfo(float).eps * np.sqrt(2 * p),
            printed=0.0,
            control=Control("‖D_j‖ = √p, the Frobenius norm"),
        ),
        error(p),
        error(np.sqrt(p)),
    )


def along(part, length, sums):
    return estimates.along(sums[part], "law") / length


def pattern(name, named, sums):
    """The mean value where `name` is 1, over that inside."""
    mean = {key: estimates.along(sums["ones"], key) / np.linalg.norm(named[key]) for key in (name, "inside")}
    return mean[name] / mean["inside"]


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=2, stored=True)
    return network * 2 * budget.trials(1e5 / filters)


CLAIM = Claim(
    id="bias",
    title="Biases as an input of ones",
    source="TR-GBP, Eq. 8 and section 4.2, answer 2",
    statement="A bias is a filter on an input of ones, which guided backpropagation gives back nearly "
    "uniform, weaker at borders.",
    printed="Eq. 8 with ‖D_j‖; 9 convolutions inside, 4 in a corner",
    exact="‖D_j‖ = p; E s and the picture of ones in closed form for Gaussian biases; 9, 6, 4; "
    "exactly 0 for biases of 0",
    run=run,
    needs=needs,
    seconds=21,
    settings=(
        Setting("filters", 256, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

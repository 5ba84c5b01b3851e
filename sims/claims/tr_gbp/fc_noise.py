"""TR-GBP: do VGG-16's fully-connected layers, large kernels, make the maps at its top noisy?"""

from functools import partial

import numpy as np

from sims.checks import ones_noise
from sims.compiled.layers import accelerate
from sims.data.images import at_least, suitable
from sims.ensembles import initialise, random_vgg
from sims.ensembles import needs as takes
from sims.ensembles.layer_maps import layer_maps
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums, jackknife
from sims.evidence.verdict import HOLDS, REFUTED, interval
from sims.study.claim import Claim, Setting
from sims.study.rows import AT_LEAST, Reading, Twin
from theory.metrics.similarity import cosine
from theory.networks import vgg16, vgg16_shapes

CONVOLUTIONS = [f"conv{block}_{n}" for block, size in enumerate((2, 2, 3, 3, 3), 1) for n in range(1, size + 1)]
LAYERS = [*CONVOLUTIONS, "fc1", "fc2", "fc3"]
FC, TOP, SMALLEST = "fc1", CONVOLUTIONS[-1], CONVOLUTIONS[0]


def run(study):
    at_least(study.image, 64)  # at 32 the last convolution has no border: its coverage is a constant, too
    groups = study.draw("networks", partial(by_layer, suitable(study.image)), study.settings["networks"], 1)
    what = f"noise-to-signal of the guided picture of a layer's inputs, {FC} over {TOP}"
    of = lambda layer: lambda sums: noise(layer, sums) / noise(TOP, sums)
    twin = Twin(f"{SMALLEST}, of the smallest p, in place of {FC}", of(instead(SMALLEST, FC)))
    more = dict(value=1.0, side=AT_LEAST)
    row = Reading(name="signals", reading="signals", what=what, of=of(FC), expected=HOLDS, twin=twin, **more)
    study.read(groups, row)
    what = f"energy of pictures of ones off the coverage, {FC} over {TOP}"
    of = lambda sums: off("ones", FC, sums) / off("ones", TOP, sums)
    study.read(groups, Reading(name="ones", reading="ones", what=what, of=of, expected=REFUTED, **more))
    study.tabulate("layers", [line(groups, layer) for layer in LAYERS])
    ones_noise.free_of_p(study)


def line(groups, layer):
    """Of one layer, with intervals: a part of the figure."""
    found = {"layer": layer}
    for key, of in {"noise": noise, "off_coverage": partial(off, "ones")}.items():
        each = interval(jackknife(groups, partial(of, layer)))
        found |= {key: each.value, f"{key}_low": each.low, f"{key}_high": each.high}
    return found


def off(picture, layer, sums):
    """The part of the energy that is not along the expectation."""
    return 1 - sums[picture][layer] / sums["count"]


def noise(layer, sums):
    """It over what is."""
    left = off("inputs", layer, sums)
    return left / (1 - left)


def by_layer(image, rng, trials):
    """Sums over networks, by layer: cos² of the pictures of its inputs and of ones, and what they should be."""
    size, bias = image.shape[1], np.sqrt((image**2).mean())
    found = Sums(count=trials, **{key: Sums(dict.fromkeys(LAYERS, 0.0)) for key in ("inputs", "ones")})
    for _ in range(trials):
        weights = initialise.draw(vgg16_shapes(size=size), "he", rng=rng, bias=float(bias))
        for name, pairs in zip(LAYERS, layer_maps(accelerate(vgg16(weights, size=size)), image)):
            for key, pair in zip(("inputs", "ones"), pairs):
                found[key][name] += cosine(*pair) ** 2
    return found


def needs(settings, shape, budget):
    small = takes.three_layer(takes.reduced(shape, 16), 16, 1, ones_noise.FILTERS, pictures=2, stored=True)
    return random_vgg.needs(settings["networks"], shape, 2) + small * 3 * budget.trials(ones_noise.TRIALS)


CLAIM = Claim(
    id="fc_noise",
    title="TR-GBP: the noise of fully-connected layers",
    source="TR-GBP, appendix B (T:287)",
    statement="“VGG has three FC layers with ReLU activations at the top, … the noise level depends on the kernel size "
    "p, as the FC-layer can be seen as large kernel convolution, such p is too large, so the results in 9 also "
    "composite with noise at the top attribution results.”",
    premise="VGG-16, all random: He's weights, biases as large as the image's deviation; p = 25 088 at fc1 of 224×224, "
    "4608 at its last convolution",
    readings={
        "signals": "the guided picture of a layer's inputs has more noise for its signal, Σ D_jᵀ c_j/‖c_j‖ (T:90), at "
        "fc1 than at the last convolution: an order is printed",
        "ones": "the layer's map of Eq. 9, the picture of its input of ones, departs more from its expected shape, the "
        "coverage, at fc1 than at the last convolution",
    },
    printed="more noise at fc1, whose p is larger",
    exact="measured: so it is of the pictures of a layer's inputs; a fully-connected layer's map of ones is "
    "a constant, exactly, and its noise (π²(1 + c²‖y‖²/b²) − 1)/N has no p of its own",
    said="VGG's fully-connected layers, large kernels, make the maps at its top noisy.",
    true="The signals at their inputs are noisier, as said; their maps of ones are constants, without noise.",
    meaning="Noise in a map of the top layers is no sign of a large kernel.",
    headline="signals",
    decides=("signals", "ones", "connected-4", "connected-16", "convolution"),
    run=run,
    needs=needs,
    seconds=90,
    settings=(Setting("networks", 16, "random networks, at any budget", least=8),),
)

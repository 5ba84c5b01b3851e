"""Do the pictures of an untrained network show the image or the weights? Cosines with both."""

from functools import partial

import numpy as np

from sims.checks import weights
from sims.data.images import at_least, reduced, suitable
from sims.ensembles import needs as takes
from sims.ensembles import random_vgg
from sims.ensembles.three_layer import Connected, ThreeLayer
from sims.evidence import shown
from sims.evidence.estimates import Sums
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import Finding
from sims.study.shown import SEEN
from theory.metrics.similarity import cosine

MODIFIED = ("guided", "deconvnet")
SIDE, NEURONS = 4, 64  # of the fully-connected network whose filters are looked for


def run(study):
    at_least(study.image, 32)
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = ThreeLayer(reduced(study.image, 56), kernel, stride, filters=filters)
    weights.with_gradient(study, network, MODIFIED)
    connected = Connected(reduced(study.image, SIDE)[:, :SIDE, :SIDE], NEURONS, dtype=np.float64)
    weights.with_filters(study, connected)
    groups = study.draw("vgg16", partial(deep, suitable(study.image)), study.settings["networks"], 1)
    for rule in MODIFIED:
        for key, what in {
            "gradient": "E cos of a picture of VGG-16 and the gradient",
            "image": "E cos of a picture of VGG-16 and x",
            "seen": SEEN,
        }.items():
            of = lambda sums, rule=rule, key=key: sums[rule][key] / sums["count"]
            study.read(groups, Finding(name=f"vgg16-{rule}-{key}", what=f"{what}, {rule}", of=of))


def deep(image, rng, trials):
    """Sums over networks of VGG-16, by rule: cosines with the gradient and with x."""
    found = Sums({rule: Sums(dict.fromkeys(("gradient", "image", "seen"), 0.0)) for rule in MODIFIED}, count=trials)
    for gradient, *pictures in random_vgg.pictures(image, ("saliency", *MODIFIED), rng, trials):
        for rule, picture in zip(MODIFIED, pictures):
            found[rule]["gradient"] += cosine(picture, gradient)
            found[rule]["image"] += cosine(picture, image)
            found[rule]["seen"] += shown.likeness(picture, image)
    return found


def needs(settings, shape, budget):
    kernel, stride, filters, networks = (settings[name] for name in ("kernel", "stride", "filters", "networks"))
    local = takes.three_layer(takes.reduced(shape, 56), kernel, stride, filters, 5) * budget.trials(1e4 / filters)
    connected = takes.connected(shape[0] * SIDE**2, NEURONS, 3) * 2 * budget.trials(weights.FILTERS)
    return random_vgg.needs(networks, shape, 4) + local + connected


CLAIM = Claim(
    id="weights_or_image",
    title="Weights or image",
    source="Nie et al. 2018, a commented-out paragraph (A:422)",
    statement="“As predicted by the linear approximation explanation, however, backpropagation-based methods are "
    "visualizing the weight vector in the untrained VGG-16 net, which thus should be random noise”: a prediction that "
    "the authors refute, commented out",
    premise="random networks without biases; the weight vector of a linear approximation is the gradient",
    printed="cosine 1 with the gradient by that explanation, and with x by the authors'",
    exact="the image. Three layers: E⟨s, ∇f⟩ = ½E‖∇f‖² for GBP and DeconvNet, and in a fully-connected network half of "
    "what is not x of a GBP picture is the gradient; one of N filters holds about 1/N + 1/p of the energy. VGG-16, "
    "measured: GBP's cosine with x is 0.8, and with the gradient 0",
    said="Not printed, since refuted by the authors: untrained networks' pictures show the weight vector.",
    true="Untrained networks' pictures show the image; in VGG-16 they have nothing of the gradient.",
    meaning="What one sees in an untrained network is the input, not the weights.",
    headline="vgg16-guided-image",
    decides=("vgg16-guided-image", "vgg16-guided-gradient", "gradient-guided", "filter-guided"),
    run=run,
    needs=needs,
    seconds=40,
    settings=(
        Setting("networks", 12, "random networks of VGG-16, at any budget", least=8),
        Setting("filters", 64, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

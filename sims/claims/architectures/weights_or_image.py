"""Do the pictures of an untrained network show the image or the weights? Cosines with both."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.data.images import at_least, reduced, suitable
from sims.ensembles import needs as takes
from sims.ensembles import random_vgg
from sims.ensembles.three_layer import Connected, ThreeLayer, draw_pictures
from sims.evidence import shown
from sims.evidence.defects import instead, leaky
from sims.evidence.estimates import Sums
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import Finding, Law, Twin
from sims.study.shown import SEEN
from sims.study.study import Experiment
from theory.laws.weights import filter_share, gradient_cosine
from theory.metrics.similarity import cosine
from theory.rules import RULES

COSINE, SHARE = 0.02, 0.1  # of a cosine: nobody sees it; relative, of a share of the energy
LEAK = 0.3  # of the twins' backward ReLU
MODIFIED = ("guided", "deconvnet")
SIDE, NEURONS = 4, 64  # of the fully-connected network whose filters are looked for


def run(study):
    at_least(study.image, 32)
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = ThreeLayer(reduced(study.image, 56), kernel, stride, filters=filters)
    rows = tuple(along_gradient(study, network, rule) for rule in MODIFIED)
    study.sample(Experiment("gradient", partial(products, network), 1e4 / filters, rows))
    connected = Connected(reduced(study.image, SIDE)[:, :SIDE, :SIDE], NEURONS, dtype=np.float64)
    rows = tuple(along_filter(study, connected, rule) for rule in RULES)
    study.sample(Experiment("filters", partial(shares, connected), 1200, rows))
    groups = study.draw("vgg16", partial(deep, suitable(study.image)), study.settings["networks"], 1)
    for rule in MODIFIED:
        for key, what in {
            "gradient": "E cos of a picture of VGG-16 and the gradient",
            "image": "E cos of it and x",
            "seen": SEEN,
        }.items():
            of = lambda sums, rule=rule, key=key: sums[rule][key] / sums["count"]
            study.read(groups, Finding(name=f"vgg16-{rule}-{key}", what=f"{what}, {rule}", of=of))


def along_gradient(study, network, rule):
    """What E⟨s, ∇f⟩ is of the lengths."""
    of = lambda part: lambda sums: sums[part]["product"] / np.sqrt(sums[part]["square"] * sums[part]["gradient"])
    what = f"E⟨s, ∇f⟩/√(E‖s‖² E‖∇f‖²), three layers, {network.filters} filters, {rule}"
    law = gradient_cosine(**network.geometry, filters=network.filters, rule=rule)
    twin = Twin(f"a backward ReLU that leaks {LEAK:.0%}", of(f"leaky {rule}"))
    return Law(name=f"gradient-{rule}", what=what, of=of(rule), value=law, margin=study.margin(COSINE), twin=twin)


def products(network, rng, trials):
    """Sums over networks of ‖s‖², ‖∇f‖² and ⟨s, ∇f⟩, by rule and by leaky rule."""
    rules = {**{rule: RULES[rule] for rule in MODIFIED}, **{f"leaky {rule}": leaking(rule) for rule in MODIFIED}}
    found = Sums({rule: Sums(dict.fromkeys(("square", "gradient", "product"), 0.0)) for rule in rules}, count=trials)
    for pictures in network.pictures(rng, trials, [*rules.values(), RULES["saliency"]]):
        *modified, gradient = pictures.reshape(len(pictures), -1).astype(np.float64)
        for sums, s in zip(map(found.get, rules), modified):
            for key, value in (("square", s @ s), ("gradient", gradient @ gradient), ("product", s @ gradient)):
                sums[key] += value
    return found


def leaking(rule):
    """A rule whose backward ReLU leaks."""
    return replace(RULES[rule], name=f"leaky {rule}", h=leaky(LEAK).h)


def along_filter(study, network, rule):
    """How much of a picture's energy lies along one of the filters."""
    p = network.image.size
    law = filter_share(network.neurons, p, rule)
    of = lambda which: lambda sums: sums[rule][which] / sums[rule]["energy"] / law
    what = f"E⟨s, w_i⟩²/(E‖s‖² E‖w_i‖²) over the exact {law:.4f}, {network.neurons} neurons, {p} inputs, {rule}"
    twin = Twin("filters of another network", of(instead("other", "own")))
    return Law(name=f"filter-{rule}", what=what, of=of("own"), value=1.0, margin=study.margin(SHARE), twin=twin)


def shares(network, rng, trials):
    """Sums over networks, by rule: mean squares of ⟨s, w_i⟩ for their own filters and for another's, and ‖s‖²‖w_i‖²."""
    found = Sums({rule: Sums(dict.fromkeys(("own", "other", "energy"), 0.0)) for rule in RULES}, count=trials)
    p = network.image.size
    for _ in range(trials):
        drawn, other = network.draw(rng), network.draw(rng)
        pictures = draw_pictures(drawn, network.image[None], list(RULES))
        for rule, picture in zip(RULES, pictures):
            for key, each in (("own", drawn), ("other", other)):
                found[rule][key] += ((each.layers[1].weight @ picture.ravel()) ** 2).mean()
            found[rule]["energy"] += (picture**2).sum() * p * network.scale**2
    return found


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
    connected = takes.connected(shape[0] * SIDE**2, NEURONS, 3) * 2 * budget.trials(1200)
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

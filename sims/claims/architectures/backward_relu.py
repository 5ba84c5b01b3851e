"""The backward ReLU and local connections: what is left of the input in a picture without either."""

from functools import partial

import numpy as np

from sims.data.images import suitable
from sims.ensembles import needs as takes
from sims.ensembles.random_vgg import needs as takes_vgg
from sims.ensembles.random_vgg import network, of_unit_length, partly, seen_back
from sims.ensembles.stacks import activations
from sims.ensembles.three_layer import Connected, ThreeLayer
from sims.evidence import shown
from sims.evidence.verdict import HOLDS, INCONCLUSIVE
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import against
from sims.study.rows import AT_MOST, Finding, Reading
from sims.study.shown import INTERPRETABLE, SEEN, interpretable
from theory.rules import IDENTITY, Rule

GONE = 0.1  # of a cosine: a constant, and the envelope of the windows, score less
LOWEST = (1, 4)  # of VGG-16's 15 ReLUs: in these alone, or in all but these, the signal is rectified
LINEAR = Rule("linear", h=IDENTITY, g=IDENTITY)  # DeconvNet without its backward ReLU
SHALLOW = {"three-layer": "three layers", "no-relu": "three layers without the backward ReLU", "connected": "connected"}
DEEP = {"vgg16": "VGG-16", "vgg16-no-relu": "VGG-16 without the backward ReLU"}
DECONVNET = {"vgg16-deconvnet": "DeconvNet", "vgg16-linear": "DeconvNet without the backward ReLU"}
LAYERS = {f"lowest-{n}": f"in the lowest {n} ReLUs alone" for n in LOWEST}
LAYERS |= {f"above-{n}": f"in all but the lowest {n}" for n in LOWEST}


def run(study):
    image, networks = suitable(study.image), study.settings["networks"]
    kernel, stride, neurons = (study.settings[name] for name in ("kernel", "stride", "neurons"))
    local = ThreeLayer(image, kernel, stride, filters=256)
    draw = partial(three_layers, local, Connected(image, neurons))
    groups = study.draw("three-layer", partial(shown.chunk, SHALLOW, image, draw), networks, 1)
    study.read_all(
        groups,
        interpretable("needed", "three-layer", HOLDS, "guided, three layers", "no-relu"),
        *taken_out("no-relu", SHALLOW, "three-layer"),
        *taken_out("connected", SHALLOW, "three-layer"),
    )
    names = {**DEEP, **DECONVNET, **LAYERS}
    groups = study.draw("vgg16", partial(shown.chunk, names, image, partial(deep, image)), networks, 1)
    study.read_all(
        groups,
        interpretable("needed", "vgg16", HOLDS, "guided, VGG-16", "vgg16-no-relu"),
        *taken_out("vgg16-no-relu", DEEP, "vgg16"),
        *taken_out("vgg16-linear", DECONVNET, "vgg16"),
    )
    for part, where in {"vgg16-deconvnet": "DeconvNet, VGG-16", **LAYERS}.items():
        study.read(groups, Finding(name=part, what=f"{SEEN}: {where}", of=shown.single(part)))


def taken_out(part, names, whole):
    """One sees no x without one of both causes; the twins have it still."""
    for reading, most in (("needed", INTERPRETABLE), ("gone", GONE)):
        yield Reading(
            name=f"{part}-{reading}",
            reading=reading,
            what=f"{SEEN}: {names[part]}",
            **against(whole, part, shown.single, "guided with both"),
            value=most,
            side=AT_MOST,
            expected=INCONCLUSIVE if (part, reading) == ("connected", "gone") else HOLDS,
        )


def three_layers(local, connected, rng, trials):
    """Guided pictures with both causes, without the backward ReLU, and without local connections."""
    for _ in range(trials):
        [both] = local.pictures(rng, 1, ("guided", "saliency"))
        [[dense]] = connected.pictures(rng, 1)
        yield [of_unit_length(picture) for picture in (*both, dense)]


def deep(image, rng, trials):
    """VGG-16's: guided and DeconvNet with the backward ReLU and without, and guided with it in some layers."""
    for _ in range(trials):
        net = network(rng, image)
        passed = net.forward(image[None].astype(np.float32))
        below = [activations(net)[n - 1] for n in LOWEST]
        orders = ("saliency", "guided"), ("guided", "saliency")
        layers = [partly(passed, name, *rules) for rules in orders for name in below]
        yield [*seen_back(passed, ("guided", "saliency", "deconvnet", LINEAR)), *layers]


def needs(settings, shape, budget):
    kernel, stride, neurons, networks = (settings[name] for name in ("kernel", "stride", "neurons", "networks"))
    image = takes.corner(shape, 224)
    local = takes.three_layer(image, kernel, stride, 256, 2)
    connected = takes.connected(int(np.prod(image)), neurons)
    return takes_vgg(networks, shape, 9) + (local + connected) * networks


CLAIM = Claim(
    id="backward_relu",
    title="The backward ReLU and local connections",
    source="Nie et al. 2018, slides (S:148; S:71), abstract (B:13), conclusions (A:71)",
    statement="“It is the backward ReLU, used by both GBP and DeconvNet, along with the local connections in CNNs, "
    "that is responsible for human-interpretable visualizations”",
    premise="three layers, 7×7, stride 2, 256 filters, and VGG-16; random weights, no biases",
    readings={
        "needed": "guided's cosine with x at 64×64, both locally normalised, is 0.5 or more, and less without the "
        "backward ReLU, and less in three fully-connected layers",
        "gone": "without either it is 0.1 or less, what an envelope of x scores",
    },
    printed="no interpretable picture without the backward ReLU, nor without local connections",
    exact="measured: so it is; in VGG-16 the backward ReLU of the lowest layer alone is enough to see x",
    said="The backward ReLU and local connections make pictures interpretable.",
    true="So they do; in VGG-16 the backward ReLU of the lowest layer alone is enough.",
    meaning="It is the rule in the first layers that draws the picture.",
    headline="lowest-1",
    decides=(
        "three-layer-interpretable",
        "no-relu-gone",
        "connected-needed",
        "vgg16-interpretable",
        "vgg16-no-relu-gone",
        "lowest-1",
    ),
    run=run,
    needs=needs,
    seconds=105,
    settings=(
        Setting("networks", 12, "random networks, at any budget", least=10),
        Setting("neurons", 4096, "hidden neurons N_h of the connected network", most=10**8),
        KERNEL,
        STRIDE,
    ),
)

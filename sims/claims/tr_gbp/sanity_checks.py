"""TR-GBP: do the missing biases make GBP fail the sanity checks? Top layers redrawn, maps with biases and without."""

from functools import partial

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.stacks import activations, of_ones
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums, mean_of
from sims.random.weight_laws import gaussian, he
from sims.study.claim import Claim, Setting
from sims.study.rows import Finding, Law, Twin
from sims.study.study import Experiment
from theory.metrics.similarity import cosine
from theory.networks import cnn, one_hot

CHANNELS, SIDE, LAYERS = 32, 16, 6  # of the stack of 3×3 convolutions
TRIALS = 400


def run(study):
    image, redrawn, bias = reduced(study.image, SIDE), study.settings["redrawn"], study.settings["bias"]
    place = f"top {redrawn} of {LAYERS} layers redrawn"
    rows = [
        Law(
            name="same",
            what="E cos of Eq. 9's map before and after, nothing redrawn",
            of=mean_of("same"),
            value=1.0,
            margin=1e-9,
            twin=Twin(place, mean_of(instead("full", "same"))),
        ),
        Finding(
            name="lower",
            what=f"E cos before and after, {place}: plain GBP less Eq. 9's map",
            of=lambda sums: (sums["plain"] - sums["full"]) / sums["count"],
        ),
    ]
    for name, what in (
        ("full", "E cos of Eq. 9's map before and after"),
        ("plain", "the same of plain GBP"),
        ("saliency", "the same of saliency"),
        ("without", "the same of plain GBP in networks without biases"),
    ):
        rows.append(Finding(name=name, what=f"{what}, {place}", of=mean_of(name)))
    study.sample(Experiment("redrawn", partial(compared, image, redrawn, bias), TRIALS, tuple(rows)))


def compared(image, redrawn, bias, rng, trials):
    """Sums over networks of the cosines of the maps before and after."""
    found = Sums(count=trials, same=0.0, full=0.0, plain=0.0, saliency=0.0, without=0.0)
    for _ in range(trials):
        first, second = (drawn(image, rng) for _ in range(2))
        mixed = [*first[: LAYERS - redrawn], *second[LAYERS - redrawn :]]
        for part, map_of in (
            ("full", partial(full, bias=bias)),
            ("plain", partial(plain, bias=bias)),
            ("saliency", partial(plain, bias=bias, rule="saliency")),
            ("without", partial(plain, bias=0.0)),
        ):
            before = map_of(first, image)
            found[part] += cosine(before, map_of(mixed, image))
            found["same"] += cosine(before, map_of(first, image)) if part == "full" else 0.0
    return found


def drawn(image, rng):
    """Weights and standard normal biases, layer by layer from the bottom up, the readout last."""
    widths = [len(image), *[CHANNELS] * LAYERS]
    layers = [(he(rng, (n, m, 3, 3)), gaussian(rng, n, 1.0, np.float32)) for m, n in zip(widths, widths[1:])]
    return [*layers, (he(rng, (1, CHANNELS * image[0].size)), None)]


def network(layers, bias):
    *convolutions, (readout, _) = layers
    biases = [bias * each if bias else None for _, each in convolutions] + [None]
    return cnn([weight for weight, _ in convolutions], readout, biases, paddings=1)


def plain(layers, image, bias, rule="guided"):
    """The picture, summed over colour channels, signs kept."""
    passed = network(layers, bias).forward(image[None].astype(np.float32))
    return passed.backward(one_hot(0, passed.output), rule)[0].astype(np.float64).sum(axis=0)


def full(layers, image, bias):
    """Eq. 9's map: the picture and those of ones of every layer, which need no resizing here."""
    net = network(layers, bias)
    passed = net.forward(image[None].astype(np.float32))
    below = {node.name: node.inputs[0] for node in net.nodes if node.name in activations(net)}
    behind = {name: signal for name, signal, _ in passed.signals(one_hot(0, passed.output), "guided")}
    convolutions = [(behind[name][0].astype(np.float64), net.node(name).layer) for name in below.values()]
    ones = [of_ones(signal, layer)[0] * layer.weight.shape[1] for signal, layer in convolutions]  # over its channels
    return behind["input"][0].astype(np.float64).sum(axis=0) + sum(ones)


def needs(settings, shape, budget):
    return takes.stack(shape[0], CHANNELS, LAYERS, 3, pixels=SIDE**2) * 2 * budget.trials(TRIALS)


CLAIM = Claim(
    id="sanity_checks",
    title="Missing biases and the sanity checks",
    source="TR-GBP, section 4.1 (T:102)",
    statement="“the missing of bias terms will make attribution results incomplete and ignore the high-layer changes. "
    "That is why GBP failed the sanity checks”: of trained networks; what do biases change in random ones?",
    premise=f"random stacks of {LAYERS} 3×3 convolutions with Gaussian biases, top layers and readout redrawn",
    printed="biases make a map see that top layers were redrawn",
    exact="measured: the pictures of ones are nearly uniform whatever lies above",
    said="Not printed for a random network: guided fails sanity checks because biases are left out.",
    true="With bias terms the map stays closer to what it was when top layers are redrawn, not farther.",
    meaning="Adding bias terms does not by itself make a map pass.",
    headline="full",
    decides=("plain", "full", "saliency", "without", "same"),
    run=run,
    needs=needs,
    seconds=12,
    settings=(
        Setting("redrawn", 3, "layers redrawn from the top, the readout with them", least=1, most=LAYERS),
        Setting("bias", 0.5, "deviation of the biases", least=1e-6, most=100),
    ),
)

"""Local connections: how many neurons of a fully-connected network are worth a convolutional filter."""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import Connected, ThreeLayer
from sims.evidence import picture_sums
from sims.evidence.estimates import propagate
from sims.study import checks
from sims.study.checks import value_check
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws.three_layer import expected_cosine, noise_to_signal
from theory.metrics.similarity import cosine

MARGIN = 0.06  # relative, of noise-to-signal ratios
BLOCK = 250  # neurons at a time: a network is the sum of its neurons, drawn a block after the other
SIDE = 64  # the papers' input of the fully-connected network
RULES = ("guided", "deconvnet", "saliency")
COSINE = 0.05  # of a ratio of cosines
REACHED = 0.03  # by how much more a ratio of cosines must pass 1 before "do not reach" is wrong


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    convolved = ThreeLayer(study.image, kernel, stride, filters=64)
    small = reduced(study.image, SIDE)[:, :SIDE, :SIDE]
    connected = per_neuron(study, small)
    filters = per_filter(study, convolved)
    compare(study, small, convolved, connected, filters)
    panel(study, convolved)
    gallery(study, small, convolved)


def per_neuron(study, image):
    """A of the fully-connected network: noise-to-signal times neurons, over π²d − 1."""
    exact = np.pi**2 * image.size - 1
    check = value_check(
        "connected",
        f"A of a fully-connected network at {image.shape[1]}×{image.shape[2]}×{len(image)} over π²d − 1",
        lambda sums: picture_sums.noise_to_signal(sums["guided"]) * BLOCK / exact,
        1.0,
        study.margin(MARGIN),
    )
    chunk = picture_sums.guided(Connected(image, BLOCK))
    return study.sample(Experiment("connected", chunk, 3000, (check,)))["connected"]


def per_filter(study, network):
    """A of the convolutional network of the papers, over its exact value."""
    check = checks.noise_check("convolved", network, study.margin(MARGIN))
    chunk = picture_sums.guided_and_leaky(network, study.margin(MARGIN))
    return study.sample(Experiment("convolved", chunk, picture_sums.enough_trials(64, MARGIN), (check,)))["convolved"]


def compare(study, small, network, connected, filters):
    """The papers' sentence in numbers, and the factor that locality buys."""
    neurons, d = max(study.settings["neurons"]), small.size
    a_connected, a_filters = np.pi**2 * d - 1, noise_to_signal(**network.geometry)
    limit = expected_cosine(**network.geometry, filters=10**12)

    def ratio(values):
        return np.sqrt((1 + values[1] * a_filters / 64) / (1 + values[0] * a_connected / neurons)) / limit

    check = value_check(
        "cosines",
        f"cos(s, x) of a fully-connected network of {neurons} neurons over that of 64 filters",
        None,
        ratio(np.ones(2)),
        study.margin(COSINE),
        printed=1.0,
        printed_margin=REACHED,
        printed_side="at most",
    )
    study.conclude(check, propagate(ratio, [connected, filters]))
    same = reduced(network.image, SIDE)[:, :SIDE, :SIDE]
    factor = a_connected / noise_to_signal(same, network.kernel, network.stride)
    rule = d * (network.kernel / network.stride) ** 2 / (len(same) * network.kernel**2)
    study.exact(
        value_check("factor", "neurons that one filter is worth, exact, over the rule d·m/p", None, 1.0, 0.15),
        factor / rule,
    )
    study.table(
        "laws",
        quantity=["A connected", "A convolved", "neurons worth a filter", "neurons that match 64 filters"],
        value=[a_connected, a_filters, factor, 64 * a_connected / a_filters],
    )


def panel(study, network):
    """The three rules in one network of 256 filters, and in one of 4096 neurons, at the papers' input."""
    filters = ThreeLayer(network.image, network.kernel, network.stride, filters=256)
    [drawn] = filters.pictures(study.rng("panel"), 1, RULES)
    law = expected_cosine(**network.geometry, filters=256)
    rows = [
        shown(study, f"panel-cnn-{rule}", picture, network.image, law * (rule == "guided"), f"CNN, {rule}")
        for rule, picture in zip(RULES, drawn)
    ]
    connected, count = whole(study, "panel-fcn", network.image, 4096)
    law = connected_cosine(network.image, count)
    rows += [
        shown(study, f"panel-fcn-{rule}", picture, network.image, law * (rule == "guided"), f"FCN, {rule}")
        for rule, picture in zip(RULES, connected)
    ]
    study.table("panel", **{key: [row[key] for row in rows] for key in rows[0]})


def gallery(study, small, convolved):
    """One network of each size, with its cosine and the law's."""
    rows = []
    for neurons in study.settings["neurons"]:
        pictures, count = whole(study, f"connected-{neurons}", small, neurons)
        law = connected_cosine(small, count)
        rows.append(shown(study, f"connected-{SIDE}-{neurons}", pictures[0], small, law, f"{neurons} neurons"))
    for filters in (8, 16, 32, 64):
        network = ThreeLayer(study.image, convolved.kernel, convolved.stride, filters=filters)
        [[picture]] = network.pictures(study.rng("gallery", filters), 1)
        law = expected_cosine(**network.geometry, filters=filters)
        rows.append(shown(study, f"convolved-{filters}", picture, network.image, law, f"{filters} filters"))
    study.table("gallery", **{key: [row[key] for row in rows] for key in rows[0]})


def connected_cosine(image, neurons):
    """1/√(1 + (π²d − 1)/N_h): the limit of a fully-connected network is x itself."""
    return 1 / np.sqrt(1 + (np.pi**2 * image.size - 1) / neurons)


def whole(study, name, image, neurons):
    """One picture per rule of a fully-connected network, drawn a block after the other, and its number of neurons."""
    blocks = max(1, round(neurons / BLOCK))
    each = -(-neurons // blocks)
    drawn = study.draw(name, partial(block, image, each), blocks, 1)
    return sum(drawn), blocks * each


def block(image, neurons, rng, trials):
    """The part of the pictures that a block of neurons gives, (rules, C, H, W)."""
    [pictures] = Connected(image, neurons).pictures(rng, 1, RULES)
    return np.array(pictures, np.float64)


def shown(study, name, picture, image, law, title):
    study.picture(name, picture)
    return {"name": name, "title": title, "cosine": cosine(picture, image), "law": float(law)}


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    small, neurons = takes.corner(shape, SIDE), settings["neurons"]
    inputs, rules = prod(small), len(RULES)
    parts = (takes.connected(inputs, n, rules) for n in neurons)
    kept = Needs(8 * rules * inputs * max(neurons) / BLOCK)
    one_filter = takes.three_layer(shape, kernel, stride, filters=64, pictures=2)
    return (
        sum(parts, kept)
        + takes.connected(inputs, BLOCK) * budget.trials(3000)
        + takes.connected(prod(shape), 4096, rules)
        + one_filter * budget.trials(picture_sums.enough_trials(64, MARGIN))
    )


CLAIM = Claim(
    id="local_connections",
    title="Local connections",
    source="Nie et al. 2018, section 'Impact of Local Connections'",
    statement="Locality makes pictures good: even 70 000 fully-connected neurons do not come near 64 filters.",
    printed="70 000 neurons at 64×64×3 do not reach N = 64 filters",
    exact="A = π²d − 1 against ≈ π²p/m: a filter is worth d·m/p neurons; 70 000 neurons reach the cosine of 64 filters",
    run=run,
    needs=needs,
    seconds=15,
    settings=(
        Setting("neurons", (5000, 10000, 40000, 70000), "hidden neurons N_h", most=10**8),
        KERNEL,
        STRIDE,
    ),
)

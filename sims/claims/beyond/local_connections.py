"""Local connections: pictures of a fully-connected network with a great many neurons, beside those of 64 filters."""

from functools import partial
from math import prod

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.blocks import BLOCK, whole
from sims.ensembles.three_layer import Connected, ThreeLayer
from sims.evidence import looks, picture_sums
from sims.evidence.defects import instead, leaky
from sims.evidence.estimates import Sums
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_LEAST, LIMIT, Finding, Law, Reading, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws.three_layer import expected_cosine, noise_to_signal
from theory.metrics.similarity import cosine

FILTERS = (8, 16, 32, 64)
NETWORKS, EACH = 10, 4  # fully-connected networks of the largest size, and convolutional ones beside each
LESS = 0.1  # of a cosine: what two printed pictures show side by side
RATIO = 0.06  # relative, of noise-to-signal ratios; the twins leak as much, which moves them by more than twice that
COSINE = 0.05  # of a cosine of single pictures: half of what two printed ones show
NUMBERS = ("pixels", "visible", "local")  # of a picture, at its own size; at printed size; locally normalised


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    small = looks.printed(study.image)
    networks = {n: ThreeLayer(study.image, kernel, stride, filters=n) for n in FILTERS}
    per_neuron(study, small)
    per_filter(study, networks[64])
    side_by_side(study, small, networks[64])
    gallery(study, small, networks)


def per_neuron(study, image):
    """Noise-to-signal of a fully-connected network, over the exact (π²d − 1)/N_h."""
    exact = (np.pi**2 * image.size - 1) / BLOCK
    ratio_row(study, "connected", Connected(image, BLOCK), exact, 1000)


def per_filter(study, network):
    """Noise-to-signal of the convolutional network of the papers, over the exact A/N."""
    exact = noise_to_signal(**network.geometry, filters=network.filters)
    ratio_row(study, "convolved", network, exact, picture_sums.enough_trials(64, RATIO))


def ratio_row(study, name, network, exact, trials):
    ratio = lambda part, sums: picture_sums.noise_to_signal(sums[part]) / exact
    leak = study.margin(RATIO)
    row = Law(
        name=name,
        what=f"E‖s−Es‖²/‖Es‖² of a {name} network over the exact {exact:.4g}",
        of=partial(ratio, "guided"),
        value=1.0,
        margin=study.margin(RATIO),
        twin=Twin(f"a backward ReLU that leaks {leak:.0%}", partial(ratio, "twin")),
    )
    chunk = partial(picture_sums.chunk, network, {"guided": "guided", "twin": leaky(leak)}, None, {})
    study.sample(Experiment(name, chunk, trials, (row,)))


def side_by_side(study, small, network):
    """The papers' sentence: the most neurons, beside 64 filters."""
    neurons = max(study.settings["neurons"])
    drawn = study.draw("side-by-side", partial(pair, small, neurons, network), NETWORKS, 1)
    size, law = small.shape[1], connected_cosine(small, neurons)
    of = lambda which, rule, sums: (sums[rule] / EACH - sums["connected"])[NUMBERS.index(which)] / sums["count"]
    places = "each at its own size", f"at {size}×{size}", f"locally normalised, at {size}×{size}"
    for which, place in zip(NUMBERS, places):
        row = Reading(
            name=which,
            reading=which,
            what=f"cos(s, x) of 64 filters less that of {neurons} fully-connected neurons, {place}",
            of=partial(of, which, "guided"),
            value=LESS,
            side=AT_LEAST,
            law=expected_cosine(**network.geometry, filters=64) - law if which == "pixels" else None,
            expected="holds",
            twin=Twin("DeconvNet for the filters", partial(of, which, instead("deconvnet", "guided"))),
        )
        study.read(drawn, row)
    what = f"cos(s, x) of {neurons} fully-connected neurons less 1/√(1 + (π²d − 1)/N_h)"
    cosines = lambda sums: sums["connected"][0] / sums["count"] - law
    study.read(drawn, Law(name="cosine", what=what, of=cosines, value=0.0, margin=study.margin(COSINE), tag=LIMIT))


def pair(image, neurons, network, rng, trials):
    """What a picture of so many neurons looks like, and what EACH of filters do: by NUMBERS, for two rules."""
    found = {"count": trials, "connected": numbers(whole(image, neurons, rng, ["guided"])[0], image)}
    pictures = list(network.pictures(rng, EACH, ("guided", "deconvnet")))
    for n, rule in enumerate(("guided", "deconvnet")):
        found[rule] = sum(numbers(each[n], network.image) for each in pictures)
    return Sums(found)


def numbers(picture, image):
    return np.array([cosine(picture, image), *looks.look(picture.astype(np.float64), image)[1:]])


def gallery(study, small, networks):
    """One picture of each size, with its numbers, and the filters that look as the most neurons do."""
    rows = []
    for neurons in study.settings["neurons"]:
        [picture] = study.draw(f"connected-{neurons}", partial(one_rule, small, neurons), 1, 1)
        rows.append(shown(study, f"connected-{neurons}", picture, small, connected_cosine(small, neurons)))
    for filters, network in networks.items():
        [[picture]] = network.pictures(study.rng("gallery", filters), 1)
        law = expected_cosine(**network.geometry, filters=filters)
        rows.append(shown(study, f"convolved-{filters}", picture, network.image, law))
    study.table("gallery", **{key: [row[key] for row in rows] for key in rows[0]})
    worth = noise_to_signal(small, networks[64].kernel, networks[64].stride)
    what = f"neurons that one filter is worth at {small.shape[1]}×{small.shape[1]}: (π²d − 1)/A, exact"
    study.exact(Finding(name="worth", what=what), (np.pi**2 * small.size - 1) / worth)


def one_rule(image, neurons, rng, trials):
    return whole(image, neurons, rng, ["guided"])[0]


def connected_cosine(image, neurons):
    """1/√(1 + (π²d − 1)/N_h): the limit of a fully-connected network is x itself."""
    return 1 / np.sqrt(1 + (np.pi**2 * image.size - 1) / neurons)


def shown(study, name, picture, image, law):
    study.picture(name, picture)
    return {"name": name, **dict(zip(NUMBERS, numbers(picture, image))), "law": float(law)}


def needs(settings, shape, budget):
    kernel, stride, neurons = (settings[name] for name in ("kernel", "stride", "neurons"))
    inputs = prod(takes.corner(shape, looks.PRINTED))
    single = sum((takes.connected(inputs, n) for n in neurons), Needs())
    filters = takes.three_layer(shape, kernel, stride, 64, pictures=2)
    of_filters = filters * (budget.trials(picture_sums.enough_trials(64, RATIO)) + NETWORKS * EACH + 2)
    blocks = takes.connected(inputs, BLOCK, 2) * budget.trials(1000)
    return single + takes.connected(inputs, max(neurons)) * NETWORKS + of_filters + blocks


CLAIM = Claim(
    id="local_connections",
    title="Local connections",
    source="Nie et al. 2018, section 'Impact of Local Connections' (A:380)",
    statement="“even by setting N_h = 70000, which is definitely unrealistic, the FCN cannot achieve a comparable "
    "performance to the CNN with N = 64.”",
    premise="the FCN is given x at 64×64, the CNN at 224×224: visual quality, of pictures printed at one size",
    readings={
        "visible": "at 64×64 the FCN's cosine with x is lower by 0.1 or more, which two printed pictures show",
        "local": "the same of the locally normalised pictures: contrast aside",
        "pixels": "the same pixel by pixel, each at its own size: the strict one",
    },
    printed="70 000 neurons at 64×64×3 are not comparable to N = 64 filters",
    exact="A = π²d − 1 against ≈ π²p/m: a filter is worth d·m/p neurons. Side by side 64 filters look better; pixel "
    "by pixel, each at its own size, 70 000 neurons do",
    said="Even 70 000 neurons without local connections don't reach 64 filters.",
    true="So it is, in pictures shown at one size. Pixel by pixel at their own sizes they are equal.",
    meaning="A filter that is shared is worth about a thousand neurons.",
    headline="visible",
    decides=("visible", "local", "pixels", "cosine", "worth"),
    run=run,
    needs=needs,
    seconds=35,
    settings=(Setting("neurons", (5000, 10000, 40000, 70000), "hidden neurons N_h", most=10**8), KERNEL, STRIDE),
)

"""Local connections: pictures of a fully-connected network with a great many neurons, beside those of 64 filters."""

from functools import partial
from math import prod

import numpy as np

from sims.checks import noise
from sims.ensembles import blocks
from sims.ensembles import needs as takes
from sims.ensembles.blocks import BLOCK, whole
from sims.ensembles.three_layer import Connected, ThreeLayer
from sims.evidence import picture_sums, shown
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.evidence.verdict import HOLDS
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import cosine_of, twinned
from sims.study.rows import AT_LEAST, LIMIT, Finding, Law, Reading
from sims.system.needs import Needs
from theory.laws.three_layer import noise_to_signal

FILTERS = (8, 16, 32, 64)
NETWORKS, EACH = 10, 4  # fully-connected networks of the largest size, and convolutional ones beside each
LESS = 0.1  # of a cosine: what two printed pictures show side by side
RATIO = 0.06  # relative, of noise-to-signal ratios; the twins leak as much, which moves them by more than twice that
COSINE = 0.05  # of a cosine of single pictures: half of what two printed ones show
NUMBERS = ("pixels", "visible", "local")  # of a picture, at its own size; at printed size; locally normalised


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    small = shown.printed(study.image)
    networks = {n: ThreeLayer(study.image, kernel, stride, filters=n) for n in FILTERS}
    noise.ratio(study, "connected", Connected(small, BLOCK), study.margin(RATIO), 1000)
    noise.ratio(study, "convolved", networks[64], study.margin(RATIO), picture_sums.enough_trials(64, RATIO))
    side_by_side(study, small, networks[64])
    gallery(study, small, networks)


def side_by_side(study, small, network):
    """The papers' sentence: the most neurons, beside 64 filters."""
    neurons = max(study.settings["neurons"])
    drawn = study.draw("side-by-side", partial(pair, small, neurons, network), NETWORKS, 1)
    size, law = small.shape[1], cosine_of(Connected(small, neurons))
    less = lambda rule: lambda sums: (sums[rule] / EACH - sums["connected"]) / sums["count"]
    places = "each at its own size", f"at {size}×{size}", f"locally normalised, at {size}×{size}"
    for n, (which, place) in enumerate(zip(NUMBERS, places)):
        of = lambda rule, n=n: lambda sums: less(rule)(sums)[n]
        own = twinned("guided", instead("deconvnet", "guided"), of, "DeconvNet for the filters")
        own |= dict(expected=HOLDS, law=cosine_of(network) - law if which == "pixels" else None)
        what = f"cos(s, x) of 64 filters less that of {neurons} fully-connected neurons, {place}"
        study.read(drawn, Reading(name=which, reading=which, what=what, value=LESS, side=AT_LEAST, **own))
    what = f"cos(s, x) of {neurons} fully-connected neurons less 1/√(1 + (π²d − 1)/N_h)"
    cosines = lambda sums: sums["connected"][0] / sums["count"] - law
    study.read(drawn, Law(name="cosine", what=what, of=cosines, value=0.0, margin=study.margin(COSINE), tag=LIMIT))


def pair(image, neurons, network, rng, trials):
    """What a picture of so many neurons looks like, and what EACH of filters do: by NUMBERS, for two rules."""
    found = {"count": trials, "connected": shown.numbers(whole(image, neurons, rng, ["guided"])[0], image)}
    pictures = list(network.pictures(rng, EACH, ("guided", "deconvnet")))
    for n, rule in enumerate(("guided", "deconvnet")):
        found[rule] = sum(shown.numbers(each[n], network.image) for each in pictures)
    return Sums(found)


def gallery(study, small, networks):
    """One picture of each size, with its numbers, and the filters that look as the most neurons do."""
    shows = {f"connected-{n}": Connected(small, n) for n in study.settings["neurons"]}
    drawn = [
        study.draw(name, partial(blocks.single, small, net.neurons, ["guided"]), 1, 1) for name, net in shows.items()
    ]
    shows |= {f"convolved-{n}": network for n, network in networks.items()}
    drawn += [list(network.pictures(study.rng("gallery", n), 1)) for n, network in networks.items()]
    lines = []
    for (name, network), [[picture]] in zip(shows.items(), drawn):
        study.picture(name, picture)
        looks = dict(zip(NUMBERS, shown.numbers(picture, network.image)))
        lines.append({"name": name, **looks, "law": float(cosine_of(network))})
    study.tabulate("gallery", lines)
    worth = noise_to_signal(small, networks[64].kernel, networks[64].stride)
    what = f"neurons that one filter is worth at {small.shape[1]}×{small.shape[1]}: (π²d − 1)/A, exact"
    study.exact(Finding(name="worth", what=what), (np.pi**2 * small.size - 1) / worth)


def needs(settings, shape, budget):
    kernel, stride, neurons = (settings[name] for name in ("kernel", "stride", "neurons"))
    inputs = prod(takes.corner(shape, shown.SIDE))
    single = sum((takes.connected(inputs, n) for n in neurons), Needs())
    filters = takes.three_layer(shape, kernel, stride, 64, pictures=2)
    of_filters = filters * (budget.trials(picture_sums.enough_trials(64, RATIO)) + NETWORKS * EACH + 2)
    of_blocks = takes.connected(inputs, BLOCK, 2) * budget.trials(1000)
    return single + takes.connected(inputs, max(neurons)) * NETWORKS + of_filters + of_blocks


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

"""The six panels of the papers' first figure: three rules, in a convolutional and in a fully-connected network."""

from functools import partial
from math import prod

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.blocks import whole
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import looks
from sims.evidence.defects import instead
from sims.evidence.estimates import held
from sims.evidence.looks import INTERPRETABLE, NOISE, TRACE
from sims.study.claim import KERNEL, MOST_NEURONS, STRIDE, Claim, Setting
from sims.study.rows import AT_LEAST, AT_MOST, LIMIT, Finding, Law, Reading, Twin
from sims.study.study import Experiment
from theory.laws.three_layer import expected_cosine, noise_to_signal

RULES = ("guided", "deconvnet", "saliency")
PART = 0.02  # of energy, and of a cosine: what a glance does not see
SHINES = "x shines through, three times as strong as the picture"


def run(study):
    kernel, stride, filters, neurons = (study.settings[name] for name in ("kernel", "stride", "filters", "neurons"))
    network = ThreeLayer(study.image, kernel, stride, filters=filters)
    rows = [row for rule in RULES for row in panel("cnn", rule)]
    cosine = expected_cosine(**network.geometry, filters=filters)
    rows += [law(study, "cnn", cosine), energy(study, network)]
    study.sample(Experiment("cnn", partial(shining, network), 256, tuple(rows)))
    drawn = study.draw("fcn", partial(connected, study.image, neurons), study.settings["networks"], 1)
    cosine = 1 / np.sqrt(1 + (np.pi**2 * study.image.size - 1) / neurons)
    for row in [*(row for rule in RULES for row in panel("fcn", rule)), law(study, "fcn", cosine)]:
        study.read(drawn, row)
    shown(study, network, neurons)


def panel(kind, rule):
    """A panel's rows: interpretable where guided meets filters; elsewhere not, and random noise."""
    name, what = f"{kind}-{rule}", f"{rule}, {kind.upper()}"
    local = f"cosine of s and x at printed size, locally normalised; {what}"
    if name == "cnn-guided":
        twin = Twin("saliency in its place", looks.mean_look(instead("saliency", rule)))
        bound = dict(value=INTERPRETABLE, side=AT_LEAST, expected="holds")
        yield Reading(name=name, reading="interpretable", what=local, of=looks.mean_look(rule), twin=twin, **bound)
        return
    twin = lambda of: Twin(SHINES, of(f"{rule}-x"))
    at_most = lambda value: dict(value=value, side=AT_MOST, expected="holds")
    one = dict(reading="interpretable", what=local, of=looks.mean_look(rule), twin=twin(looks.mean_look))
    yield Reading(name=name, **one, **at_most(INTERPRETABLE))
    what_mean = f"part of the energy of s that E s holds; {what}"
    other = Twin(SHINES, looks.held(f"{rule}-x")["of"])
    yield Reading(
        name=f"{name}-mean", reading="noise", what=what_mean, twin=other, **looks.held(rule), **at_most(NOISE)
    )
    what_trace = f"E |cos(s, x)|; {what}"
    one = dict(reading="noise", what=what_trace, of=looks.trace(rule), twin=twin(looks.trace))
    yield Reading(name=f"{name}-trace", **one, **at_most(TRACE))
    yield Finding(name=f"{name}-printed", what=f"E cos(s, x) at printed size; {what}", of=looks.visible(rule))


def law(study, kind, cosine):
    """The cosine of guided backpropagation with x, but for the spread of ‖s‖."""
    return Law(
        name=f"{kind}-cosine",
        what=f"E |cos(s, x)|, guided, {kind.upper()}",
        of=looks.trace("guided"),
        value=cosine,
        margin=study.margin(PART),
        tag=LIMIT,
        twin=Twin("saliency in its place", looks.trace(instead("saliency", "guided"))),
    )


def energy(study, network):
    kept = lambda rule: lambda sums: held(sums[rule])
    return Law(
        name="cnn-energy",
        what="part of the energy of s that E s holds; guided, CNN",
        of=kept("guided"),
        value=1 / (1 + noise_to_signal(**network.geometry, filters=network.filters)),
        margin=study.margin(PART),
        twin=Twin("saliency in its place", kept(instead("saliency", "guided"))),
    )


def shining(network, rng, trials):
    found = looks.Looks(network.image, RULES, shining=True)
    for pictures in network.pictures(rng, trials, RULES):
        found.add(pictures)
    return found.sums()


def connected(image, neurons, rng, trials):
    found = looks.Looks(image, RULES, shining=True)
    for _ in range(trials):
        found.add(whole(image, neurons, rng, RULES))
    return found.sums()


def shown(study, network, neurons):
    """The six panels of one network each, with their numbers."""
    table = {"name": [], "trace": [], "visible": [], "local": []}
    [filters] = network.pictures(study.rng("panel"), 1, RULES)
    [neurons] = study.draw("panel", partial(one, network.image, neurons), 1, 1)
    for kind, pictures in (("cnn", filters), ("fcn", neurons)):
        for rule, picture in zip(RULES, pictures):
            study.picture(f"{kind}-{rule}", picture)
            values = f"{kind}-{rule}", *looks.look(picture.astype(np.float64), network.image)
            for column, value in zip(table.values(), values):
                column.append(value)
    study.table("panel", **table)


def one(image, neurons, rng, trials):
    return whole(image, neurons, rng, RULES)


def needs(settings, shape, budget):
    kernel, stride, filters, neurons = (settings[name] for name in ("kernel", "stride", "filters", "neurons"))
    one_filter = takes.three_layer(shape, kernel, stride, filters, pictures=2 * len(RULES))
    return one_filter * budget.trials(256) + takes.connected(prod(shape), neurons, 2 * len(RULES)) * (
        1 + settings["networks"]
    )


CLAIM = Claim(
    id="fcn_noise",
    title="Noise without local connections",
    source="Nie et al. 2018, section 'Impact of Local Connections' (A:315, A:320–322)",
    statement="“all the backpropagation-based methods (including GBP) in the FCN generate random noise”, and “Only GBP "
    "visualization in the CNN is human-interpretable.”",
    premise="224×224×3; 256 filters of 7×7×3 at stride 2, or N_h = 4096 hidden neurons",
    readings={
        "interpretable": "panel by panel, cosine with the locally normalised x at printed size: GBP in the CNN 0.5 or "
        "more, the others less: noise of 1.7 times the deviation of x, at which people still name what they see",
        "noise": "the others are what a glance takes for noise: at most a twentieth of their energy is E s, and "
        "|cos(s, x)| is at most 0.1",
    },
    printed="noise in five panels of six",
    exact="E s = 0 for DeconvNet and saliency; GBP in the FCN has the cosine 1/√(1 + (π²d − 1)/N_h) with x, 0.05",
    said="Without local connections all three rules draw noise; only guided in the convolutional network is seen.",
    true="So it is; guided's cosine with x is 0.05 with 4096 neurons.",
    meaning="Locality, not depth or training, is what makes guided maps look like the input.",
    headline="fcn-cosine",
    decides=("cnn-guided", "cnn-cosine", "fcn-guided", "fcn-cosine", "cnn-deconvnet-mean", "fcn-guided-mean"),
    run=run,
    needs=needs,
    seconds=40,
    settings=(
        Setting("neurons", 4096, "hidden neurons N_h", most=MOST_NEURONS),
        Setting("networks", 16, "fully-connected networks, of 600 million weights each", most=4096, least=8),
        Setting("filters", 256, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

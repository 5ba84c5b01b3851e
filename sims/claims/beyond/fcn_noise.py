"""The six panels of the papers' first figure: three rules, in a convolutional and in a fully-connected network."""

from functools import partial
from math import prod

import numpy as np

from sims.ensembles import blocks
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import Connected, ThreeLayer
from sims.evidence import shown
from sims.evidence.verdict import HOLDS
from sims.study.claim import KERNEL, MOST_NEURONS, STRIDE, Claim, Setting
from sims.study.common import against, cosine_of, twinned
from sims.study.rows import AT_LEAST, AT_MOST, LIMIT, Finding, Law, Reading
from sims.study.shown import INTERPRETABLE, NOISE, UNLIKE
from sims.study.study import Experiment
from theory.laws.three_layer import noise_to_signal

RULES = ("guided", "deconvnet", "saliency")
PART = 0.02  # of energy, and of a cosine: what a glance does not see
SHINES = "x shines through, three times as strong as the picture"


def run(study):
    kernel, stride, filters, neurons = (study.settings[name] for name in ("kernel", "stride", "filters", "neurons"))
    cnn, fcn = ThreeLayer(study.image, kernel, stride, filters=filters), Connected(study.image, neurons)
    rows = *panels("cnn"), cosine(study, "cnn", cnn), energy(study, cnn)
    chunk = partial(shown.and_through, RULES, study.image)
    study.sample(Experiment("cnn", partial(chunk, partial(cnn.pictures, rules=RULES)), 256, rows))
    dense = partial(blocks.pictures, study.image, neurons, RULES)
    drawn = study.draw("fcn", partial(chunk, dense), study.settings["networks"], 1)
    study.read_all(drawn, *panels("fcn"), cosine(study, "fcn", fcn))
    show(study, cnn, neurons)


def panels(kind):
    """The rows of three panels."""
    return [row for rule in RULES for row in panel(kind, rule)]


def panel(kind, rule):
    """A panel's rows: interpretable where guided meets filters; elsewhere not, and random noise."""
    name, what = f"{kind}-{rule}", f"{rule}, {kind.upper()}"
    local = f"cosine of s and x at printed size, locally normalised; {what}"
    seen = dict(name=name, reading="interpretable", what=local, value=INTERPRETABLE, expected=HOLDS)
    if name == "cnn-guided":
        yield Reading(**seen, side=AT_LEAST, **against("saliency", rule, shown.single))
        return
    noise = dict(reading="noise", side=AT_MOST, expected=HOLDS)
    shone_through = lambda of: twinned(rule, f"{rule}-x", of, SHINES)
    yield Reading(**seen, side=AT_MOST, **shone_through(shown.single))
    energy = f"part of the energy of s that E s holds; {what}"
    yield Reading(name=f"{name}-mean", what=energy, value=NOISE, **noise, **shone_through(shown.share))
    trace = f"E |cos(s, x)|; {what}"
    yield Reading(name=f"{name}-trace", what=trace, value=UNLIKE, **noise, **shone_through(shown.trace))
    yield Finding(name=f"{name}-printed", what=f"E cos(s, x) at printed size; {what}", of=shown.visible(rule))


def cosine(study, kind, network):
    """The cosine of guided backpropagation with x, but for the spread of ‖s‖."""
    own = dict(
        value=cosine_of(network), margin=study.margin(PART), tag=LIMIT, **against("saliency", "guided", shown.trace)
    )
    return Law(name=f"{kind}-cosine", what=f"E |cos(s, x)|, guided, {kind.upper()}", **own)


def energy(study, network):
    exact = 1 / (1 + noise_to_signal(**network.geometry, filters=network.filters))
    own = dict(value=exact, margin=study.margin(PART), **against("saliency", "guided", shown.held))
    return Law(name="cnn-energy", what="part of the energy of s that E s holds; guided, CNN", **own)


def show(study, network, neurons):
    """The six panels of one network each, with their numbers."""
    [filters] = network.pictures(study.rng("panel"), 1, RULES)
    [neurons] = study.draw("panel", partial(blocks.single, network.image, neurons, RULES), 1, 1)
    lines = []
    for kind, pictures in (("cnn", filters), ("fcn", neurons)):
        for rule, picture in zip(RULES, pictures):
            study.picture(f"{kind}-{rule}", picture)
            looks = shown.look(picture.astype(np.float64), network.image)
            lines.append({"name": f"{kind}-{rule}", **dict(zip(("trace", "visible", "local"), looks))})
    study.tabulate("panel", lines)


def needs(settings, shape, budget):
    kernel, stride, filters, neurons = (settings[name] for name in ("kernel", "stride", "filters", "neurons"))
    one_filter = takes.three_layer(shape, kernel, stride, filters, pictures=2 * len(RULES))
    connected = takes.connected(prod(shape), neurons, 2 * len(RULES))
    return one_filter * budget.trials(256) + connected * (1 + settings["networks"])


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

"""Redrawn top layers, the sanity check of Adebayo et al. 2018, in random networks: what the signals still share."""

from functools import partial
from math import prod

import numpy as np

from sims.data.images import reduced
from sims.ensembles import needs as takes
from sims.ensembles.stacks import activations, signals
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums, mean_of
from sims.evidence.signal_sums import flat
from sims.random.weight_laws import he
from sims.study.claim import WIDTH, Claim, Setting
from sims.study.rows import LIMIT, Finding, Law, Twin
from sims.study.study import Experiment
from theory.laws import depth
from theory.metrics.similarity import cosine
from theory.networks import fcn
from theory.rules import RULES

SIMILARITY = 0.03  # of a cosine: two pictures side by side do not show it
MODIFIED = "guided", "deconvnet"


def run(study):
    width, layers = study.settings["width"], study.settings["layers"]
    image, redrawn = reduced(study.image, 8), sorted(set(study.settings["redrawn"]) & set(range(layers + 1)))
    rows = [row for m in redrawn for rule in MODIFIED for row in of_signals(study, rule, layers, m)]
    for m in redrawn:
        what = f"E cos of the pictures before and after, guided, top {m} of {layers + 1} ReLU layers redrawn"
        rows.append(Finding(name=f"picture-{m}", what=what, of=mean_of("guided", m, layers + 1)))
    chunk = partial(compared, image, width, layers, redrawn)
    study.sample(Experiment("redrawn", chunk, 5e4 / width, tuple(rows)))
    places = [(rule, m) for rule in MODIFIED for m in redrawn]
    numbers = study.columns([f"{rule}-{m}" for rule, m in places], "estimate", "low", "high", "law")
    study.table("redrawn", rule=[rule for rule, _ in places], redrawn=[m for _, m in places], **numbers)


def of_signals(study, rule, layers, m):
    """The law at the first activations, below `layers` ReLU layers; m = 0 redraws the readout alone."""
    yield Law(
        name=f"{rule}-{m}",
        what=f"E cos of the signals before and after, {rule}, readout and {m} of {layers} ReLU layers redrawn",
        of=mean_of(rule, m, layers),
        value=depth.redrawn_similarity(layers, m, rule),
        margin=study.margin(SIMILARITY),
        tag=LIMIT,
        twin=None
        if rule == "deconvnet" and m == layers  # which shares nothing, as saliency does
        else Twin("saliency in its place", mean_of(instead("saliency", rule), m, layers)),
    )


def compared(image, width, layers, redrawn, rng, trials):
    """Sums over networks of the cosines, level by level, of their signals and those of another top on their bottom."""
    found = {rule: {m: np.zeros(layers + 2) for m in redrawn} for rule in RULES}
    for _ in range(trials):
        first, second = (weights(image.size, width, layers + 1, rng) for _ in range(2))
        own = {rule: carried(first, image, rule) for rule in RULES}
        for m in redrawn:
            mixed = [*first[: layers + 1 - m], *second[layers + 1 - m :]]
            for rule in RULES:
                pairs = zip(own[rule], carried(mixed, image, rule))
                found[rule][m] += [cosine(one, other) for one, other in pairs]
    return Sums(count=trials, **{rule: Sums(each) for rule, each in found.items()})


def weights(inputs, width, layers, rng):
    """He's weights from the bottom up, the readout of one logit last."""
    return [he(rng, (width, below)) for below in [inputs, *[width] * (layers - 1)]] + [he(rng, (1, width))]


def carried(drawn, image, rule):
    """The signals of a dense network, the readout's first and the picture last."""
    network = fcn(drawn)
    passed = network.forward(image[None].astype(np.float32), keep=activations(network))
    return [flat(each)[0] for each in signals(network, passed, np.ones((1, 1), np.float32), rule)]


def needs(settings, shape, budget):
    width, inputs = settings["width"], prod(takes.reduced(shape, 8))
    one = takes.stack(inputs, width, settings["layers"] + 1, len(RULES))
    return one * (1 + len(settings["redrawn"])) * budget.trials(5e4 / width)


CLAIM = Claim(
    id="redrawn",
    title="Redrawn top layers",
    source="TR-GBP, section 3.2 (T:94), after Adebayo et al. 2018",
    statement="“previous work finds that GBP stays identical even if the top layers are randomized”",
    premise="random lower layers; the sentence is of trained networks",
    printed="identical",
    exact="the recursion of depth with κ back at 0 below the last redrawn layer: cosine (r²/2 + κ)/(r²/2 + 1), 0.99 "
    "with one of eight layers redrawn, 0.65 with seven, 0.21 with all",
    said="Not printed for random networks: guided maps stay the same when top layers are randomised.",
    true="0.99 with one of 8 layers redrawn, 0.96 with four, 0.65 with seven, by a law.",
    meaning="A map that survives the randomisation of the top says little of the top.",
    headline="guided-7",
    decides=("guided-1", "guided-4", "guided-7", "guided-8", "deconvnet-4", "picture-4"),
    run=run,
    needs=needs,
    seconds=25,
    settings=(
        WIDTH,
        Setting("layers", 8, "ReLU layers above the first activations", least=1, most=100),
        Setting("redrawn", (0, 1, 2, 4, 6, 7, 8), "numbers of ReLU layers redrawn, from the top", least=0, most=100),
    ),
)

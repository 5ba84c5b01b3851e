"""Saliency and DeconvNet without pooling: is there a trace of x?"""

from functools import partial

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import across_halves
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_MOST, Law, Reading, Twin
from sims.study.study import Experiment

RULES = "saliency", "deconvnet"
SHARE, TRACE = 0.05, 0.1  # of the energy, and a cosine: what a glance takes for noise
MARGIN = 0.02  # of both laws


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = ThreeLayer(study.image, kernel, stride, filters=filters)
    parts = {**dict(zip(RULES, RULES)), **{f"twin-{rule}": instead("guided", rule) for rule in RULES}}
    chunk = partial(picture_sums.chunk, network, parts, None, {"image": network.image})
    study.sample(Experiment("pictures", chunk, 800, tuple(row for rule in RULES for row in rows(study, rule))))


def rows(study, rule):
    """What E s holds, and what a picture holds of x: nothing, by law; and is that noise to a glance?"""
    held = {"measure": across_halves(lambda sums: energy(sums, rule))}
    what = f"‖E s‖²/E‖s‖², {rule}"
    margin = study.margin(MARGIN)
    law = dict(value=0.0, margin=margin)
    twin = lambda of: Twin("guided in its place", of(f"twin-{rule}"))
    yield Law(name=f"{rule}-mean", what=what, of=mean(rule), **held, **law, twin=twin(mean))
    bound = dict(reading="noise", side=AT_MOST, law=0.0)
    yield Reading(name=f"{rule}-share", what=what, of=mean(rule), **held, value=SHARE, **bound)
    what = f"E cos(s, x), {rule}"
    yield Law(name=f"{rule}-cosine", what=what, of=cosine(rule), **law, twin=twin(cosine))
    for sign, side in ((1, "with"), (-1, "against")):
        of = lambda sums, sign=sign: sign * cosine(rule)(sums)
        yield Reading(name=f"{rule}-{side}-x", what=f"{what}, {side} x", of=of, value=TRACE, **bound)


def mean(part):
    return lambda sums: sums[part]["total"] / sums[part]["count"]


def energy(sums, part):
    return sums[part]["square"] / sums[part]["count"]


def cosine(part):
    return lambda sums: estimates.mean_cosine(sums[part], "image")


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    return takes.three_layer(shape, kernel, stride, filters, 4) * budget.trials(800)


CLAIM = Claim(
    id="random_noise",
    title="Saliency and DeconvNet are random noise",
    source="Nie et al. 2018, slides (S:70); A:320",
    statement="“saliency map and DeconvNet are random noise”.",
    premise="the three-layer network of A:272, without pooling",
    readings={
        "noise": "at most a twentieth of the energy is E s, and a picture's cosine with x is at most 0.1 either way"
    },
    printed="random noise",
    exact="E s = 0 and E⟨s, x⟩ = 0 at every N",
    said="Saliency maps and DeconvNet's pictures of a random network are random noise.",
    true="The mean pictures of both are zero, and no single one correlates with x.",
    meaning="Without pooling, two of the three rules show nothing of the input.",
    headline="deconvnet-share",
    decides=("saliency-share", "saliency-with-x", "deconvnet-share", "deconvnet-with-x"),
    run=run,
    needs=needs,
    seconds=10,
    settings=(Setting("filters", 16, "number of filters N"), KERNEL, STRIDE),
)

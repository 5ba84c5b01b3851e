"""Adversarial (in)sensitivity: FGSM on the three-layer network, against perturbations that do not know the weights."""

from functools import partial

import numpy as np

from sims.data.images import at_least_two_patches
from sims.ensembles import needs as takes
from sims.ensembles import perturbed
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import pair_sums
from sims.evidence.defects import instead
from sims.evidence.pair_sums import similarity
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import against, twinned
from sims.study.rows import Finding, Law
from sims.study.study import Experiment
from sims.system.errors import InputError
from theory.laws.three_layer import guided_mean, saliency_similarity
from theory.metrics.similarity import cosine
from theory.rules import RULES

CHANGE = 0.15  # relative, of what a perturbation changes
UNSEEN = 0.005  # of a cosine: DeconvNet's does not move at all
KINDS = {"random": "random signs", "fgsm": "FGSM"}


def run(study):
    image = study.image
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    at_least_two_patches(image, kernel, stride)
    if not np.ptp(image):
        raise InputError("perturbations are shares of the picture's range, and a constant picture has none")
    network = ThreeLayer(image, kernel, stride, filters=filters)
    signs = study.rng("signs").choice([-1.0, 1.0], image.shape)
    rows = []
    for epsilon in study.settings["epsilons"]:
        rows += at(study, network, epsilon, image + epsilon * np.ptp(image) * signs)
    study.tabulate("similarity", rows)


def at(study, network, epsilon, moved):
    """Every map before and after a perturbation of `epsilon` times the range of x, random and FGSM."""
    law = saliency_similarity(network.image, moved, network.kernel, network.stride)
    rows = *laws(study, epsilon, law), *findings(epsilon, law)
    chunk = partial(pair_sums.chunk, partial(perturbed.pictures, network, moved, epsilon))
    found = study.sample(Experiment(f"epsilon-{epsilon:g}", chunk, 256, rows))
    laws_of = {"saliency_law": law, "guided_limit": limit_similarity(network, moved)}
    for rule in RULES:
        for kind in KINDS:
            own = {"rule": rule, "kind": kind, "similarity": found[f"{rule}-{kind}-{epsilon:g}"].value}
            yield {"epsilon": epsilon, **own, **laws_of}


def laws(study, epsilon, law):
    """Saliency turns by the angle law where the perturbation does not know the weights; DeconvNet never sees x."""
    turned = lambda kind: lambda sums: (1 - similarity(f"{kind}-saliency")(sums)) / (1 - law)
    yield Law(
        name=f"saliency-law-{epsilon:g}",
        what=f"1 − similarity of saliency before and after random signs over the angle law's, ε = {epsilon:g}",
        **twinned("random", instead("fgsm", "random"), turned, "FGSM in its place, which knows them"),
        value=1.0,
        margin=study.margin(CHANGE),
    )
    yield Law(
        name=f"deconvnet-law-{epsilon:g}",
        what=f"1 − similarity of DeconvNet before and after FGSM, ε = {epsilon:g}",
        **against("saliency", "deconvnet", changed_by_fgsm),
        value=0.0,
        margin=UNSEEN,
    )


def findings(epsilon, law):
    """How alike every rule's pictures are, and how much FGSM changes guided for what it changes saliency."""
    for rule in RULES:
        for kind, words in KINDS.items():
            what = f"similarity of {rule} before and after {words}, ε = {epsilon:g}"
            yield Finding(name=f"{rule}-{kind}-{epsilon:g}", what=what, of=similarity(f"{kind}-{rule}"))
    guided, saliency = changed_by_fgsm("guided"), changed_by_fgsm("saliency")
    what = f"1 − similarity under FGSM, guided over saliency, ε = {epsilon:g}"
    yield Finding(name=f"guided-over-saliency-{epsilon:g}", what=what, of=lambda sums: guided(sums) / saliency(sums))
    what = f"1 − similarity of saliency under FGSM over the angle law's, ε = {epsilon:g}"
    yield Finding(name=f"fgsm-over-law-{epsilon:g}", what=what, of=lambda sums: saliency(sums) / (1 - law))


def changed_by_fgsm(rule):
    return lambda sums: 1 - similarity(f"fgsm-{rule}")(sums)


def limit_similarity(network, moved):
    """cos(E s(x), E s(x')): what guided pictures keep as N grows."""
    return cosine(*(guided_mean(image, network.kernel, network.stride) for image in (network.image, moved)))


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=3 * len(RULES), stored=True)
    return network * len(settings["epsilons"]) * budget.trials(256)


CLAIM = Claim(
    id="adversarial",
    title="Adversarial insensitivity",
    source="Nie et al. 2018, slides (S:132), of a trained VGG-16 whose class flips",
    statement="“Saliency map changes significantly whereas GBP and DeconvNet remain almost unchanged”: of a trained "
    "network. What does a perturbation change in a random three-layer one?",
    printed="nothing on a random three-layer network",
    exact="DeconvNet without pooling never sees x; saliency keeps (π − θ_j)/π of each patch if the perturbation does "
    "not know the weights",
    said="Not printed for a random network: saliency changes under attack, the others stay.",
    true="DeconvNet never sees x; saliency keeps a known share of each patch.",
    meaning="A map that survives an attack may only show that it never looked at the decision.",
    headline="saliency-fgsm-0.05",
    decides=(
        "saliency-law-0.05",
        "saliency-fgsm-0.05",
        "guided-fgsm-0.05",
        "guided-over-saliency-0.05",
        "deconvnet-law-0.05",
    ),
    run=run,
    needs=needs,
    seconds=15,
    settings=(
        Setting("epsilons", (0.01, 0.05, 0.1), "size of the perturbation over the range of x", least=0.0001, most=1),
        Setting("filters", 16, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

"""Adversarial (in)sensitivity: FGSM on the three-layer network, against perturbations that do not know the weights."""

from functools import partial

import numpy as np

from sims.data.images import at_least_two_patches
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence.estimates import Sums
from sims.evidence.verdict import HOLDS
from sims.study.checks import value_check
from sims.study.claim import KERNEL, STRIDE, Check, Claim, Control, Setting
from sims.study.study import Experiment
from sims.system.errors import InputError
from theory.geometry.patches import unit
from theory.laws.three_layer import guided_mean, saliency_similarity
from theory.networks import one_hot
from theory.rules import RULES

MARGIN = 0.03  # of a cosine
UNSEEN = 0.01  # of a cosine: DeconvNet's does not move at all
LESS = 0.3  # of a ratio of changes


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
        moved = image + epsilon * np.ptp(image) * signs
        rows += at(study, network, epsilon, moved)
    study.table("similarity", **{key: [row[key] for row in rows] for key in rows[0]})


def at(study, network, epsilon, moved):
    """Every map before and after a perturbation of `epsilon` times the range of x, random and FGSM."""
    law = saliency_similarity(network.image, moved, network.kernel, network.stride)
    chunks = partial(chunk, network, moved, epsilon)
    study.sample(Experiment(f"epsilon-{epsilon:g}", chunks, 256, tuple(checks(study, epsilon, law))))
    found = {row["name"].rpartition("-")[0]: row["estimate"] for row in study.result.rows[-4:]}
    saliency = law + found["saliency-fgsm"]
    similarities = {
        ("saliency", "random"): found["saliency-random"],
        ("saliency", "fgsm"): saliency,
        ("deconvnet", "fgsm"): 1 - found["deconvnet-fgsm"],
        ("guided", "fgsm"): 1 - found["guided-fgsm"] * (1 - saliency),
    }
    laws = {"saliency_law": law, "guided_limit": limit_similarity(network, moved)}
    for (rule, kind), value in similarities.items():
        yield {"epsilon": epsilon, "rule": rule, "kind": kind, "similarity": value, **laws}


def checks(study, epsilon, law):
    """Saliency by the angle law, under FGSM below it; guided changes less; DeconvNet not at all."""
    at, margin = f"ε = {epsilon:g}", study.margin(MARGIN)
    change = lambda rule: lambda sums: 1 - similarity("fgsm", rule, sums)
    yield value_check(
        f"saliency-random-{epsilon:g}",
        f"similarity of saliency before and after random signs, {at}",
        partial(similarity, "random", "saliency"),
        law,
        margin,
    )
    yield Check(
        f"saliency-fgsm-{epsilon:g}",
        f"similarity of saliency before and after FGSM less the angle law's, {at}",
        partial(excess, law),
        margin,
        Control("the law plus twice the margin", target=2 * margin),
        HOLDS,
        printed=0.0,
        printed_side="at most",
    )
    yield value_check(
        f"deconvnet-fgsm-{epsilon:g}",
        f"1 − similarity of DeconvNet before and after FGSM, {at}",
        change("deconvnet"),
        0.0,
        UNSEEN,
        printed=0.0,
        control=Control("saliency in its place", statistic=change("saliency")),
    )
    yield Check(
        f"guided-fgsm-{epsilon:g}",
        f"1 − similarity of guided pictures under FGSM over that of saliency, {at}",
        lambda sums: change("guided")(sums) / change("saliency")(sums),
        LESS,
        Control("saliency over guided", statistic=lambda sums: change("saliency")(sums) / change("guided")(sums)),
        HOLDS,
        printed=1.0,
        printed_side="at most",
    )


def limit_similarity(network, moved):
    """cos(E s(x), E s(x')): what guided pictures keep as N grows."""
    means = [guided_mean(image, network.kernel, network.stride) for image in (network.image, moved)]
    return float(unit(means[0].ravel()) @ unit(means[1].ravel()))


def chunk(network, moved, epsilon, rng, trials):
    """Sums of products of the pictures before and after, for every rule and both perturbations."""
    total = {kind: {rule: np.zeros(3) for rule in RULES} for kind in ("random", "fgsm")}
    for _ in range(trials):
        drawn = network.draw(rng)
        before = pictures(drawn, network.image)
        attacked = network.image + epsilon * np.ptp(network.image) * np.sign(before["saliency"])
        for kind, image in (("random", moved), ("fgsm", attacked)):
            after = pictures(drawn, image)
            for rule in RULES:
                a, b = before[rule].ravel().astype(np.float64), after[rule].ravel().astype(np.float64)
                total[kind][rule] += (a @ b, a @ a, b @ b)
    return Sums(
        {
            kind: Sums({rule: Sums(dot=t[0], before=t[1], after=t[2]) for rule, t in rules.items()})
            for kind, rules in total.items()
        }
    )


def pictures(network, image):
    """The three pictures of one input."""
    passed = network.forward(image[None].astype(np.float32))
    return {rule: passed.backward(one_hot(0, passed.output), rule)[0] for rule in RULES}


def similarity(kind, rule, sums):
    part = sums[kind][rule]
    return part["dot"] / np.sqrt(part["before"] * part["after"])


def excess(law, sums):
    return similarity("fgsm", "saliency", sums) - law


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=3 * len(RULES), stored=True)
    return network * len(settings["epsilons"]) * budget.trials(256)


CLAIM = Claim(
    id="adversarial",
    title="Adversarial insensitivity",
    source="Nie et al. 2018, 'Adversarial Attack on VGG' (slides), here on the three-layer network",
    statement="Under an adversarial perturbation saliency changes, guided and DeconvNet pictures remain "
    "almost unchanged.",
    printed="guided and DeconvNet unchanged",
    exact="DeconvNet without pooling never sees x; saliency keeps (π − θ_j)/π of each patch if the "
    "perturbation does not know "
    "the weights",
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

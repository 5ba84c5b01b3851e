"""Adversarial (in)sensitivity: FGSM on the three-layer network, against perturbations that do not know the weights."""

from functools import partial

import numpy as np

from sims.checks import value_check
from sims.ensembles import ThreeLayer
from sims.images import reduced
from sims.moments import Sums
from sims.registry import KERNEL, STRIDE, Check, Claim, Control, Setting
from sims.study import Experiment
from sims.verdict import HOLDS
from theory.networks import one_hot
from theory.patches import unit
from theory.rules import RULES
from theory.three_layer import guided_mean, saliency_similarity

MARGIN = 0.03  # of a cosine
UNSEEN = 0.005  # of a cosine: DeconvNet's does not move at all
UNCHANGED = 0.1  # how far from 1 the cosine of "almost unchanged" pictures may be


def run(study):
    image = reduced(study.image, 112)
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = ThreeLayer(image, kernel, stride, filters=filters, dtype=np.float64)
    signs = study.rng("signs").choice([-1.0, 1.0], image.shape)
    rows = []
    for epsilon in study.settings["epsilons"]:
        moved = image + epsilon * np.ptp(image) * signs
        rows += at(study, network, epsilon, moved)
    study.table("similarity", **{key: [row[key] for row in rows] for key in rows[0]})


def at(study, network, epsilon, moved):
    """Every map before and after a perturbation of `epsilon` times the range of x, random and FGSM."""
    law = saliency_similarity(network.image, moved, network.kernel, network.stride)
    limit = limit_similarity(network, moved)
    checks = [
        value_check(f"saliency-random-{epsilon:g}", f"similarity of saliency before and after a random perturbation, ε = {epsilon:g}",
                    partial(similarity, "random", "saliency"), law, study.margin(MARGIN)),
        Check(f"saliency-fgsm-{epsilon:g}", f"similarity of saliency before and after FGSM less the angle law's, ε = {epsilon:g}",
              partial(excess, law), study.margin(MARGIN), Control("the law plus twice the margin", target=2 * study.margin(MARGIN)),
              HOLDS, printed=0.0, printed_side="at most"),
        value_check(f"deconvnet-fgsm-{epsilon:g}", f"1 − similarity of DeconvNet before and after FGSM, ε = {epsilon:g}",
                    lambda sums: 1 - similarity("fgsm", "deconvnet", sums), 0.0, UNSEEN, printed=0.0,
                    control=Control("saliency in its place", statistic=lambda sums: 1 - similarity("fgsm", "saliency", sums))),
        Check(f"guided-fgsm-{epsilon:g}", f"similarity of guided pictures before and after FGSM, as printed almost unchanged, ε = {epsilon:g}",
              partial(similarity, "fgsm", "guided"), UNCHANGED, Control("saliency's own law", target=1 - 3 * UNCHANGED),
              HOLDS if limit > 1 - UNCHANGED else "refuted", printed=1.0),
    ]
    study.sample(Experiment(f"epsilon-{epsilon:g}", partial(chunk, network, moved, epsilon), 400, tuple(checks)))
    found = {row["name"]: row for row in study.result.rows}
    for rule, kind in (("saliency", "random"), ("saliency", "fgsm"), ("deconvnet", "fgsm"), ("guided", "fgsm")):
        row = found[f"{rule}-{kind}-{epsilon:g}"]
        value = {"saliency-fgsm": law + row["estimate"], "deconvnet-fgsm": 1 - row["estimate"]}.get(
            f"{rule}-{kind}", row["estimate"]
        )
        yield {
            "epsilon": epsilon,
            "rule": rule,
            "kind": kind,
            "similarity": value,
            "saliency_law": law,
            "guided_limit": limit,
        }


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
                a, b = before[rule].ravel(), after[rule].ravel()
                total[kind][rule] += (a @ b, a @ a, b @ b)
    return Sums(
        {
            kind: Sums({rule: Sums(dot=t[0], before=t[1], after=t[2]) for rule, t in rules.items()})
            for kind, rules in total.items()
        }
    )


def pictures(network, image):
    """The three pictures of one input."""
    logits, tape = network.trace(image[None])
    return {rule: network.backward(one_hot(0, logits), tape, rule)[0] for rule in RULES}


def similarity(kind, rule, sums):
    part = sums[kind][rule]
    return part["dot"] / np.sqrt(part["before"] * part["after"])


def excess(law, sums):
    return similarity("fgsm", "saliency", sums) - law


CLAIM = Claim(
    id="adversarial",
    order=15,
    title="Adversarial insensitivity",
    source="Nie et al. 2018, 'Adversarial Attack on VGG' (slides), here on the three-layer network",
    statement="Under an adversarial perturbation saliency changes, guided and DeconvNet pictures remain almost unchanged.",
    printed="guided and DeconvNet unchanged",
    exact="DeconvNet without pooling never sees x; saliency keeps (π − θ_j)/π of each patch if the perturbation does not know "
    "the weights",
    run=run,
    settings=(
        Setting("epsilons", (0.01, 0.05, 0.1), "size of the perturbation over the range of x", least=0.0001),
        Setting("filters", 16, "number of filters N"),
        KERNEL,
        STRIDE,
    ),
)

if __name__ == "__main__":
    from sims.__main__ import run_alone

    run_alone(__spec__.name)

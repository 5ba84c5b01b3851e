"""A trained first layer under a random readout: mean, variance and class similarity of its pictures, by law."""

from functools import partial

import numpy as np

from sims.data.images import at_least, reduced, suitable
from sims.ensembles.first_layer import first_layer
from sims.evidence import estimates
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums
from sims.explain.random_above import First
from sims.networks import published
from sims.study.claim import Claim
from sims.study.rows import Finding, Law, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws import conditional
from theory.metrics.similarity import cosine

NETWORK, SIDE, UNITS = "efficientnet-lite0", 56, 255 / 128  # bytes over 128, as the network takes them
TRIALS, MARGIN, ANGLE = 400, 0.02, 1e-3
RULES = "guided", "deconvnet", "saliency"


def run(study):
    at_least(study.image, 32)
    net = published.load(NETWORK).network
    x = UNITS * reduced(suitable(study.image), SIDE)
    first = First.of(net, x.shape).settings
    means = {rule: conditional.mean(x, rule=rule, **first) for rule in RULES}
    traces = {rule: conditional.variance_trace(x, rule=rule, **first) for rule in RULES}
    alike = conditional.class_similarity(x, rule="guided", **first)
    study.sample(Experiment("readouts", partial(pictures, x, first, means), TRIALS, rows(study, means, traces, alike)))
    whole = UNITS * suitable(study.image)
    found = net.attribute(whole[None], int(net(whole[None])[0].argmax()), "guided")[0]
    law = conditional.mean(whole, rule="guided", **First.of(net, whole.shape).settings)
    for name, of, what in (("trained-law", law, "E[s | W]"), ("trained-x", whole, "x")):
        study.exact(
            Finding(name=name, what=f"cosine of the trained network's guided picture and {what}"), cosine(found, of)
        )


def rows(study, means, traces, alike):
    scale = lambda part, rule: lambda sums: estimates.along(sums[part], rule) / np.linalg.norm(means[rule])
    spread = lambda part, rule: lambda sums: estimates.noise(sums[part]) / traces[rule]
    off = lambda part, rule: lambda sums: estimates.sine_squared(sums[part], rule)
    twins = {"guided": ("unclipped", "no ceiling"), "deconvnet": ("guided", "guided's mask")}
    twins["saliency"] = "deconvnet", "DeconvNet in its place"
    found = []
    for rule, (wrong, what) in twins.items():
        part = instead(wrong, rule)
        if rule != "saliency":
            own = dict(of=scale(rule, rule), twin=Twin(what, scale(part, rule)), value=1.0, margin=study.margin(MARGIN))
            found.append(Law(name=f"{rule}-scale", what=f"⟨E s, E[s | W]⟩/‖E[s | W]‖², {rule}", **own))
            own = dict(of=off(rule, rule), twin=Twin(what, off(part, rule)), value=0.0, margin=study.margin(ANGLE))
            found.append(Law(name=f"{rule}-angle", what=f"sin² of the angle between E s and E[s | W], {rule}", **own))
        own = dict(of=spread(rule, rule), twin=Twin(what, spread(part, rule)), value=1.0, margin=study.margin(MARGIN))
        found.append(Law(name=f"{rule}-trace", what=f"E‖s − E s‖² over tr Cov[s | W], {rule}", **own))
    similar = lambda part: lambda sums: sums[part] / sums["guided"]["square"]
    twin = Twin("the logit itself in place of another", similar(instead("itself", "pairs")))
    own = dict(of=similar("pairs"), twin=twin, value=alike, margin=study.margin(MARGIN))
    return (*found, Law(name="guided-similar", what="E⟨s_k, s_k'⟩/E‖s_k‖² of two logits, guided", **own))


def pictures(x, first, means, rng, trials):
    """Sums over readouts; the engine passes their signals back, the law is blind to it."""
    parts = {"guided": ("guided", True), "unclipped": ("guided", False)}
    parts |= {rule: (rule, True) for rule in RULES[1:]}
    passed = {ceiling: first_layer(first, ceiling).forward(x[None]) for ceiling in (True, False)}
    directions = {rule: mean for rule, mean in means.items() if mean.any()}
    along = {part: PictureSums(**directions) for part in parts}
    pairs = itself = 0.0
    for _ in range(trials):
        signal, other = rng.standard_normal((2, *passed[True].output.shape))
        for part, (rule, ceiling) in parts.items():
            along[part].add(passed[ceiling].backward(signal, rule)[0])
        one, two = (passed[True].backward(each, "guided") for each in (signal, other))
        pairs, itself = pairs + (one * two).sum(), itself + (one * one).sum()
    return Sums({part: sums.sums() for part, sums in along.items()}, pairs=pairs, itself=itself)


def needs(settings, shape, budget):
    units, window = 32 * (SIDE // 2) ** 2, 27
    return Needs(4e8, 10.0 * units * window * budget.trials(TRIALS) + 1e9)


CLAIM = Claim(
    id="first_layer",
    title="A trained first layer under a random readout",
    source="ours, after Nie et al. 2018, who take all layers for random",
    statement="No author says what a trained first layer draws by itself: with a random readout on it, a law does.",
    premise="EfficientNet-Lite0's published first layer (3×3, stride 2, padding on one side, ReLU6), Gaussian readout",
    printed="nothing",
    exact="E[s | W] = E h(V) Σ_j D_jᵀ Σ_i m_ij w_i, tr Cov[s | W] = Var h(V) Σ_ij m_ij ‖D_jᵀw_i‖², at every size",
    said="Not printed: what the pictures of a trained first layer are when nothing above it was learned.",
    true="Mean, noise and likeness of two classes follow exactly from the layer's filters and biases.",
    meaning="What a first layer alone puts into a map can be computed, and taken off what one reads into it.",
    headline="guided-scale",
    decides=("guided-scale", "guided-angle", "guided-trace", "guided-similar", "deconvnet-trace", "trained-law"),
    run=run,
    networks=("efficientnet-lite0",),
    needs=needs,
    seconds=30,
)

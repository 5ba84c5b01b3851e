"""Everything above a trained first layer drawn at random: the mean picture by law, and the order of its error."""

from functools import partial

import numpy as np

from sims.data.images import at_least, reduced, suitable
from sims.ensembles.first_layer import first_layer, signals_above
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums
from sims.explain.random_above import First
from sims.networks import published
from sims.study.claim import Claim
from sims.study.rows import FIRST_ORDER, Finding, Law, Twin
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws import random_above
from theory.metrics.similarity import cosine

NETWORK, UNITS = "efficientnet-lite0", 255 / 128  # bytes over 128, as the network takes them
SIDE, WIDE, WIDTHS = 14, 64, (1, 2, 4)  # pixels a side; filters above, where the law is read, and its error
LEVEL, SPREAD, ORDER = 0.05, 0.03, 0.4  # margins: of the scale, the variance, and the power, which tells 1 from ½
TRIALS = 2500
ABOVE = dict(above_kernel=3, above_padding=1)
RULES = "guided", "deconvnet"
OTHER = {"guided": "deconvnet", "deconvnet": "guided"}
WRONG = {"guided": "saliency", "deconvnet": "guided"}  # at the first layer: R as it is, and a mask that is not there


def run(study):
    at_least(study.image, 32)
    net = published.load(NETWORK).network
    x = UNITS * reduced(suitable(study.image), SIDE)[:, :SIDE, :SIDE]
    first = First.of(net, x.shape).settings
    wide = [row for rule in RULES for row in level(study, rule)]
    study.sample(Experiment("wide", partial(pictures, x, first, (WIDE,), RULES), TRIALS, tuple(wide)))
    narrow = Experiment("narrow", partial(pictures, x, first, WIDTHS, RULES[:1]), 4 * TRIALS, (rate(study),))
    groups = study.sample(narrow).groups
    total = groups[0]
    for group in groups[1:]:
        total = total + group
    errors = [abs(1 - scale("guided", "right", n)(total)) for n in WIDTHS]
    study.table("errors", filters=WIDTHS, error=errors)
    explained(study, net, UNITS * suitable(study.image))


def explained(study, net, whole):
    """How much of the trained network's pictures the law holds."""
    first, target = First.of(net, whole.shape).settings, int(net(whole[None])[0].argmax())
    for rule in RULES:
        law = random_above.mean(whole, rule=rule, **first, **ABOVE, above=WIDE)
        found = net.attribute(whole[None], target, rule)[0]
        what = f"cosine of the trained network's picture and the law's, {rule}"
        study.exact(Finding(name=f"trained-{rule}", what=what), cosine(found, law))


def scale(rule, part, filters):
    """⟨E s, law⟩/‖law‖²."""
    return lambda sums: sums[rule, part, filters] / sums["count"]


def level(study, rule):
    wrong = "σ(R) replaced by R" if rule == "guided" else "guided's mask"
    yield Law(
        name=f"{rule}-scale",
        what=f"⟨E s, law⟩/‖law‖² under a random convolution of {WIDE} filters, {rule}",
        of=scale(rule, "right", WIDE),
        value=1.0,
        margin=study.margin(LEVEL),
        tag=FIRST_ORDER,
        twin=Twin(wrong, scale(rule, instead("wrong", "right"), WIDE)),
    )
    yield Law(
        name=f"{rule}-variance",
        what=f"E‖R − E R‖² over the exact sum of variances, {WIDE} filters, {rule}",
        of=scale(rule, "variance", WIDE),
        value=1.0,
        margin=study.margin(SPREAD),
        twin=Twin(f"{OTHER[rule]} above", scale(rule, instead("other", "variance"), WIDE)),
    )


def rate(study):
    power = lambda part: (
        lambda sums: np.polyfit(np.log(WIDTHS), np.log([abs(1 - scale("guided", part, n)(sums)) for n in WIDTHS]), 1)[0]
    )
    what = f"power of N in the law's error of scale, N = {', '.join(map(str, WIDTHS))}, guided"
    twin = Twin("σ(R) replaced by R", power(instead("wrong", "right")))
    own = dict(of=power("right"), value=-1.0, margin=study.margin(ORDER), tag=FIRST_ORDER, twin=twin)
    return Law(name="order", what=what, **own)


def pictures(x, first, widths, rules, rng, trials):
    """Sums over networks above: pictures along the law's, with one defect, and how R varies about its mean."""
    passed, found = first_layer(first).forward(x[None]), Sums(count=trials)
    for filters in widths:
        laws = {rule: random_above.mean(x, rule=rule, **first, **ABOVE, above=filters) for rule in rules}
        moments = {rule: random_above.signal_below(passed.output[0], 3, 1, 1, filters, rule=rule) for rule in rules}
        found |= {(rule, part, filters): 0.0 for rule in rules for part in ("right", "wrong", "variance", "other")}
        for _ in range(trials):
            signals = signals_above(passed.output, filters, RULES, rng)
            for rule, law in laws.items():
                off = lambda signal: ((signal[0] - moments[rule][0]) ** 2).sum() / moments[rule][1].sum()
                for part, by in (("right", rule), ("wrong", WRONG[rule])):
                    found[rule, part, filters] += (passed.backward(signals[rule], by)[0] * law).sum() / (law**2).sum()
                found[rule, "variance", filters] += off(signals[rule])
                found[rule, "other", filters] += off(signals[OTHER[rule]])
    return Sums(found)


def needs(settings, shape, budget):
    one = 32 * 9 * (SIDE // 2) ** 2 * WIDE
    return Needs(2e8, 4.0 * one * budget.trials(TRIALS) * 2)


CLAIM = Claim(
    id="random_above",
    title="Random layers above a trained first layer",
    source="ours, after Adebayo et al. 2018: everything above the first layer randomised",
    statement="No author says what is left of a map when all layers above a trained first one are random: a law does.",
    premise="EfficientNet-Lite0's published first layer; above it a random 3×3 convolution and readout",
    printed="nothing",
    exact="E[s | W₁] = W₁ᵀ(m ⊙ E σ(R)), R's moments exact at every N; R's distance from a normal costs 1/N",
    said="Not printed: what a map shows when everything above a trained first layer is drawn at random.",
    true="A law gives the mean picture without a simulation, to one part in N for N random filters above.",
    meaning="The sanity check that randomises all but the first layer needs no simulation.",
    headline="guided-scale",
    decides=("guided-scale", "deconvnet-scale", "guided-variance", "order", "trained-guided"),
    run=run,
    networks=("efficientnet-lite0",),
    needs=needs,
    seconds=60,
)

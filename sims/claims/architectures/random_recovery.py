"""All weights random: whether guided backpropagation gives VGG-16's input back."""

from functools import partial

from sims.data.images import suitable
from sims.ensembles import random_vgg
from sims.evidence import shown
from sims.evidence.verdict import HOLDS, REFUTED
from sims.study.claim import Claim, Setting
from sims.study.common import against
from sims.study.rows import AT_LEAST, Finding, Reading
from sims.study.shown import interpretable

RULES = ("guided", "saliency")
CLOSE = 0.95


def run(study):
    image = suitable(study.image)
    draw = partial(random_vgg.pictures, image, RULES)
    groups = study.draw("networks", partial(shown.chunk, RULES, image, draw), study.settings["networks"], 1)
    rows = [
        interpretable("interpretable", "guided", HOLDS, "a single picture"),
        Reading(
            name="guided-cosine",
            reading="cosine",
            what="E cos(s, x)",
            **against("saliency", "guided", shown.alike),
            value=CLOSE,
            side=AT_LEAST,
            expected=REFUTED,
        ),
        Finding(name="guided-held", what="‖E s‖²/E‖s‖²", of=shown.held("guided")),
    ]
    for row in rows:
        study.read(groups, row)


def needs(settings, shape, budget):
    return random_vgg.needs(settings["networks"], shape, 3)


CLAIM = Claim(
    id="random_recovery",
    title="All weights random: the input is recovered",
    source="TR-GBP, section 4.2 (T:150)",
    statement="“According to Theorem 1, if all the weights are randomly initialized, the result will be a recovery of "
    "input.”",
    premise="guided backpropagation in VGG-16, He's weights, no biases",
    readings={
        "interpretable": "cosine with x of 0.5 or more at 64×64, both locally normalised: x and noise of 1.7 times its "
        "deviation",
        "cosine": "cosine with x of 0.95 or more, pixel by pixel",
    },
    printed="the input comes back",
    exact="measured: one sees the input; it is not the input, pixel by pixel",
    said="With all weights random, the input is recovered.",
    true="One sees the input; pixel by pixel its cosine with x is 0.80, not 1.",
    meaning="A map of an untrained network already looks like an explanation.",
    headline="guided-cosine",
    decides=("guided-interpretable", "guided-cosine", "guided-held"),
    run=run,
    needs=needs,
    seconds=26,
    settings=(Setting("networks", 16, "random networks, at any budget", least=8),),
)

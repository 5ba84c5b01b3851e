"""VGG-16 with random weights: whose pictures show the input, and whose are random noise."""

from functools import partial

from sims.data.images import suitable
from sims.ensembles import random_vgg
from sims.evidence import shown
from sims.evidence.estimates import jackknife
from sims.evidence.verdict import HOLDS, INCONCLUSIVE, REFUTED
from sims.study.claim import Claim, Setting
from sims.study.common import against
from sims.study.rows import AT_LEAST, Finding, Reading
from sims.study.shown import INTERPRETABLE, SEEN, interpretable, random_noise
from theory.rules import RULES

HALF = 0.5  # of the energy: what comes back again and again is not drowned


def run(study):
    image = suitable(study.image)
    chunk = partial(shown.chunk, RULES, image, partial(random_vgg.pictures, image, RULES), octaves=True, grey=True)
    groups = study.draw("networks", chunk, study.settings["networks"], 1)
    study.read_all(groups, *drawings(), *single_pictures(), *mean_pictures(image), *without_tint(image))
    recovery(study, groups, image)
    panel(study, image)


def drawings():
    """As line drawings are: one octave will do."""
    for rule, expected in (("guided", HOLDS), ("deconvnet", INCONCLUSIVE)):
        yield Reading(
            name=f"{rule}-lines",
            reading="lines",
            what=f"correlation of a picture with x in its best octave, {rule}",
            **against("saliency", rule, shown.drawn),
            value=INTERPRETABLE,
            side=AT_LEAST,
            expected=expected,
            prolongs=False,
        )
    yield from random_noise("lines", "saliency", "saliency", name="saliency-beside")


def single_pictures():
    for rule, expected in (("guided", HOLDS), ("deconvnet", REFUTED)):
        yield interpretable("single", rule, expected, f"a single picture of {rule}")
    yield from random_noise("single", "saliency", "saliency")


def mean_pictures(image):
    """What comes back again and again; saliency's rows are those of single pictures once more."""
    for rule, seen, held in (("guided", HOLDS, HOLDS), ("deconvnet", INCONCLUSIVE, REFUTED)):
        in_mean = partial(shown.in_mean, image=image)
        for name, what, of, least, expected in (
            ("mean", f"{SEEN}: the mean picture", in_mean, INTERPRETABLE, seen),
            ("held", "‖E s‖²/E‖s‖²", shown.held, HALF, held),
        ):
            yield Reading(
                name=f"{rule}-{name}",
                reading="mean",
                what=f"{what}, {rule}",
                **against("saliency", rule, of),
                value=least,
                side=AT_LEAST,
                expected=expected,
            )
    yield from random_noise("mean", "saliency", "saliency", name="saliency-mean")


def without_tint(image):
    """DeconvNet's pictures have a tint of their own, a constant by channel, at which colours fail: in grey."""
    for rule in ("guided", "deconvnet"):
        of = {"single": shown.single_grey, "mean": partial(shown.in_mean_grey, image=image)}
        for which, each in of.items():
            what = f"{SEEN}, in grey: the {which} picture, {rule}"
            yield Finding(name=f"{rule}-{which}-grey", what=what, of=each(rule))


def recovery(study, groups, image):
    """What the figure shows."""
    in_mean = partial(shown.in_mean, image=image)
    of = {"mean": in_mean, "cosine": shown.alike, "seen": shown.single, "held": shown.held}
    found = {name: [jackknife(groups, each(rule)) for rule in RULES] for name, each in of.items()}
    study.table("recovery", rule=list(RULES), **found)


def panel(study, image):
    """The three rules in one network, and the input."""
    [drawn] = random_vgg.pictures(image, RULES, study.rng("panel"), 1)
    study.pictures({"x": image, **dict(zip(RULES, drawn))})
    study.table("panel", rule=list(RULES), seen=[shown.likeness(picture, image) for picture in drawn])


def needs(settings, shape, budget):
    return random_vgg.needs(settings["networks"], shape, 4)


CLAIM = Claim(
    id="vgg16_interpretable",
    title="VGG-16 with random weights",
    source="Nie et al. 2018, section 'Impact of Max-Pooling and Network Depth' (A:419)",
    statement="“only saliency map generates random noise while both GBP and DeconvNet could "
    "produce human-interpretable visualizations”, in “a random VGG-16 net”",
    premise="He's weights, no biases; pictures of unit length (A:115)",
    readings={
        "lines": "in its best octave of 1, 2, 4 and 8 pixels a picture's correlation with x is 0.5 or more, at which a "
        "line drawing is recognised; noise as below",
        "single": "cosine with x of 0.5 or more at 64×64, both locally normalised: x and noise of 1.7 times its "
        "deviation; noise has at most a twentieth of its energy in E s, and a cosine with x of at most 0.1",
        "mean": "the same of the mean picture, which holds half of the energy",
    },
    printed="guided and DeconvNet show x, saliency is noise",
    exact="measured: guided shows x; DeconvNet its lines, about half of them, under a tint of its own; saliency is "
    "noise, exactly",
    said="In a random VGG-16 guided and DeconvNet are interpretable, saliency is noise.",
    true="True of guided and of saliency; of DeconvNet's line drawings the runs can't tell.",
    meaning="A recognisable object in a guided map needs no trained network.",
    headline="guided-interpretable",
    decides=("guided-lines", "deconvnet-lines", "guided-interpretable", "deconvnet-interpretable", "saliency-noise"),
    run=run,
    needs=needs,
    seconds=35,
    settings=(Setting("networks", 16, "random networks, at any budget", least=8),),
)

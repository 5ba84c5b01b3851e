"""Networks trained as a whole: do guided backpropagation and DeconvNet tell classes apart less than saliency?"""

from functools import partial

from sims.study.claim import PHOTOGRAPHS, Claim
from sims.study.photographed import finding, more, read, reading
from sims.study.rows import AT_LEAST
from sims.trained import classes, sources
from sims.trained import needs as takes
from theory.rules import RULES

MODIFIED = "guided", "deconvnet"
NAME = "efficientnet-lite0"
SAME = 0.9  # of a cosine: at a glance no difference
PAIRS = {"whole": "another class", "runner-up": "the runner-up", "untrained": "another class, no training"}


def run(study):
    published = sources.network(study, NAME)
    groups = study.each("photographs", partial(classes.of_whole, published), sources.photographs(study))
    read(study, groups, [*less(), *alike(), *findings()])


def less():
    """The order that is printed."""
    for rule in MODIFIED:
        what = f"distance of two classes' maps at norm 1, saliency's less that of {rule}"
        yield more(f"{rule}-less", "less", "whole-saliency", f"whole-{rule}", "unit_distance", what)


def alike():
    """What insensitive would be at its plainest: the maps of the most probable class and of another look the same."""
    for rule in MODIFIED:
        what = f"cosine of the maps of the most probable class and of another, {rule}"
        own = dict(part=f"whole-{rule}", wrong="whole-saliency", key="cosine", value=SAME, side=AT_LEAST)
        yield reading(f"{rule}-alike", "alike", what=what, **own)


def findings():
    for pair, words in PAIRS.items():
        for rule in RULES:
            what = f"cosine of the maps of the most probable class and of {words}, {rule}"
            yield finding(f"{pair}-{rule}", f"{pair}-{rule}", "cosine", what)


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=18)


CLAIM = Claim(
    id="less_sensitive",
    title="Trained networks: which rule tells classes apart",
    source="Nie et al. 2018, slide 'perplexing behaviors' (S:58), abstract (B:13)",
    statement="“DeconvNet and GBP are more human-interpretable but less class-sensitive than saliency map”: classes",
    premise="EfficientNet-Lite0, trained as a whole (the paper’s network is VGG-16: trained_insensitivity); the most "
    "probable class and another, drawn at random",
    readings={
        "less": "the distance of the two classes’ maps at norm 1 is smaller than saliency’s",
        "alike": "the maps’ cosine is 0.9 or more: at a glance the same",
    },
    printed="guided and DeconvNet are less class-sensitive than saliency",
    exact="measured",
    said="Guided and DeconvNet tell classes apart less than saliency does.",
    true="They do: cosines of two classes’ maps 0.998 (guided) and 0.999 (DeconvNet), of saliency’s −0.02.",
    meaning="Guided and DeconvNet can’t tell two classes apart; saliency can.",
    headline="guided-alike",
    decides=("guided-less", "deconvnet-less", "guided-alike", "deconvnet-alike", "whole-saliency"),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=120,
    settings=(PHOTOGRAPHS,),
)

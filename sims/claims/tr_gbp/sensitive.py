"""Is TR-GBP's map sensitive to the network's parameters, where GBP's is not?"""

from dataclasses import replace
from functools import partial

from sims.evidence.estimates import Sums
from sims.study.claim import PHOTOGRAPHS, Claim
from sims.study.photographed import finding, more, read, reading
from sims.study.rows import AT_MOST
from sims.trained import maps, sources
from sims.trained import needs as takes
from sims.trained.maps import ABLATED, NAME, OURS
from theory.metrics.shares import plane
from theory.metrics.similarity import cosine

METHODS = (OURS, "guided", "saliency", *ABLATED)
SHARES = {"classifier": 0.0, "half": 0.5, "all": 1.0}  # of the layers, from the top down; the top one at least
CHANGED = 0.5
LIKE = "cosine of the maps before and after"


def run(study):
    own = maps.evaluator(study, METHODS)
    groups = study.each("photographs", partial(measured, own), sources.photographs(study))
    read(study, groups, [*readings(), *findings()])


def readings():
    what = f"{LIKE} the classifier is redrawn: GBP less TR-GBP"
    yield more("classifier", "classifier", "classifier-guided", f"classifier-{OURS}", "cosine", what)
    for name, part, words in (
        ("half", "half", "the upper half of the layers is redrawn"),
        ("changed", "classifier", "the classifier is redrawn"),
    ):
        own = dict(part=f"{part}-{OURS}", wrong="classifier-guided", key="cosine", value=CHANGED, side=AT_MOST)
        yield reading(name, name, what=f"{LIKE} {words}: TR-GBP", **own)


def findings():
    for share in SHARES:
        for name in METHODS:
            yield finding(
                f"{share}-{name}", f"{share}-{name}", "cosine", f"{LIKE}, redrawn from the top, {share}: {name}"
            )


def measured(own, rng, photograph):
    """By share and method the cosine of the predicted class's maps before and after."""
    seen, found = own.see(photograph), Sums(count=1)
    before = maps.by_method(own, seen, seen.predicted)
    for share, count in SHARES.items():
        network = maps.partly_redrawn(own.network, rng, count)
        for name, asked in own.methods.items():
            after = plane(asked(network, seen.inputs, seen.predicted)[0])
            found[f"{share}-{name}"] = {"cosine": cosine(before[name], after)}
    return found


def needs(settings, shape, budget):
    return takes.lite0(settings, pictures=80)


CLAIM = Claim(
    id="sensitive",
    title="TR-GBP: sensitive to parameters",
    source="TR-GBP, section 5.2.2 (T:192)",
    statement="“our method is sensitive to model parameters and can efficiently reflect the differences between models "
    "before and after randomization”",
    premise="EfficientNet-Lite0, trained as a whole; weights drawn from each layer’s own normal law from the top down, "
    "normalisation as it was; the class that was predicted",
    readings={
        "classifier": "with the classifier redrawn the cosine of TR-GBP’s map before and after is below that of GBP’s",
        "half": "with the upper half of the layers redrawn it is below 0.5",
        "changed": "with the classifier redrawn it is below 0.5",
    },
    printed="TR-GBP’s map changes with the parameters",
    exact="measured: −0.94 (GBP 0.999) with the classifier redrawn, −0.21 (0.85) with half; biases alone 0.999",
    said="TR-GBP is sensitive to the network’s parameters.",
    true="It is: with the classifier redrawn its map is nearly its negative (cosine −0.94), GBP’s what it was (0.999).",
    meaning="That TR-GBP changes with the classifier comes from subtracting other classes, not from biases.",
    headline="changed",
    decides=("classifier", "changed", "half", "classifier-guided", "classifier-biases alone", "classifier-mean alone"),
    run=run,
    networks=(NAME,),
    needs=needs,
    seconds=400,
    settings=(replace(PHOTOGRAPHS, default=64),),
)

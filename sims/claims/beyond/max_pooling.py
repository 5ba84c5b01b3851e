"""Max-pooling: whether it lets DeconvNet redraw the image, and what the pictures tend to once there is pooling."""

from functools import partial

import numpy as np

from sims.checks import pooled
from sims.checks.pooled import PUBLIC, RULES, TRIALS, WINDOWS
from sims.ensembles import needs as takes
from sims.ensembles.pooled import plain_and_pooled
from sims.evidence import shown
from sims.evidence.verdict import HOLDS, REFUTED
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import against
from sims.study.panels import middle, panel
from sims.study.rows import AT_LEAST, AT_MOST, Finding, Reading
from sims.study.shown import INTERPRETABLE
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory.laws.switches import ORDERS

FEW = 64  # filters, where only directions are asked for, which are the same for any number
HALF = 0.5  # of the energy: what comes back again and again, and is not drowned
DRAWINGS = 32  # networks


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    plain, network = plain_and_pooled(study.image, kernel, stride, filters)
    sample(study, network, plain)
    lines(study, {"pooled": network, "plain": plain})
    few = partial(plain_and_pooled, study.image, kernel, stride, min(FEW, filters))
    sample(study, few("pool-relu")[1])
    pooled.ties(study, few()[1])
    pooled.numerical(study, network)
    pooled.public(study, network)
    panel(study, {"plain": plain, "pooled": network}, pooled.RULES)
    study.picture("x", middle(study.image))
    study.tabulate("limits", [pooled.limit(network, rule, order) for order in ORDERS for rule in RULES])


def sample(study, network, plain=None):
    """The laws at one order of ReLU and pooling and, beside the network without pooling, the printed statement."""
    rows, means = pooled.directions(study, network)
    networks = {"pooled": (network, (*RULES, "saliency") if plain else RULES)}
    if plain:
        networks["plain"] = plain, RULES
        rows += printed(network.image, means["deconvnet"])
    study.sample(Experiment(network.order, partial(shown.several, networks), TRIALS / network.filters, tuple(rows)))


def printed(image, mean):
    """DeconvNet interpretable with pooling, and not without; its mean picture, and how much of a picture that is."""
    shows = "cosine of a DeconvNet picture and x at printed size"
    single = dict(reading="picture", value=INTERPRETABLE)
    of_pooled = partial(against, "pooled-saliency", "pooled-deconvnet", name="saliency")
    plain = against("plain-guided", "plain-deconvnet", shown.single, "guided")
    what = f"{shows}, locally normalised, 2×2 pooling"
    yield Reading(
        name="picture-pooled", what=what, **single, side=AT_LEAST, expected=REFUTED, **of_pooled(shown.single)
    )
    what = "the same without pooling, where it is to be below"
    yield Reading(name="picture-plain", what=what, **single, side=AT_MOST, expected=HOLDS, **plain)
    both = dict(reading="mean", side=AT_LEAST)
    own = dict(value=INTERPRETABLE, law=shown.likeness(mean, image), **of_pooled(partial(shown.in_mean, image=image)))
    yield Reading(name="mean", what="the same of E s, 2×2 pooling", **both, **own)
    what = "part of the energy of a DeconvNet picture that E s holds, 2×2 pooling"
    yield Reading(name="energy", what=what, **both, value=HALF, expected=REFUTED, **of_pooled(shown.held))
    what = f"{shows}, as they are, 2×2 pooling"
    yield Finding(name="visible", what=what, of=shown.visible("pooled-deconvnet"))


def lines(study, networks):
    """What a line drawing needs: DeconvNet's picture has one octave of x with pooling, and none without."""
    drawn = study.draw("lines", partial(shown.drawings, networks, ("deconvnet", "saliency", "guided")), DRAWINGS, 1)
    what = "correlation of a DeconvNet picture with x in its best octave, {}"
    own = dict(reading="lines", value=INTERPRETABLE, expected=HOLDS)
    for name, place, side, wrong in (
        ("pooled", "2×2 pooling", AT_LEAST, "saliency"),
        ("plain", "without pooling, where it is to be below", AT_MOST, "guided"),
    ):
        found = against(f"{name}-{wrong}", f"{name}-deconvnet", shown.drawn, wrong)
        study.read(drawn, Reading(name=f"lines-{name}", what=what.format(place), side=side, **own, **found))


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=3, stored=True)
    piece = takes.corner(shape, kernel + 5 * stride)
    windows = takes.three_layer(piece, kernel, stride, filters, pictures=2, stored=True)
    sums = Needs(5 * budget.groups * 8 * np.prod(shape))
    several = network * (3 * budget.trials(TRIALS / filters) + 4 * PUBLIC)
    return sums + several + windows * budget.trials(WINDOWS / filters)


CLAIM = Claim(
    id="max_pooling",
    title="Max-pooling and DeconvNet",
    source="Nie et al. 2018, section 'Impact of Max-Pooling and Network Depth' (A:386, A:461; S:104, S:149)",
    statement="“the DeconvNet visualization has now become human interpretable instead of being the random noise as "
    "before”: “the max-pooling is critical”.",
    premise="a 2×2 max-pooling layer added after the ReLU of the three-layer network with 256 filters",
    readings={
        "lines": "in its best octave of 1, 2, 4 and 8 pixels a single picture's correlation with x is 0.5 or more with "
        "pooling, at which a line drawing is recognised; less without",
        "picture": "cosine of a single picture with the locally normalised x at printed size: 0.5 or more with "
        "pooling, noise of 1.7 times the deviation of x, at which people still name what they see; less without",
        "mean": "E s reaches that, and holds half of the energy: it comes back again and again, and is not drowned",
    },
    printed="DeconvNet interpretable",
    exact="in a window DeconvNet's weights sum to 0: its limit is a sum of patch differences, an edge map of x. "
    "Pooling makes it more than noise, but at printed size less than interpretable",
    said="With max-pooling DeconvNet becomes human-interpretable.",
    true="It does, as a line drawing: in its best octave its correlation with x is 0.55; colours and areas are lost.",
    meaning="Pooling's switches carry where the edges are; that is what DeconvNet draws.",
    headline="lines-pooled",
    decides=("lines-pooled", "lines-plain", "picture-pooled", "mean", "energy", "deconvnet-relu-pool"),
    run=run,
    needs=needs,
    seconds=45,
    settings=(Setting("filters", 256, "number of filters N"), KERNEL, STRIDE),
)

"""Is N = 256 sufficiently large? One picture against its own mean, and as it is printed."""

from functools import partial

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import shown
from sims.evidence.defects import instead
from sims.evidence.estimates import Sums, mean_of
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import AT_LEAST, LIMIT, Law, Reading, Twin
from sims.study.study import Experiment
from theory.laws.three_layer import expected_cosine, guided_mean
from theory.metrics.similarity import cosine

MARGIN = 0.01  # of a cosine
PARTS = "guided", "twin"


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = ThreeLayer(study.image, kernel, stride, filters=filters)
    mean = guided_mean(**network.geometry)
    exact = expected_cosine(**network.geometry, filters=filters, reference=mean)
    own = mean_of("guided", "mean")
    twin = Twin("saliency in its place", mean_of("twin", "mean"))
    what = f"E cos(s, E s) of single pictures, N = {filters}"
    rows = [
        Law(name="cosine", what=what, of=own, value=exact, margin=study.margin(MARGIN), tag=LIMIT, twin=twin),
        Reading(
            name="shown",
            reading="interpretable",
            what=f"cosine of single pictures with x, locally normalised, at {shown.SIDE}×{shown.SIDE}",
            of=mean_of("guided", "shown"),
            value=0.5,
            side=AT_LEAST,
            expected="holds",
        ),
    ]
    for key, bound in (("approximately", 0.95), ("strict", 0.99)):
        row = Reading(name=f"mean-{key}", reading=key, what=what, of=own, value=bound, side=AT_LEAST, law=float(exact))
        rows.append(row)
    study.sample(Experiment("pictures", partial(looking, network, mean), 4e4 / filters, tuple(rows)))


def looking(network, mean, rng, trials):
    """Sums over pictures of their cosine with E s and, as they are printed, of their likeness to x."""
    total = {part: np.zeros(2) for part in PARTS}
    for pictures in network.pictures(rng, trials, ["guided", instead("saliency", "guided")]):
        for part, picture in zip(PARTS, pictures):
            total[part] += cosine(picture, mean), shown.likeness(picture, network.image)
    return Sums(count=trials, **{part: Sums(mean=both[0], shown=both[1]) for part, both in total.items()})


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    return takes.three_layer(shape, kernel, stride, filters, 2) * budget.trials(4e4 / filters)


CLAIM = Claim(
    id="sufficient_filters",
    title="Theorem 1: how many filters suffice",
    source="Nie et al. 2018, proof of Theorem 1, step (a) (A:157)",
    statement="“N is sufficiently large (e.g. VGG-16 net usually has N=256)”.",
    premise="the printed network (7×7×3, stride 2; A:272) on a photograph, single pictures",
    readings={
        "interpretable": "at printed size, 64×64, the locally normalised picture has a cosine of 0.5 or more with x: "
        "people name what they see",
        "approximately": "the cosine of a picture with its mean is 0.95 or more: a tenth of its energy is noise",
        "strict": "0.99 or more",
    },
    printed="N = 256 is sufficiently large",
    exact="cos(s, E s) = 1/√(1 + A/N)",
    said="A width such as 256 filters is sufficient.",
    true="One sees the image in a single picture, at 0.79 where 0.5 is asked; its cosine with the limit is 0.83.",
    meaning="At the widths that are in use, one picture is enough to see the input.",
    headline="shown",
    decides=("shown", "mean-approximately", "cosine"),
    run=run,
    needs=needs,
    seconds=15,
    settings=(Setting("filters", 256, "number of filters N"), KERNEL, STRIDE),
)

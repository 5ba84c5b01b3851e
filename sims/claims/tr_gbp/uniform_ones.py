"""Is the picture of the input of ones nearly uniform? Its mean against a constant."""

from functools import partial

import numpy as np

from sims.data.images import at_least, reduced
from sims.ensembles import needs as takes
from sims.ensembles.ones import both_pictures
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums
from sims.study.claim import Claim, Setting
from sims.study.rows import AT_LEAST, Law, Reading, Twin
from sims.study.study import Experiment
from theory.laws.bias import ones_mean
from theory.metrics.similarity import cosine

SIDE = 56  # pixels of the picture
MARGIN = 0.02  # of a cosine
BOUNDS = {"inside": 0.95, "whole": 0.9}


def run(study):
    at_least(study.image, 8)
    image, filters = reduced(study.image, SIDE), study.settings["filters"]
    network = ThreeLayer(image, 3, 1, 1, filters=filters, bias=0.1 * np.sqrt(27) * image.std())  # of wᵀy's size
    inside = np.pad(np.ones((image.shape[1] - 2, image.shape[2] - 2)), 1) * np.ones(image.shape)
    masks = {"whole": np.ones(image.shape), "inside": inside}
    rows = [row for name, mask in masks.items() for row in uniform(study, network, name, mask)]
    found = study.sample(Experiment("ones", partial(chunk, network, masks), 12800 / filters, tuple(rows)))
    mean = estimates.total(found.groups)["ones-whole"]["total"].reshape(image.shape)
    law = ones_mean(**network.geometry, bias=network.bias, filter_scale=network.scale)
    for name, picture in {"x": image, "ones": mean, "ones-law": law}.items():
        study.picture(name, picture)


def uniform(study, network, name, mask):
    """The cosine of the mean picture with a constant, over a part of it: law and reading."""
    mean = ones_mean(**network.geometry, bias=network.bias, filter_scale=network.scale)
    exact = cosine(mean * mask, mask)
    of = lambda part: lambda sums: estimates.close_to(sums[f"{part}-{name}"], "constant")
    what = f"cosine of the mean picture of ones with a constant, {name}"
    twin = Twin("the picture of the image in its place", of("twin"))
    yield Law(name=name, what=what, of=of("ones"), value=exact, margin=study.margin(MARGIN), twin=twin)
    yield Reading(
        name=f"{name}-uniform",
        reading=name,
        what=what,
        of=of("ones"),
        value=BOUNDS[name],
        side=AT_LEAST,
        law=exact,
    )


def chunk(network, masks, rng, trials):
    """Sums of the pictures of ones, and of the image, over each mask."""
    named = [(part, name) for part in ("ones", "twin") for name in masks]
    found = {f"{part}-{name}": PictureSums(constant=masks[name]) for part, name in named}
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        of_image, of_ones = both_pictures(network.draw(rng), inputs)
        for part, picture in (("ones", of_ones), ("twin", instead(of_image, of_ones))):
            for name, mask in masks.items():
                found[f"{part}-{name}"].add(picture * mask)
    return Sums({part: sums.sums() for part, sums in found.items()})


def needs(settings, shape, budget):
    small, filters = takes.reduced(shape, SIDE), settings["filters"]
    return takes.three_layer(small, 3, 1, filters, pictures=2, stored=True) * budget.trials(12800 / filters)


CLAIM = Claim(
    id="uniform_ones",
    title="The input of ones comes back uniform",
    source="TR-GBP, section 4.2, answer 2 (T:150–156)",
    statement="“As the middle-layer inputs are feature maps fullfilled with 1, the reconstruction will also be nearly "
    "uniform.”",
    premise="3×3 filters, padding 1, random weights, Gaussian biases of the size of the signal",
    readings={
        "inside": "the cosine of the mean picture with a constant is 0.95 or more, the outermost pixels left out",
        "whole": "it is 0.9 or more, borders and all",
    },
    printed="nearly uniform",
    exact="b²/√(c²‖y‖² + b²) at each patch, folded: weaker where the signal is strong, and at borders",
    said="The picture of an input of ones is nearly uniform.",
    true="It is, but where the signal is strong and at borders.",
    meaning="The bias terms of a map are a grey plane, not evidence.",
    headline="whole-uniform",
    decides=("whole-uniform", "inside-uniform"),
    run=run,
    needs=needs,
    seconds=6,
    settings=(Setting("filters", 32, "number of filters N"),),
)

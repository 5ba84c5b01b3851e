"""The noise of pictures of ones: the law that has no p of its own, on networks of several p."""

from functools import partial

import numpy as np

from sims.data.images import reduced
from sims.ensembles.ones import both_pictures
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.evidence.defects import instead
from sims.evidence.estimates import PictureSums, Sums
from sims.study.rows import Law, Twin
from sims.study.study import Experiment
from theory.laws.bias import ones_noise_to_signal

NOISE = 0.1  # relative, of a noise-to-signal ratio: no map shows a tenth
FILTERS, TRIALS = 32, 8000
SIDES = (4, 16)  # of the fully-connected networks' inputs: 16 times as large a p


def free_of_p(study):
    """The law on two fully-connected networks and a convolution."""
    for name, network in _shallow(study.image):
        row = _law(study, name, network)
        study.sample(Experiment(name, partial(_pictures_of_ones, network), TRIALS, (row,)))


def _shallow(image):
    """Three-layer networks whose wᵀy is as large as their biases: fully-connected ones of two p, and a convolution."""
    network = partial(ThreeLayer, filters=FILTERS, bias=1.0)
    for side in SIDES:
        x = reduced(image, side)[:, :side, :side]
        yield f"connected-{side}", network(x, x.shape[1:], scale=1 / np.linalg.norm(x))
    x = reduced(image, 8)
    yield "convolution", network(x, 3, padding=1, scale=1 / np.sqrt(9 * len(x) * (x**2).mean()))


def _law(study, name, network):
    """The law of the noise of pictures of ones."""
    bias = dict(bias=network.bias, filters=network.filters, filter_scale=network.scale)
    law = ones_noise_to_signal(**network.geometry, **bias)
    p = len(network.image) * np.prod(network.windows.kernel)
    what = f"E‖s−Es‖²/‖Es‖² of pictures of ones over the exact {law:.4g}, p = {p}, N = {network.filters}"
    of = lambda part: lambda sums: picture_sums.noise_to_signal(sums[part]) / law
    twin = Twin("the picture of the image in its place", of("twin"))
    return Law(name=name, what=what, of=of("ones"), value=1.0, margin=study.margin(NOISE), twin=twin)


def _pictures_of_ones(network, rng, trials):
    """Sums of the pictures of ones, and of the image."""
    found = {"ones": PictureSums(), "twin": PictureSums()}
    for _ in range(trials):
        of_image, ones = both_pictures(network.draw(rng), network.image[None].astype(network.dtype))
        found["ones"].add(ones)
        found["twin"].add(instead(of_image, ones))
    return Sums({name: each.sums() for name, each in found.items()})

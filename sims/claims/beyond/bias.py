"""Biases: what ‖D_j‖ must mean in TR-GBP's Eq. 8, and the laws of the two pictures that it gives."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles.ones import both_pictures
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.defects import instead, misplaced
from sims.evidence.estimates import PictureSums, Sums
from sims.random.weight_laws import gaussian
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import APART
from sims.study.rows import Law, Reading, Twin
from sims.study.study import Experiment
from theory.geometry.patches import extract, unit
from theory.laws.bias import biased_mean, ones_mean
from theory.layers import Conv2d

SCALE = {"image": 0.03, "ones": 0.05}  # relative; all of a picture of ones shares its noise
ANGLE = 0.01  # of sin²


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    size = np.linalg.norm(extract(study.image, kernel, stride), axis=1).mean()
    network = ThreeLayer(study.image, kernel, stride, filters=filters, bias=0.1 * size)
    printed(study, network)
    both_laws(study, network)
    both_laws(study, replace(network, bias=0.5 * network.bias, bias_law="fixed"))
    zero_biases(study, network)


def printed(study, network):
    """Eq. 8 is an identity if ‖D_j‖ is the sum of the entries of D_j, p; not if it is the Frobenius norm, √p."""
    rng = study.rng("reading")
    image, p = network.image, len(network.image) * network.kernel**2
    weight = gaussian(rng, (8, len(image), network.kernel, network.kernel))
    bias = gaussian(rng, 8)
    biased, _ = Conv2d(weight, bias, network.stride).forward(image[None])

    def error(size):
        ones = np.zeros_like(weight) + (bias / size)[:, None, None, None]
        summed, _ = Conv2d(np.concatenate([weight, ones], axis=1), stride=network.stride).forward(
            np.concatenate([image, np.ones_like(image)])[None]
        )
        return np.abs(summed - biased).max() / np.abs(biased).max()

    own = dict(value=0.0, margin=16 * np.finfo(float).eps * np.sqrt(2 * p))
    what = "largest difference of the two sides of Eq. 8, relative, ‖D_j‖ the {} of D_j"
    row = Reading(
        name="sum",
        reading="sum of entries",
        what=what.format("sum of the entries"),
        **own,
        law=0.0,
        twin=Twin("‖D_j‖ = √p"),
    )
    study.exact(row, error(p), error(instead(np.sqrt(p), p)))
    for name, size in (("Frobenius norm", np.sqrt(p)), ("spectral norm", 1.0)):
        row = Reading(name=name.split()[0].lower(), reading="norms", what=what.format(name), **own, expected="refuted")
        study.exact(row, error(size))


def both_laws(study, network):
    """Both pictures against their laws, with biases of the size of wᵀy."""
    scales = dict(filters=network.filters, filter_scale=network.scale, readout_scale=network.scale)
    biases = dict(bias=network.bias, law=network.bias_law)
    laws = [law(**network.geometry, **scales, **biases) for law in (biased_mean, ones_mean)]
    rows = [row for part, law in zip(("image", "ones"), laws) for row in of_part(study, network, part, law)]
    chunks = partial(chunk, network, *laws)
    found = study.sample(Experiment(network.bias_law, chunks, 1e5 / network.filters, tuple(rows)))
    if network.bias_law == "gaussian":
        shown(study, dict(zip(("image", "ones"), laws)), estimates.total(found.groups))


def shown(study, laws, measured):
    """Both mean pictures and their laws, for the figure."""
    for part, law in laws.items():
        study.picture(part, law)
        study.picture(f"{part}-mean", measured[part]["total"].reshape(law.shape))


def of_part(study, network, part, law):
    """Scale and direction of one picture; the twin puts patches back elsewhere."""
    name, length = f"{network.bias_law}-{part}", np.linalg.norm(law)
    along = lambda sums: estimates.along(sums[part], "law") / length
    what = f"length of the mean picture of the {part} along its law, over it"
    yield Law(name=f"{name}-scale", what=what, of=along, value=1.0, margin=study.margin(SCALE[part]))
    apart = unit(misplaced(law, APART).ravel())
    twin = Twin(f"patches put back {APART} pixels off", picture_sums.off("law", apart, part)["of"])
    yield Law(
        name=f"{name}-direction",
        what=f"sin² of the angle of the mean picture of the {part} to its law",
        **picture_sums.off("law", unit(law.ravel()), part),
        value=0.0,
        margin=study.margin(ANGLE),
        twin=twin if part == "image" else None,  # the ones' picture looks alike a few pixels on
    )


def chunk(network, mean, ones, rng, trials):
    """Sums of the pictures of the image and of the ones: one backward pass to the convolution, then two ways on."""
    found = {"image": PictureSums(law=mean), "ones": PictureSums(law=ones)}
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        for part, picture in zip(found, both_pictures(network.draw(rng), inputs)):
            found[part].add(picture)
    return Sums({part: sums.sums() for part, sums in found.items()})


def zero_biases(study, network):
    """Biases that are initialised to 0 leave no picture of the ones at all."""
    drawn = [replace(network, bias=bias).draw(study.rng("zero")) for bias in (0.0, instead(network.bias, 0.0))]
    largest = (np.abs(both_pictures(each, network.image[None].astype(network.dtype))[1]).max() for each in drawn)
    what = "largest entry of the picture of ones with biases of 0"
    row = Law(name="zero", what=what, value=0.0, margin=1e-12, twin=Twin("biases that are not 0"))
    study.exact(row, *largest)


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    network = takes.three_layer(shape, kernel, stride, filters, pictures=2, stored=True)
    return network * 2 * budget.trials(1e5 / filters)


CLAIM = Claim(
    id="bias",
    title="Biases as an input of ones",
    source="TR-GBP, Eq. 8 (T:107–112)",
    statement="“f_k(x) = … Σ_i Σ_j V_q,k σ(w^(i)T D_j x + (bᵀ/‖D_j‖) D_j 1), where b is a p-dimensional vector filled "
    "with b”.",
    premise="patches without padding",
    readings={
        "sum of entries": "an identity, to rounding, where ‖D_j‖ is the sum of the entries of D_j",
        "norms": "where it is the Frobenius or the spectral norm",
    },
    printed="Eq. 8 with ‖D_j‖",
    exact="‖D_j‖ = p; E s and the picture of ones in closed form for fixed and Gaussian biases; 0 for biases of 0",
    run=run,
    needs=needs,
    seconds=25,
    settings=(Setting("filters", 256, "number of filters N"), KERNEL, STRIDE),
)

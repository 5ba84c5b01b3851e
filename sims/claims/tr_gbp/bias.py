"""Biases: what ‖D_j‖ must mean in TR-GBP's Eq. 8, and the laws of the two pictures that it gives."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.ensembles import needs as takes
from sims.ensembles import ones
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.defects import instead, misplaced
from sims.evidence.verdict import REFUTED
from sims.random.weight_laws import gaussian
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import APART, put_back
from sims.study.rows import Law, Reading, Twin
from sims.study.study import Experiment
from theory.geometry.patches import extract
from theory.laws.bias import biased_mean, ones_mean

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
    rng, image, k = study.rng("reading"), network.image, network.kernel
    weight, p = gaussian(rng, (8, len(image), k, k)), len(image) * k**2
    apart = partial(ones.apart, image, weight, gaussian(rng, 8), network.stride)
    own = dict(value=0.0, margin=16 * np.finfo(float).eps * np.sqrt(2 * p))
    what = "largest difference of the two sides of Eq. 8, relative, ‖D_j‖ the {} of D_j"
    words = dict(name="sum", reading="sum of entries", what=what.format("sum of the entries"))
    row = Reading(**words, **own, law=0.0, twin=Twin("‖D_j‖ = √p"))
    study.exact(row, apart(p), apart(instead(np.sqrt(p), p)))
    for name, size in (("Frobenius norm", np.sqrt(p)), ("spectral norm", 1.0)):
        words = dict(name=name.split()[0].lower(), reading="norms", what=what.format(name))
        study.exact(Reading(**words, **own, expected=REFUTED), apart(size))


def both_laws(study, network):
    """Both pictures against their laws, with biases of the size of wᵀy."""
    biases = dict(bias=network.bias, law=network.bias_law)
    laws = {"image": biased_mean, "ones": ones_mean}
    laws = {part: law(**network.geometry, **network.scales, **biases) for part, law in laws.items()}
    rows = tuple(row for part, law in laws.items() for row in of_part(study, network, part, law))
    chunk = partial(
        picture_sums.of_parts, partial(ones.pictures, network), {part: {"law": laws[part]} for part in laws}
    )
    found = study.sample(Experiment(network.bias_law, chunk, 1e5 / network.filters, rows))
    if network.bias_law == "gaussian":
        measured = estimates.total(found.groups)
        study.pictures(laws)
        study.pictures({f"{part}-mean": measured[part]["total"].reshape(law.shape) for part, law in laws.items()})


def of_part(study, network, part, law):
    """Scale and direction of one picture; the twin puts patches back elsewhere."""
    name = f"{network.bias_law}-{part}"
    along = picture_sums.length_along("law", np.linalg.norm(law))(part)
    what = f"length of the mean picture of the {part} along its law, over it"
    yield Law(name=f"{name}-scale", what=what, of=along, value=1.0, margin=study.margin(SCALE[part]))
    told = part == "image"  # that of ones looks alike a few pixels on
    found = put_back(APART, law, misplaced(law, APART), partial(picture_sums.off, part=part), told)
    what = f"sin² of the angle of the mean picture of the {part} to its law"
    yield Law(name=f"{name}-direction", what=what, value=0.0, margin=study.margin(ANGLE), **found)


def zero_biases(study, network):
    """Biases that are initialised to 0 leave no picture of the ones at all."""
    drawn = [replace(network, bias=bias).draw(study.rng("zero")) for bias in (0.0, instead(network.bias, 0.0))]
    largest = (np.abs(ones.both_pictures(each, network.image[None].astype(network.dtype))[1]).max() for each in drawn)
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
    said="Biases can be read as one more input, of ones.",
    true="They can, if the printed norm is read as the number of a patch's entries; both mean pictures are known.",
    meaning="Biases add a picture of their own, of coverage and not of the object.",
    headline="fixed-ones-scale",
    decides=("sum", "frobenius", "fixed-image-scale", "fixed-ones-scale", "gaussian-ones-scale", "zero"),
    run=run,
    needs=needs,
    seconds=25,
    settings=(Setting("filters", 256, "number of filters N"), KERNEL, STRIDE),
)

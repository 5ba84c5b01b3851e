"""What pictures share with the weights of three layers: with the gradient, and with single filters."""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.ensembles.three_layer import draw_pictures
from sims.evidence.defects import instead, leaky
from sims.evidence.estimates import Sums
from sims.study.rows import Law, Twin
from sims.study.study import Experiment
from theory.laws.weights import filter_share, gradient_cosine
from theory.rules import RULES

COSINE, SHARE = 0.02, 0.1  # of a cosine: nobody sees it; relative, of a share of the energy
LEAK = 0.3  # of the twins' backward ReLU
FILTERS = 1200  # networks whose filters are looked for


def with_gradient(study, network, rules):
    """The laws of the cosine of pictures and the gradient."""
    rows = tuple(_along_gradient(study, network, rule) for rule in rules)
    study.sample(Experiment("gradient", partial(_products, network, rules), 1e4 / network.filters, rows))


def with_filters(study, network):
    """The laws of the energy along one of the filters of a fully-connected network."""
    rows = tuple(_along_filter(study, network, rule) for rule in RULES)
    study.sample(Experiment("filters", partial(_shares, network), FILTERS, rows))


def _along_gradient(study, network, rule):
    """What E⟨s, ∇f⟩ is of the lengths."""
    of = lambda part: lambda sums: sums[part]["product"] / np.sqrt(sums[part]["square"] * sums[part]["gradient"])
    what = f"E⟨s, ∇f⟩/√(E‖s‖² E‖∇f‖²), three layers, {network.filters} filters, {rule}"
    law = gradient_cosine(**network.geometry, filters=network.filters, rule=rule)
    twin = Twin(f"a backward ReLU that leaks {LEAK:.0%}", of(f"leaky {rule}"))
    return Law(name=f"gradient-{rule}", what=what, of=of(rule), value=law, margin=study.margin(COSINE), twin=twin)


def _products(network, modified, rng, trials):
    """Sums over networks of ‖s‖², ‖∇f‖² and ⟨s, ∇f⟩, by rule and by leaky rule."""
    rules = {rule: RULES[rule] for rule in modified} | {f"leaky {rule}": _leaking(rule) for rule in modified}
    found = Sums({rule: Sums(dict.fromkeys(("square", "gradient", "product"), 0.0)) for rule in rules}, count=trials)
    for pictures in network.pictures(rng, trials, [*rules.values(), RULES["saliency"]]):
        *others, gradient = pictures.reshape(len(pictures), -1).astype(np.float64)
        for sums, s in zip(map(found.get, rules), others):
            for key, value in (("square", s @ s), ("gradient", gradient @ gradient), ("product", s @ gradient)):
                sums[key] += value
    return found


def _leaking(rule):
    """A rule whose backward ReLU leaks."""
    return replace(RULES[rule], name=f"leaky {rule}", h=leaky(LEAK).h)


def _along_filter(study, network, rule):
    """How much of a picture's energy lies along one of the filters."""
    p = network.image.size
    law = filter_share(network.neurons, p, rule)
    of = lambda which: lambda sums: sums[rule][which] / sums[rule]["energy"] / law
    what = f"E⟨s, w_i⟩²/(E‖s‖² E‖w_i‖²) over the exact {law:.4f}, {network.neurons} neurons, {p} inputs, {rule}"
    twin = Twin("filters of another network", of(instead("other", "own")))
    return Law(name=f"filter-{rule}", what=what, of=of("own"), value=1.0, margin=study.margin(SHARE), twin=twin)


def _shares(network, rng, trials):
    """Sums over networks, by rule: mean squares of ⟨s, w_i⟩ for their own filters and for another's, and ‖s‖²‖w_i‖²."""
    found = Sums({rule: Sums(dict.fromkeys(("own", "other", "energy"), 0.0)) for rule in RULES}, count=trials)
    p = network.image.size
    for _ in range(trials):
        drawn, other = network.draw(rng), network.draw(rng)
        pictures = draw_pictures(drawn, network.image[None], list(RULES))
        for rule, picture in zip(RULES, pictures):
            for key, each in (("own", drawn), ("other", other)):
                found[rule][key] += ((each.layers[1].weight @ picture.ravel()) ** 2).mean()
            found[rule]["energy"] += (picture**2).sum() * p * network.scale**2
    return found

"""The noise of guided pictures, against its exact law."""

import numpy as np

from sims.evidence import picture_sums
from sims.evidence.estimates import propagate
from sims.study import common
from sims.study.common import leaking
from sims.study.rows import Law
from sims.study.study import Experiment
from theory.laws.three_layer import noise_to_signal, noise_to_signal_rule


def measured(study, name, network, margin, trials, place="", experiment=None):
    """Noise-to-signal over the exact A/N, judged; its estimate."""
    row, chunk = common.noise(name, network, margin, place), picture_sums.guided_and_leaky(network, margin)
    return study.sample(Experiment(experiment or name, chunk, trials, (row,)))[name]


def of_kernel(study, name, network, margin, trials):
    """The same, of a kernel of p entries: where a picture has few pixels, ‖s‖² spreads, and takes more trials."""
    p = network.entries
    return measured(study, name, network, margin, (1 + 6 / p) * trials, f", p = {p}")


def by_kernel(study, name, networks, kernels, margin, trials):
    """One geometry over kernels: every A/N against its law, and A over the rule of thumb; p, A, and the estimates."""
    found = [of_kernel(study, f"{name}-{k}", network, margin, trials) for k, network in zip(kernels, networks)]
    sizes = np.array([network.entries for network in networks])
    laws = np.array([noise_to_signal(**network.geometry) for network in networks])
    rules = [_rule(network, alone=name == "patch") for network in networks]
    ends = study.columns([f"{name}-{k}" for k in kernels], "low", "high", by=laws)
    measured = np.multiply(laws, [each.value for each in found])
    study.table(name, kernel=kernels, p=sizes, law=laws, rule=rules, measured=measured, **ends)
    average = lambda ratios: np.exp(np.log(ratios * (laws / rules)).mean())
    what = "measured A over the rule π²p/m, geometric mean over the kernels"
    row = Law(name=f"{name}-rule", what=what, value=average(1.0), margin=margin)
    study.conclude(row, propagate(average, found))
    return sizes, laws, found


def _rule(network, alone):
    """π²p/m; π²p of a patch that is alone."""
    if alone:
        return np.pi**2 * network.entries
    return noise_to_signal_rule(network.windows.kernel, network.stride, len(network.image))


def ratio(study, name, network, margin, trials):
    """Noise-to-signal over the exact one: (π²d − 1)/N_h of a fully-connected network, A/N of a convolutional one."""
    exact = noise_to_signal(**network.geometry, filters=network.filters)
    of = lambda part: lambda sums: picture_sums.noise_to_signal(sums[part]) / exact
    what = f"E‖s−Es‖²/‖Es‖² of a {name} network over the exact {exact:.4g}"
    row = Law(name=name, what=what, value=1.0, margin=margin, **leaking(margin, of))
    study.sample(Experiment(name, picture_sums.guided_and_leaky(network, margin), trials, (row,)))

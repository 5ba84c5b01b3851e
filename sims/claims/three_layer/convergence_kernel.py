"""Convergence in the filter size p: the exact A, the rule π²p/m, and N = Õ(p/ε²) per patch and in the image."""

import numpy as np

from sims.data import images
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.evidence.estimates import propagate
from sims.evidence.slopes import times_as_many
from sims.evidence.verdict import CORRECTED, HOLDS
from sims.study import checks
from sims.study.claim import MOST_PIXELS, Check, Claim, Control, Setting
from sims.study.study import Experiment
from sims.system.needs import Needs
from theory import as_printed
from theory.laws.three_layer import noise_to_signal, noise_to_signal_rule

MARGIN = 0.1  # relative
EXPONENT = 0.05
SIDE = 64  # pixels of the two-dimensional picture
FILTERS = 16
KERNELS = (1, 3, 5, 7, 9, 11, 13, 15)


def run(study):
    kernels = study.settings["kernels"]
    line, square = pictures(study, max(kernels))
    for name, image, shape, stride, trials in (
        ("patch", square, lambda k: (k, k), None, 2000),
        ("line-stride-1", line, lambda k: (1, k), 1, 2000),
        ("line-stride-2", line, lambda k: (1, k), (1, 2), 2000),
        ("image-stride-1", square, lambda k: (k, k), 1, 400),
        ("image-stride-2", square, lambda k: (k, k), 2, 400),
    ):
        sweep(study, name, image, kernels, shape, stride, times_as_many(kernels, KERNELS) * trials)


def pictures(study, largest):
    """The strongest line (1, 1, W) of the picture's first channel, and the picture at a smaller size."""
    row = np.linalg.norm(study.image[0], axis=1).argmax()
    return study.image[:1, row : row + 1], images.reduced(study.image, max(SIDE, largest))


def sweep(study, name, image, kernels, shape, stride, trials):
    """One geometry over all kernels: every A against its law, and the power of p with which A grows."""
    sizes, laws, rules, found = [], [], [], []
    for k in kernels:
        network = (
            ThreeLayer(images.strongest_patch(image, k), k, filters=16 * FILTERS)
            if stride is None
            else ThreeLayer(image, shape(k), stride, filters=FILTERS)
        )
        p = len(image) * np.prod(network.windows.kernel)
        margin = study.margin(MARGIN)
        check = checks.noise_check(f"{name}-{k}", network, margin, f", p = {p}")
        chunk = picture_sums.guided_and_leaky(network, margin)
        spread = 1 + 6 / p  # of ‖s‖², where a picture has few pixels
        found.append(study.sample(Experiment(check.name, chunk, spread * trials, (check,)))[check.name])
        sizes.append(p)
        laws.append(noise_to_signal(**network.geometry))
        rules.append(np.pi**2 * p if stride is None else noise_to_signal_rule(shape(k), stride, len(image)))
    rows = study.result.rows[-len(kernels) :]
    study.table(
        name,
        kernel=kernels,
        p=sizes,
        law=laws,
        rule=rules,
        measured=np.multiply(laws, [e.value for e in found]),
        low=np.multiply(laws, [row["low"] for row in rows]),
        high=np.multiply(laws, [row["high"] for row in rows]),
    )
    over_rule(study, name, np.array(laws) / rules, found)
    if len(kernels) > 1:
        exponent(study, name, np.array(sizes), np.array(laws), found)


def over_rule(study, name, exact, found):
    """How far the rule of thumb is from A, on geometric average over the kernels."""
    average = lambda ratios: np.exp(np.log(ratios * exact).mean())
    law, margin = average(1.0), study.margin(MARGIN)
    study.conclude(
        Check(
            f"{name}-rule",
            "measured A over the rule π²p/m, geometric mean over the kernels",
            None,
            margin,
            Control("the exact ratio plus twice the margin", target=law + 2 * margin),
            HOLDS,
            exact=law,
        ),
        propagate(average, found),
    )


def exponent(study, name, sizes, laws, found):
    """The least-squares slope of log A against log p, measured, printed (1) and exact."""
    centred = np.log(sizes) - np.log(sizes).mean()
    slope = lambda values: centred @ np.log(values) / (centred @ centred)
    exact, margin = slope(laws), study.margin(EXPONENT)
    study.conclude(
        Check(
            f"{name}-exponent",
            "exponent of p in N = A/ε²",
            None,
            margin,
            Control("the exact exponent less twice the margin", target=exact - 2 * margin),
            HOLDS if abs(exact - 1) < margin else CORRECTED,
            exact=exact,
            printed=as_printed.sample_complexity_exponent(),
        ),
        propagate(lambda ratios: slope(ratios * laws), found),
    )
    study.table(f"{name}-exponent", measured=[study.result.rows[-1]["estimate"]], exact=[exact], printed=[1.0])


def needs(settings, shape, budget):
    kernels = settings["kernels"]
    square, line = takes.reduced(shape, max(SIDE, *kernels)), (1, 1, shape[-1])
    parts = (
        takes.three_layer(image, window, stride, filters, pictures=2) * budget.trials(trials)
        for k in kernels
        for image, window, stride, filters, trials in (
            ((shape[0], k, k), k, 1, 16 * FILTERS, 2000),
            (line, (1, k), 1, FILTERS, 3000),
            (square, k, 1, FILTERS, 400),
            (square, k, 2, FILTERS, 400),
        )
    )
    return sum(parts, Needs())


CLAIM = Claim(
    id="convergence_kernel",
    title="Convergence in the filter size p",
    source="TR-GBP, section 4.2, answer 1",
    statement="N = Õ(p/ε²) filters bring the noise below ε.",
    printed="N grows as p at a fixed ε",
    exact="N = A/ε²: A = π²p − 1 for one patch; A ≈ π²p/m in an image, where overlap cancels p (m the coverage)",
    run=run,
    needs=needs,
    seconds=28,
    settings=(Setting("kernels", KERNELS, "filter sizes k", most=MOST_PIXELS),),
)

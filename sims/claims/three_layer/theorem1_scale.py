"""Theorem 1, scale: what 2c²pN/(πC₀) has to be divided by."""

from math import prod

import numpy as np

from sims.data.images import at_least
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.evidence.verdict import CORRECTED, HOLDS
from sims.study.claim import KERNEL, STRIDE, Check, Claim, Control, Setting
from sims.study.study import Experiment
from theory import as_printed
from theory.geometry.patches import coverage, extract
from theory.laws.three_layer import guided_mean

MARGIN = 0.005  # relative


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    at_least(study.image, 2 * kernel + stride)  # whole periods of the stride inside
    signs = study.rng("signs").choice([-1.0, 1.0], (3, *study.image.shape[1:]))
    line = study.rng("line").choice([-1.0, 1.0], (1, 1, 256))
    inner = min(kernel, 7)
    scales = [
        printed_scale(study, "one-dimensional", ThreeLayer(line, (1, 7), filters=64), "1-D, ±1, stride 1, interior"),
        printed_scale(
            study,
            "two-dimensional",
            ThreeLayer(signs[:1, :64, :64], inner, filters=64),
            f"2-D, one channel, ±1, {inner}×{inner}, stride 1, interior",
        ),
        printed_scale(
            study,
            "paper-network-signs",
            ThreeLayer(signs, kernel, stride, filters=filters),
            f"{kernel}×{kernel}×3, stride {stride}, ±1, interior",
        ),
    ]
    scales.append(on_picture(study, ThreeLayer(study.image, kernel, stride, filters=filters)))
    rows = study.result.rows
    study.table(
        "scale",
        setting=[row["name"] for row in rows],
        measured_over_printed=[row["estimate"] for row in rows],
        low=[row["low"] for row in rows],
        high=[row["high"] for row in rows],
        exact=[row["exact"] for row in rows],
    )
    coverages(study, kernel, stride)


def printed_scale(study, name, network, place):
    """The least-squares scale of E s on x over the pixels that are covered as the interior is, measured over
    printed.
    """
    target = picture_sums.interior(network) * network.image
    mean = guided_mean(
        **network.geometry, filters=network.filters, filter_scale=network.scale, readout_scale=network.scale
    )
    printed = as_printed.theorem_1_scale(filter_size(network), network.filters, patch_norm(network), network.scale)
    exact = (mean * target).sum() / (target**2).sum() / printed
    leak = 2 * study.margin(MARGIN)
    length = np.linalg.norm(target)
    check = Check(
        name=name,
        what=f"scale of s on x, measured over 2c²pN/(πC₀): {place}",
        printed=1.0,
        exact=exact,
        margin=study.margin(MARGIN) * exact,
        expected=CORRECTED,
        statistic=lambda sums: estimates.along(sums["guided"], "target") / length / printed,
        control=Control(
            f"a backward ReLU that leaks {leak:.1%}",
            statistic=lambda sums: estimates.along(sums["twin"], "target") / length / printed,
        ),
    )
    chunk = picture_sums.guided_and_leaky(network, leak, target=target)
    pixels = (target != 0).sum()  # that share the noise
    return study.sample(Experiment(name, chunk, max(6e7 / pixels, 5e4) / network.filters, (check,)))[name]


def on_picture(study, network):
    """On the picture, in the paper's network: the scale over the printed one, and over the exact one."""
    mean = guided_mean(
        **network.geometry, filters=network.filters, filter_scale=network.scale, readout_scale=network.scale
    )
    printed = as_printed.theorem_1_scale(filter_size(network), network.filters, patch_norm(network), network.scale)
    exact = (mean * network.image).sum() / (network.image**2).sum() / printed
    margin = study.margin(MARGIN)
    over_printed = Check(
        name="paper-network-picture",
        printed=1.0,
        exact=exact,
        margin=margin * exact,
        expected=CORRECTED,
        what="scale of s on x, measured over 2c²pN/(πC₀), C₀ the mean patch norm: the paper's network, the picture",
        statistic=lambda sums: estimates.along(sums["guided"], "image") / np.linalg.norm(network.image) / printed,
        control=Control("the printed constant less its factor of 4, p kept", target=0.25),
    )
    over_exact = Check(
        name="exact-scale",
        exact=1.0,
        margin=margin,
        expected=HOLDS,
        what="scale of s on E s = N(c²/2π) Σ D_jᵀŷ_j: the paper's network, the picture",
        statistic=lambda sums: estimates.along(sums["guided"], "mean") / np.linalg.norm(mean),
        control=Control("the exact constant times 1 + twice the margin", target=1 + 2 * margin),
    )
    chunk = picture_sums.guided(network, image=network.image, mean=mean)
    return study.sample(Experiment("paper-network-picture", chunk, 7e5 / network.filters, (over_printed, over_exact)))


def coverages(study, kernel, stride):
    """Σ_j D_jᵀD_j inside: p for a line at stride 1, (k/s)² in two dimensions."""
    channels = len(study.image)
    for name, shape, window, step, p, exact, expected in (
        ("coverage-line", (1, 1, 256), (1, 7), 1, 7, 7, HOLDS),
        ("coverage-paper", study.image.shape, kernel, stride, channels * kernel**2, (kernel / stride) ** 2, CORRECTED),
    ):
        m = coverage(shape, window, step)
        study.exact(
            Check(
                name,
                f"mean interior coverage Σ D_jᵀD_j of a kernel of {window}, stride {step}",
                None,
                1e-9,
                Control("one patch more", target=exact + 1),
                expected,
                exact,
                as_printed.coverage(p),
            ),
            whole_periods(m, window, step).mean(),
        )


def whole_periods(m, kernel, stride):
    """The interior of a coverage m (H, W), cut to whole periods of the stride."""
    inside = m[picture_sums.inside(kernel, m.shape)]
    return inside[tuple(slice(max(1, length // stride * stride)) for length in inside.shape)]


def filter_size(network):
    """p."""
    return len(network.image) * network.windows.kernel[0] * network.windows.kernel[1]


def patch_norm(network):
    """C₀, the mean norm of the patches: their common norm on a ±1 picture."""
    return np.linalg.norm(extract(**network.geometry), axis=1).mean()


def needs(settings, shape, budget):
    kernel, stride, filters = (settings[name] for name in ("kernel", "stride", "filters"))
    signs = takes.three_layer(shape, kernel, stride, filters, pictures=2)
    picture = takes.three_layer(shape, kernel, stride, filters)
    return signs * budget.trials(max(6e7 / prod(shape), 5e4) / filters) + picture * budget.trials(7e5 / filters)


CLAIM = Claim(
    id="theorem1_scale",
    title="Theorem 1: scale",
    source="TR-GBP, Theorem 1, Eq. 7",
    statement="The guided picture is x times 2c²pN/(πC₀), before normalisation.",
    printed="2c²pN/(πC₀)",
    exact="c²N m/(2πC₀), m the coverage: p in 1-D at stride 1, (k/s)² in 2-D",
    run=run,
    needs=needs,
    seconds=56,
    settings=(
        Setting("filters", 256, "number of filters N of the paper's network"),
        KERNEL,
        STRIDE,
    ),
)

"""Theorem 1, scale: what 2c²pN/(πC₀) has to be divided by."""

from math import prod

import numpy as np

from sims.data.images import at_least
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import estimates, picture_sums
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import Finding, Law, Reading, Twin
from sims.study.study import Experiment
from theory import as_printed
from theory.geometry.patches import coverage, extract
from theory.laws.three_layer import guided_mean

MARGIN = 0.005  # relative: the digits of the README
READ = 0.1  # how far the printed scale may be off


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    at_least(study.image, 2 * kernel + stride)  # whole periods of the stride inside
    signs = study.rng("signs").choice([-1.0, 1.0], (3, *study.image.shape[1:]))
    line = study.rng("line").choice([-1.0, 1.0], (1, 1, 256))
    inner = min(kernel, 7)
    flat = ThreeLayer(signs[:1, :64, :64], inner, filters=64)
    places = {
        "one-dimensional": (ThreeLayer(line, (1, 7), filters=64), "1-D, ±1, stride 1, interior", "line"),
        "two-dimensional": (flat, f"2-D, one channel, ±1, {inner}×{inner}, stride 1, interior", None),
        "paper-network-signs": (
            ThreeLayer(signs, kernel, stride, filters=filters),
            f"{kernel}×{kernel}×3, stride {stride}, ±1, interior",
            "printed network",
        ),
    }
    for name, place in places.items():
        printed_scale(study, name, *place)
    on_picture(study, ThreeLayer(study.image, kernel, stride, filters=filters))
    rows = [row for row in study.result.rows if row["kind"] != "reading"]
    study.table(
        "scale",
        setting=[row["name"] for row in rows],
        measured_over_printed=[row["estimate"] for row in rows],
        low=[row["low"] for row in rows],
        high=[row["high"] for row in rows],
        exact=[row.get("law", row["estimate"]) for row in rows],
    )
    coverages(study, kernel, stride)


def printed_scale(study, name, network, place, reading):
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
    of = lambda part: lambda sums: estimates.along(sums[part], "target") / length / printed
    what = f"scale of s on x, measured over 2c²pN/(πC₀): {place}"
    twin = Twin(f"a backward ReLU that leaks {leak:.1%}", of("twin"))
    rows = [Law(name=name, what=what, of=of("guided"), value=exact, margin=study.margin(MARGIN) * exact, twin=twin)]
    if reading:
        read = dict(reading=reading, value=1.0, margin=READ, law=exact)
        rows.append(Reading(name=f"{name}-printed", what=what, of=of("guided"), **read))
    chunk = picture_sums.guided_and_leaky(network, leak, target=target)
    pixels = (target != 0).sum()  # that share the noise
    study.sample(Experiment(name, chunk, max(6e7 / pixels, 5e4) / network.filters, tuple(rows)))


def on_picture(study, network):
    """On the picture, in the paper's network: the scale over the printed one, and over the exact one."""
    mean = guided_mean(
        **network.geometry, filters=network.filters, filter_scale=network.scale, readout_scale=network.scale
    )
    printed = as_printed.theorem_1_scale(filter_size(network), network.filters, patch_norm(network), network.scale)
    leak = 2 * study.margin(MARGIN)
    over = lambda part, to, length: lambda sums: estimates.along(sums[part], to) / length
    over_printed = Finding(
        name="paper-network-picture",
        what="scale of s on x, measured over 2c²pN/(πC₀), C₀ the mean patch norm: the paper's network, the picture",
        of=over("guided", "image", np.linalg.norm(network.image) * printed),
    )
    over_exact = Law(
        name="exact-scale",
        what="scale of s on E s = N(c²/2π) Σ D_jᵀŷ_j: the paper's network, the picture",
        of=over("guided", "mean", np.linalg.norm(mean)),
        value=1.0,
        margin=study.margin(MARGIN),
        twin=Twin(f"a backward ReLU that leaks {leak:.1%}", over("twin", "mean", np.linalg.norm(mean))),
    )
    chunk = picture_sums.guided_and_leaky(network, leak, image=network.image, mean=mean)
    study.sample(Experiment("paper-network-picture", chunk, 7e5 / network.filters, (over_printed, over_exact)))


def coverages(study, kernel, stride):
    """Σ_j D_jᵀD_j inside: p for a line at stride 1, (k/s)² in two dimensions."""
    p = as_printed.coverage(len(study.image) * kernel**2)
    for name, shape, window, step, exact, instead_of in (
        ("coverage-line", (1, 1, 256), (1, 7), 1, 7, "as in Eq. 7"),
        ("coverage-paper", study.image.shape, kernel, stride, (kernel / stride) ** 2, f"not p = {p:g}"),
    ):
        what = f"mean interior coverage Σ D_jᵀD_j of a kernel of {window}, stride {step}, {instead_of}"
        found = whole_periods(coverage(shape, window, step), window, step).mean()
        study.exact(Law(name=name, what=what, value=exact, margin=1e-9), found)


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
    return signs * budget.trials(max(6e7 / prod(shape), 5e4) / filters) + picture * 2 * budget.trials(7e5 / filters)


CLAIM = Claim(
    id="theorem1_scale",
    title="Theorem 1: scale",
    source="TR-GBP, Theorem 1, Eq. 7 (T:85)",
    statement="“s_k^GBP(x) ≈ (2c²pN/(πC₀Z)) x”; at Z = 1.",
    premise="patches of one norm C₀ (T:88): ±1 inputs, away from borders",
    readings={
        "line": "in one dimension at stride 1, the D_j of T:73, the ratio of the scales is 1 within a tenth",
        "printed network": "in the printed network, 7×7×3 at stride 2, it is",
    },
    printed="2c²pN/(πC₀)",
    exact="c²N m/(2πC₀), m the coverage: p in 1-D at stride 1, (k/s)² in 2-D",
    said="Its length is that of Eq. 7.",
    true="The length has another constant: 4 times smaller in one dimension, 48 times in the printed network.",
    meaning="Brightness of a guided map says nothing: its scale is a constant of the network.",
    headline="paper-network-signs-printed",
    decides=(
        "one-dimensional-printed",
        "one-dimensional",
        "paper-network-signs-printed",
        "paper-network-signs",
        "exact-scale",
    ),
    run=run,
    needs=needs,
    seconds=56,
    settings=(
        Setting("filters", 256, "number of filters N of the paper's network"),
        KERNEL,
        STRIDE,
    ),
)

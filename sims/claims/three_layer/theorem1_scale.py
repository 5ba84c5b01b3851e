"""Theorem 1, scale: what 2c²pN/(πC₀) has to be divided by."""

from math import prod

import numpy as np

from sims.data.images import at_least
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence import picture_sums
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.common import leaking
from sims.study.rows import Finding, Law, Reading
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
    paper = ThreeLayer(signs, kernel, stride, filters=filters)
    for name, network, place, reading in (
        ("one-dimensional", ThreeLayer(line, (1, 7), filters=64), "1-D, ±1, stride 1", "line"),
        ("two-dimensional", flat, f"2-D, one channel, ±1, {inner}×{inner}, stride 1", None),
        ("paper-network-signs", paper, f"{kernel}×{kernel}×3, stride {stride}, ±1", "printed network"),
    ):
        printed_scale(study, name, network, f"{place}, interior", reading)
    on_picture(study, ThreeLayer(study.image, kernel, stride, filters=filters))
    rows = [row for row in study.result.rows if row["kind"] != "reading"]
    names, exact = [row["name"] for row in rows], [row.get("law", row["estimate"]) for row in rows]
    columns = study.columns(names, measured_over_printed="estimate", low="low", high="high")
    study.table("scale", setting=names, **columns, exact=exact)
    coverages(study, kernel, stride)


def printed_scale(study, name, network, place, reading):
    """The least-squares scale of E s on x, over pixels that are covered as the interior is: measured over printed."""
    target, printed = picture_sums.interior(network) * network.image, as_printed_of(network)
    mean = guided_mean(**network.geometry, **network.scales)
    exact = (mean * target).sum() / (target**2).sum() / printed
    leak, over = 2 * study.margin(MARGIN), picture_sums.length_along("target", np.linalg.norm(target) * printed)
    what = f"scale of s on x, measured over 2c²pN/(πC₀): {place}"
    law = dict(value=exact, margin=study.margin(MARGIN) * exact)
    rows = [Law(name=name, what=what, **law, **leaking(leak, over, digits=1))]
    if reading:
        read = dict(reading=reading, value=1.0, margin=READ, law=exact)
        rows.append(Reading(name=f"{name}-printed", what=what, of=over("guided"), **read))
    chunk = picture_sums.guided_and_leaky(network, leak, target=target)
    pixels = (target != 0).sum()  # that share the noise
    study.sample(Experiment(name, chunk, max(6e7 / pixels, 5e4) / network.filters, tuple(rows)))


def as_printed_of(network):
    """2c²pN/(πC₀), C₀ the mean norm of the patches: their common norm on a ±1 picture."""
    norm = np.linalg.norm(extract(**network.geometry), axis=1).mean()
    return as_printed.theorem_1_scale(network.entries, network.filters, norm, network.scale)


def on_picture(study, network):
    """On the picture, in the paper's network: the scale over the printed one, and over the exact one."""
    mean, leak = guided_mean(**network.geometry, **network.scales), 2 * study.margin(MARGIN)
    what = "scale of s on x, measured over 2c²pN/(πC₀), C₀ the mean patch norm: the paper's network, the picture"
    of = picture_sums.length_along("image", np.linalg.norm(network.image) * as_printed_of(network))
    over_printed = Finding(name="paper-network-picture", what=what, of=of("guided"))
    what = "scale of s on E s = N(c²/2π) Σ D_jᵀŷ_j: the paper's network, the picture"
    found = leaking(leak, picture_sums.length_along("mean", np.linalg.norm(mean)), digits=1)
    over_exact = Law(name="exact-scale", what=what, value=1.0, margin=study.margin(MARGIN), **found)
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
        found = picture_sums.whole_periods(coverage(shape, window, step), window, step).mean()
        study.exact(Law(name=name, what=what, value=exact, margin=1e-9), found)


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
    said="The mean picture's length is that of Eq. 7.",
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

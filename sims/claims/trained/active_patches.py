"""Trained VGG-16: are only active patches preserved, and which paths does a signal take?"""

from dataclasses import replace
from functools import partial

import numpy as np

from sims.evidence import medians
from sims.study.claim import PHOTOGRAPHS, SIDE, Claim
from sims.study.photographed import finding, more, read, reading
from sims.study.rows import AT_MOST
from sims.trained import needs as takes
from sims.trained import paths, sources
from sims.trained.given import VGG16
from sims.trained.paths import MAPS, MODIFIED, NETWORKS

MOST, HALF = 0.9, 0.5  # of the blocks
PRESERVED = "share of blocks of 32×32 pixels that are preserved"
WHOLE = "efficientnet-lite0"


def run(study):
    tensors, prepare = sources.vgg16(study)
    lite = sources.network(study, WHOLE)
    groups = study.each("photographs", partial(paths.measured, tensors, prepare, lite), sources.photographs(study))
    read(study, groups, [*readings(), *findings()], refuted=("deconvnet-fewer", "deconvnet-half"))
    tabulate(study, groups)


def readings():
    for rule in MODIFIED:
        common = dict(part=f"trained-{rule}", wrong="random-guided", key="kept", side=AT_MOST, measure=medians.SHARE)
        yield reading(f"{rule}-some", "some", what=f"{PRESERVED}: {rule}", value=MOST, **common)
        what = f"{PRESERVED}, random less trained weights: {rule}"
        yield more(f"{rule}-fewer", "fewer", f"random-{rule}", f"trained-{rule}", "kept", what)
        yield reading(f"{rule}-half", "half", what=f"{PRESERVED}: {rule}", value=HALF, **common)


def findings():
    for name in NETWORKS:
        for rule in MODIFIED:
            for key, words in (("kept", PRESERVED), ("alike", "share of blocks that correlate with x, seen or not")):
                part = f"{name}-{rule}"
                yield finding(f"{part}-{key}", part, key, f"{words}: {rule}, {name} weights", medians.SHARE)
            what = f"{PRESERVED}: {rule}, EfficientNet-Lite0 with {name} weights"
            yield finding(f"lite-{name}-{rule}-kept", f"lite-{name}-{rule}", "kept", what, medians.SHARE)
        where = f"guided, {name} weights"
        for map_ in MAPS:
            what = f"share of units of {map_} that let a signal through: {where}"
            yield finding(f"{name}-{map_}-units", f"{name}-units", map_, what, medians.SHARE)
            if not map_.startswith("fc"):
                what = f"share of places of {map_} at which no filter does: {where}"
                yield finding(f"{name}-{map_}-dead", f"{name}-dead", map_, what, medians.SHARE)
        for key, what in (
            ("combined", "places of the last map, of 49, whose signals count: (Σ e)²/Σ e² of their energies"),
            (
                "explains-energy",
                "rank correlation, over blocks, of the picture's energy and that of the signal above it",
            ),
            ("explains-kept", "the same of the picture's correlation with x"),
        ):
            measure = medians.COSINE if key != "combined" else medians.within(1.0, 49.0)
            yield finding(f"{name}-{key}", f"{name}-top", key, f"{what}: {where}", measure)


def tabulate(study, groups):
    """What the figure shows: shares of active units by map."""
    lines = []
    for map_ in MAPS:
        line = {"map": map_}
        for name in NETWORKS:
            for quantity in ("units", "dead"):
                values = [group[f"{name}-{quantity}"][map_] for group in groups]
                line |= {f"{name}-{quantity}-{q}": float(np.quantile(values, q / 100)) for q in (5, 50, 95)}
        lines.append(line)
    study.tabulate("paths", lines)


def needs(settings, shape, budget):
    return takes.vgg16(settings, passes=2, pictures=6)


CLAIM = Claim(
    id="active_patches",
    title="Trained networks: active patches",
    source="Nie et al. 2018, section 'Impact of Max-Pooling and Network Depth' (A:419)",
    statement="“both GBP and DeconvNet reconstruct every fine-grained detail of the input image in the random VGG, "
    "which is different from the trained VGG … where only those ‘active’ image patches are preserved”",
    premise="VGG-16’s published convolutions, dense layers drawn for every photograph, beside random convolutions",
    readings={
        "some": "at most nine tenths of the blocks of 32×32 pixels are preserved: they correlate with x by 0.5 or more "
        "in the picture’s best octave, and hold a tenth or more of a block’s energy on average",
        "fewer": "there are fewer of them than in the random network, on the same photograph",
        "half": "they are at most a half",
    },
    printed="in the trained network only some patches are preserved",
    exact="measured: guided 0.71 of the blocks, 0.94 with random weights; in EfficientNet-Lite0 0.27 and 0.76",
    said="In the trained VGG only active patches are preserved, in the random one all are.",
    true="Not decided: guided preserves 0.71 of the blocks, in a random network 0.94; DeconvNet 0.92 and 0.44.",
    meaning="A patch that is missing from a guided map of a trained network is one that few filters answer to.",
    headline="guided-fewer",
    decides=("guided-some", "guided-fewer", "deconvnet-some", "deconvnet-fewer", "trained-explains-energy"),
    run=run,
    networks=(VGG16, WHOLE),
    needs=needs,
    seconds=700,
    settings=(replace(PHOTOGRAPHS, default=64), SIDE),
)

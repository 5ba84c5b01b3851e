"""Rows as several claims have them."""

import numpy as np

from sims.evidence import picture_sums
from sims.evidence.defects import misplaced
from sims.study.rows import EXACT, Law, Twin
from theory.geometry.patches import unit
from theory.laws import three_layer
from theory.metrics.similarity import cosine

APART = 4  # pixels by which twins put patches back: a photograph changes little from one pixel to the next


def direction(name, where, mean, margin, tag=EXACT):
    """The law that E s lies along `mean`, which the sums name "mean"; its twin puts patches back elsewhere."""
    apart = unit(misplaced(mean, APART).ravel())
    twin = Twin(f"patches put back {APART} pixels off", picture_sums.off("mean", apart)["of"])
    return Law(
        name=name,
        what=f"sin² of the angle between E s and {where}",
        **picture_sums.off("mean", unit(mean.ravel())),
        value=0.0,
        margin=margin,
        tag=tag,
        twin=twin if moves(mean, margin) else None,
    )


def moves(picture, margin):
    """Whether a picture is another one APART pixels further on, by more than margins of sin²: a constant is not."""
    return 1 - cosine(picture, np.roll(picture, APART, axis=-1)) ** 2 > 3 * margin


def noise(name, network, margin, place=""):
    """Noise-to-signal over the exact A/N; its twin, the sums' part "twin", has a backward ReLU that leaks `margin`."""
    exact = three_layer.noise_to_signal(**network.geometry, filters=network.filters)
    of = lambda part: lambda sums: picture_sums.noise_to_signal(sums[part]) / exact
    return Law(
        name=name,
        what=f"E‖s−Es‖²/‖Es‖² over the exact A/N = {exact:.4g}{place}",
        of=of("guided"),
        value=1.0,
        margin=margin,
        twin=Twin(f"a backward ReLU that leaks {margin:.1%}", of("twin")),
    )

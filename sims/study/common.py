"""Rows as several claims have them."""

import numpy as np

from sims.evidence import picture_sums
from sims.evidence.defects import instead, misplaced
from sims.study.rows import AT_LEAST, AT_MOST, EXACT, Law, Reading, Twin
from theory.laws import three_layer
from theory.metrics.similarity import cosine

APART = 4  # pixels by which twins put patches back: a photograph changes little from one pixel to the next


def twinned(right, wrong, of, what):
    """What a row about the part `right` is read by, and its twin `what`, read off the part `wrong`.

    `of` takes a part to a statistic, or to `of` and `measure` of a row.
    """
    own, other = ({"of": found} if callable(found) else found for found in (of(right), of(wrong)))
    return {**own, "twin": Twin(what, other["of"])}


def against(wrong, right, of, name=None):
    """The same, of a twin that has `wrong`, or what is called `name`, where its row has `right`."""
    return twinned(right, instead(wrong, right), of, f"{name or wrong} in its place")


def leaking(leak, of, digits=0):
    """The same of guided backpropagation, whose twin, the sums' part "twin", has a backward ReLU that leaks."""
    return twinned("guided", "twin", of, f"a backward ReLU that leaks {leak:.{digits}%}")


def put_back(pixels, right, wrong, of, told=True):
    """The same along the direction `right`, beside `wrong`: what it is for patches put back so many pixels off.

    Without a twin where the two are not `told` apart.
    """
    found = twinned(right, wrong, of, f"patches put back {pixels} pixels off")
    return found if told else {**found, "twin": None}


def relu_layers(count):
    """In words."""
    return f"{count} ReLU layer{'s' * (count > 1)}"


def direction(name, where, mean, margin, tag=EXACT):
    """The law that E s lies along `mean`, which the sums name "mean"; its twin puts patches back elsewhere."""
    found = put_back(APART, mean, misplaced(mean, APART), picture_sums.off, told=moves(mean, margin))
    what = f"sin² of the angle between E s and {where}"
    return Law(name=name, what=what, value=0.0, margin=margin, tag=tag, **found)


def along(mean, angle, place=""):
    """Theorem 1's own words, that E s is along `mean`: approximately, and to an `angle` of sin²."""
    what = "cosine of E s and Σ D_jᵀŷ_j" + place
    cosine = dict(reading="approximately", of=picture_sums.along_share("mean"), value=0.95, side=AT_LEAST)
    yield Reading(name="cosine", what=what, **cosine, law=1.0)
    what = "sin² of the angle between E s and Σ D_jᵀŷ_j" + place
    yield Reading(
        name="angle", what=what, reading="strict", **picture_sums.off(mean), value=angle, side=AT_MOST, law=0.0
    )


def moves(picture, margin):
    """Whether a picture is another one APART pixels further on, by more than margins of sin²: a constant is not."""
    return 1 - cosine(picture, np.roll(picture, APART, axis=-1)) ** 2 > 3 * margin


def cosine_of(network):
    """E cos(s, x) of guided pictures, by the law."""
    return three_layer.expected_cosine(**network.geometry, filters=network.filters)


def gallery(study, networks):
    """One picture of each of several networks, shown by name; their cosines with x."""
    drawn = {}
    for name, network in networks.items():
        [[drawn[name]]] = network.pictures(study.rng("gallery", network.filters), 1)
    study.pictures(drawn)
    return [cosine(picture, study.image) for picture in drawn.values()]


def noise(name, network, margin, place=""):
    """Noise-to-signal over the exact A/N; its twin, the sums' part "twin", has a backward ReLU that leaks `margin`."""
    exact = three_layer.noise_to_signal(**network.geometry, filters=network.filters)
    of = lambda part: lambda sums: picture_sums.noise_to_signal(sums[part]) / exact
    return Law(
        name=name,
        what=f"E‖s−Es‖²/‖Es‖² over the exact A/N = {exact:.4g}{place}",
        **leaking(margin, of, digits=1),
        value=1.0,
        margin=margin,
    )

"""Pictures of a hidden unit of a trained network, at its maximum on two photographs."""

import numpy as np
from scipy.ndimage import shift

from sims.evidence.recovered import lines, where
from sims.evidence.shown import likeness
from theory.metrics.similarity import cosine
from theory.networks import one_hot
from theory.networks.receptive import receptive_field
from theory.rules import RULES

PART = 16  # pixels of a block of a field: the smallest field has 40


def compared(network, name, images, rng):
    """By rule, of a channel of the node `name` that is active on the first of two images (C, H, W), drawn at random:

    on the unit's field "lines", the correlation with x in the best octave, "where", that of blocks weighted by their
    energy, and "seen"; the cosine with its picture of the second image, "weights", place laid on place, and with that
    of another active channel at its place, "other". "elsewhere" is DeconvNet's picture against x half an image further.
    """
    passes = [network.forward(image[None], until=name) for image in images]
    first, second = (passed.output[0] for passed in passes)
    channel, rival, place = chosen(first, rng)
    again = np.unravel_index(second[channel].argmax(), second.shape[1:])
    field = receptive_field(network, name, *place)
    elsewhere = np.roll(images[0], images[0].shape[1] // 2, axis=(1, 2))
    found = {}
    for rule in RULES:
        own = picture(passes[0], (channel, *place), rule)
        moved = laid(picture(passes[1], (channel, *again), rule), np.subtract(place, again), first.shape[1:])
        found[rule] = {
            **shows(own, images[0], field),
            "weights": cosine(own, moved),
            "other": cosine(own, picture(passes[0], (rival, *place), rule)),
        }
        if rule == "deconvnet":
            found["elsewhere"] = shows(own, elsewhere, field)
    return found


def chosen(maps, rng):
    """A channel that is active somewhere, the place (row, column) of its maximum, and another that is active there."""
    channel = int(rng.choice(np.flatnonzero(maps.max(axis=(1, 2)) > 0)))
    place = tuple(int(each) for each in np.unravel_index(maps[channel].argmax(), maps.shape[1:]))
    others = np.setdiff1d(np.flatnonzero(maps[:, *place] > 0), channel)
    return channel, int(rng.choice(others)) if others.size else channel, place


def picture(passed, place, rule):
    return passed.backward(one_hot(place, passed.output), rule)[0].astype(np.float64)


def shows(own, image, field):
    """What a picture shows of x on a field."""
    cut = own[:, *field], image[:, *field].astype(np.float64)
    return {"lines": lines(*cut), "seen": likeness(*cut), "where": where(*cut, PART)}


def laid(own, places, shape):
    """A picture moved by so many places of maps of this shape."""
    pixels = [int(step) * side // length for step, side, length in zip(places, own.shape[1:], shape)]
    return shift(own, (0, *pixels), order=0, cval=0.0)

"""What a picture gives back of x, where, and in which octave: numbers of single pictures (C, H, W)."""

import numpy as np

from sims.evidence.detail_sums import BLOCK, CORRELATED
from sims.evidence.shown import likeness
from theory.metrics.quality import OCTAVES, band, octave_correlations
from theory.metrics.similarity import cosine

FAINT = 0.1  # of the energy of a block on average: a contrast of a third of the others' is grey beside them


def recovered(picture, image):
    """{"cosine", "seen"; "lines", the correlation with x in the best octave; of blocks in that octave "alike", the
    share that correlates, "kept", the share that is also there to be seen, and "where", their correlation weighted by
    the picture's energy; "finest", the share of its energy in the finest octave}.
    """
    octaves = [(centred(band(picture, scale)), centred(band(image, scale))) for scale in OCTAVES]
    correlations = [cosine(*each) for each in octaves]
    best = int(np.argmax(correlations))
    found, energies = blocks(*octaves[best])
    return {
        "cosine": cosine(picture, image),
        "seen": likeness(picture, image),
        "lines": correlations[best],
        "octave": float(OCTAVES[best]),
        "alike": float((found >= CORRELATED).mean()),
        "kept": float(((found >= CORRELATED) & (energies >= FAINT * energies.mean())).mean()),
        "where": weighted(found, energies),
        "finest": share([own for own, _ in octaves]),
    }


def where(picture, image, size):
    """In the best octave, the correlation with x of blocks of `size` pixels, weighted by the picture's energy."""
    best = OCTAVES[int(octave_correlations(picture, image).argmax())]
    return weighted(*blocks(*(centred(band(each, best)) for each in (picture, image)), size))


def weighted(correlations, energies):
    return float(correlations @ energies / (energies.sum() or 1.0))


def lines(picture, image):
    """The correlation of a picture with x in its best octave."""
    return float(octave_correlations(picture, image).max())


def blocks(picture, image, size=BLOCK):
    """Of blocks side by side: the correlation of the two, and the picture's energy."""
    sides = [range(0, length, size) for length in image.shape[1:]]
    places = [np.s_[:, top : top + size, left : left + size] for top in sides[0] for left in sides[1]]
    pairs = [(centred(picture[at]), centred(image[at])) for at in places]
    return np.array([cosine(*each) for each in pairs]), np.array([(own**2).sum() for own, _ in pairs])


def share(octaves):
    """Of the energy in all octaves, that in the finest."""
    energies = np.array([(each**2).sum() for each in octaves])
    return float(energies[0] / (energies.sum() or 1.0))


def finest(image):
    """The same of an image."""
    return share([centred(band(image, scale)) for scale in OCTAVES])


def centred(picture):
    return picture - picture.mean()

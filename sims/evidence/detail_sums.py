"""Sums over pictures of the details of an image that they hold: in blocks side by side, and octave by octave."""

import numpy as np

from sims.evidence import estimates
from sims.evidence.estimates import Sums
from theory.metrics.quality import band, ssim
from theory.metrics.similarity import cosine

BLOCK, CORRELATED = 32, 0.5  # pixels of a patch, and the correlation at which it is not lost
OCTAVES = (1, 2, 4, 8)  # pixels


def details(picture, image, moved):
    """The Sums of one picture: itself, the energy of each octave, and its details of x and of x moved."""
    of = lambda x: Sums(patches=preserved(picture, x), structure=ssim(picture, x))
    energies = np.array([(octave(picture, scale) ** 2).sum() for scale in OCTAVES])
    return Sums(total=picture, energies=energies, x=of(image), moved=of(moved))


def preserved(picture, image):
    """The share of blocks side by side in which a picture correlates with x."""
    sides = [range(0, length, BLOCK) for length in image.shape[1:]]
    blocks = [np.s_[:, top : top + BLOCK, left : left + BLOCK] for top in sides[0] for left in sides[1]]
    centred = lambda block: block - block.mean()
    return np.mean([cosine(centred(picture[at]), centred(image[at])) >= CORRELATED for at in blocks])


def octave(picture, scale):
    """One octave of a picture, of mean 0."""
    found = band(picture, scale)
    return found - found.mean()


def in_octave(sums, x, scale, count):
    """The correlation of E s with x in one octave, its length from products of different networks."""
    total, x = octave(sums["total"], scale), octave(x, scale)
    square = sums["energies"][OCTAVES.index(scale)]
    signal = estimates.signal(dict(total=total.ravel(), square=square, count=count))
    return (total * x).sum() / count / np.linalg.norm(x) / np.sqrt(abs(signal))

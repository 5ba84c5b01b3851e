"""What is seen of pictures at the size at which the papers print them: sums over pictures, and statistics of them."""

import numpy as np

from sims.evidence import estimates
from sims.evidence.estimates import PictureSums, Sums
from theory.metrics.quality import local_cosine, octave_correlations, shrunk
from theory.metrics.similarity import cosine

SIDE = 64  # pixels of a printed picture: 0.11 of a text width


def likeness(picture, image):
    """The cosine of a picture with x at printed size, both locally normalised."""
    side = min(SIDE, *image.shape[1:])
    return local_cosine(shrunk(picture, side), shrunk(image, side))


def in_grey(*pictures):
    """The mean of the channels: what is left where a picture's own tint is of no interest."""
    return [picture.mean(axis=0, keepdims=True) for picture in pictures]


class ShownSums:
    """Sums over pictures of unit length: along x and other named directions, of |cos(s, x)|, and of their likeness."""

    def __init__(self, image, octaves=False, **directions):
        self._octaves = np.zeros(4) if octaves else None
        self._image, self._seen, self._grey, self._traces = image, 0.0, 0.0, 0.0
        self._pictures = PictureSums(image=image, **directions)

    def add(self, picture):
        self._pictures.add(picture)
        self._seen += likeness(picture, self._image)
        self._grey += likeness(*in_grey(picture, self._image))
        self._traces += abs(cosine(picture, self._image))
        if self._octaves is not None:
            self._octaves = self._octaves + octave_correlations(picture, self._image)

    def sums(self):
        octaves = {} if self._octaves is None else {"octaves": self._octaves}
        return Sums(self._pictures.sums(), **octaves, seen=self._seen, grey=self._grey, traces=self._traces)


def chunk(names, image, draw, rng, trials, **directions):
    """Sums by name over what draw(rng, trials) yields, one picture per name each time."""
    found = {name: ShownSums(image, **directions) for name in names}
    for drawn in draw(rng, trials):
        for name, picture in zip(names, drawn):
            found[name].add(picture)
    return Sums({name: each.sums() for name, each in found.items()})


def single(part, sums):
    """How much is seen of x in one picture, on average."""
    return sums[part]["seen"] / sums[part]["count"]


def drawn(part, sums):
    """E of the correlation of a picture with x in the octave in which it is largest."""
    return sums[part]["octaves"].max() / sums[part]["count"]


def in_mean(part, image, sums):
    """How much is seen of x in the mean picture."""
    return likeness(sums[part]["total"].reshape(image.shape), image)


def single_grey(part, sums):
    """The same in grey."""
    return sums[part]["grey"] / sums[part]["count"]


def in_mean_grey(part, image, sums):
    """How much is seen of x in the mean picture, in grey."""
    return likeness(*in_grey(sums[part]["total"].reshape(image.shape), image))


def trace(part, sums):
    """E |cos(s, x)|, pixel by pixel."""
    return sums[part]["traces"] / sums[part]["count"]


def alike(part, sums):
    """E cos(s, x), pixel by pixel."""
    return estimates.mean_cosine(sums[part], "image")


def held(part, sums):
    """‖E s‖²/E‖s‖²: the part of the pictures' energy that comes back in every network."""
    return estimates.held(sums[part])


def average(part, sums):
    """The mean picture, as a vector."""
    return sums[part]["total"] / sums[part]["count"]

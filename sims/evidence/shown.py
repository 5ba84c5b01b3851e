"""What is seen of pictures at the size at which the papers print them: sums over pictures, and statistics of them.

A statistic takes the name of a part of nested sums to a function of the sums.
"""

from functools import partial

import numpy as np

from sims.evidence import estimates, picture_sums
from sims.evidence.defects import shining
from sims.evidence.estimates import PictureSums, Sums, across_halves
from theory.metrics.quality import local_cosine, octave_correlations, shrunk
from theory.metrics.similarity import cosine

LOOKS = "traces", "visible", "seen"  # of a picture
SIDE = 64  # pixels of a printed picture, 0.11 of a text width: what people looked at


def printed(image):
    """An image or a picture as it is printed; as it is if it is no larger."""
    return shrunk(image, min(SIDE, *image.shape[1:]))


def likeness(picture, image):
    """The cosine of a picture with x at printed size, both locally normalised."""
    return local_cosine(printed(picture), printed(image))


def look(picture, image, small=None):
    """|cos(s, x)|, and at printed size cos(s, x) and their likeness; `small` is x so printed."""
    s, x = printed(picture), printed(image) if small is None else small
    return np.array([abs(cosine(picture, image)), cosine(s, x), local_cosine(s, x)])


def numbers(picture, image):
    """cos(s, x); at printed size the same, and their likeness."""
    return np.array([cosine(picture, image), *look(picture.astype(np.float64), image)[1:]])


def in_grey(*pictures):
    """The mean of the channels: what is left where a picture's own tint is of no interest."""
    return [picture.mean(axis=0, keepdims=True) for picture in pictures]


class ShownSums:
    """Sums over pictures: along x and other named directions, of |cos(s, x)|, and at printed size of cos(s, x) and of
    their likeness; in grey, too, or of their octaves, if told.
    """

    def __init__(self, image, octaves=False, grey=False, **directions):
        self._image, self._printed = image, printed(image)
        self._pictures = PictureSums(image=image, **directions)
        own = {"octaves": octaves, "grey": grey}
        self._looks = dict.fromkeys([*LOOKS, *(name for name in own if own[name])], 0.0)

    def add(self, picture):
        picture = picture.astype(np.float64)
        self._pictures.add(picture)
        for name, value in self._look(picture).items():
            self._looks[name] = self._looks[name] + value

    def _look(self, picture):
        found = dict(zip(LOOKS, look(picture, self._image, self._printed)))
        if "grey" in self._looks:
            found["grey"] = likeness(*in_grey(picture, self._image))
        if "octaves" in self._looks:
            found["octaves"] = octave_correlations(picture, self._image)
        return found

    def sums(self):
        return Sums(self._pictures.sums(), **self._looks)


def chunk(names, image, draw, rng, trials, **options):
    """Sums by name over what draw(rng, trials) yields, one picture per name each time."""
    found = {name: ShownSums(image, **options) for name in names}
    for drawn in draw(rng, trials):
        for name, picture in zip(names, drawn):
            found[name].add(picture)
    return Sums({name: each.sums() for name, each in found.items()})


def of_network(network, rules, **options):
    """A chunk: the pictures of a network at its image, by rule."""
    return partial(chunk, rules, network.image, partial(network.pictures, rules=rules), **options)


def and_through(rules, image, draw, rng, trials):
    """Sums by rule over what draw(rng, trials) yields, and by "<rule>-x" over the same through which x shines."""

    def both(rng, trials):
        for pictures in draw(rng, trials):
            yield [*pictures, *(shining(picture.astype(np.float64), image) for picture in pictures)]

    return chunk([*rules, *(f"{rule}-x" for rule in rules)], image, both, rng, trials)


def several(networks, rng, trials):
    """The chunks of several networks, {name: (network, rules)}, one after the other: sums by "<name>-<rule>"."""
    chunks = {name: of_network(network, rules)(rng, trials) for name, (network, rules) in networks.items()}
    return Sums({f"{name}-{rule}": sums for name, found in chunks.items() for rule, sums in found.items()})


def drawings(networks, rules, rng, trials):
    """The octaves alone, of single pictures of `networks` under `rules`: sums by "<network>-<rule>"."""
    found = {f"{name}-{rule}": np.zeros(4) for name in networks for rule in rules}
    for name, network in networks.items():
        for pictures in network.pictures(rng, trials, rules):
            for rule, picture in zip(rules, pictures):
                found[f"{name}-{rule}"] += octave_correlations(picture.astype(np.float64), network.image)
    return Sums({part: Sums(count=trials, octaves=octaves) for part, octaves in found.items()})


def _mean_of(key, part):
    return lambda sums: sums[part][key] / sums[part]["count"]


single = partial(_mean_of, "seen")  # how much is seen of x in one picture, on average
single_grey = partial(_mean_of, "grey")  # the same in grey
trace = partial(_mean_of, "traces")  # E |cos(s, x)|, pixel by pixel
visible = partial(_mean_of, "visible")  # E cos(s, x) at printed size


def drawn(part):
    """E of the correlation of a picture with x in the octave in which it is largest."""
    return lambda sums: sums[part]["octaves"].max() / sums[part]["count"]


def in_mean(part, image):
    """How much is seen of x in the mean picture."""
    return lambda sums: likeness(sums[part]["total"].reshape(image.shape), image)


def in_mean_grey(part, image):
    """The same in grey."""
    return lambda sums: likeness(*in_grey(sums[part]["total"].reshape(image.shape), image))


def alike(part):
    """E cos(s, x), pixel by pixel."""
    return lambda sums: estimates.mean_cosine(sums[part], "image")


def held(part):
    """‖E s‖²/E‖s‖²: the part of the pictures' energy that comes back in every network."""
    return lambda sums: estimates.held(sums[part])


def share(part):
    """`of` and `measure` of a row: the same, where it may be 0."""
    mean = picture_sums.mean(part)
    of = lambda sums: mean(sums) / np.sqrt(sums[part]["square"] / sums[part]["count"])
    return {"of": of, "measure": across_halves(lambda sums: 1.0)}

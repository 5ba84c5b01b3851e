"""How simulated pictures look at the size at which they are printed: sums over them, and statistics of those."""

from functools import partial

import numpy as np

from sims.evidence import estimates
from sims.evidence.defects import shining
from sims.evidence.estimates import PictureSums, Sums, across_halves
from theory.metrics.quality import local_cosine, octave_correlations, shrunk
from theory.metrics.similarity import cosine

PRINTED = 64  # pixels a side of a printed figure: what people looked at
SHOWN = 150  # pixels of a picture in a figure that holds five
INTERPRETABLE = 0.5  # the cosine with the locally normalised x at which people still name what they see
NOISE, TRACE = 0.05, 0.1  # of "random noise": the most of its energy that E s holds, and the most of a cosine with x


def printed(image):
    """An image or a picture as it is printed; as it is if it is no larger."""
    return shrunk(image, min(PRINTED, *image.shape[1:]))


def look(picture, image, shown=None):
    """|cos(s, x)|, and at printed size cos(s, x) and that of both locally normalised; `shown` is x so printed."""
    small, shown = printed(picture), printed(image) if shown is None else shown
    return np.array([abs(cosine(picture, image)), cosine(small, shown), local_cosine(small, shown)])


class Looks:
    """Sums over pictures of each of `rules`: those of PictureSums, and their `looks`.

    With `shining` also, under "<rule>-x", those of a twin's, which x shines through.
    """

    def __init__(self, image, rules, shining=False, **directions):
        names = [*rules, *(f"{rule}-x" for rule in rules if shining)]
        self.image, self.rules, self.shining = image, rules, shining
        self._shown = printed(image)
        self._sums = {name: PictureSums(image=image, **directions) for name in names}
        self._looks = {name: np.zeros(3) for name in names}

    def add(self, pictures):
        """One picture per rule."""
        for rule, picture in zip(self.rules, pictures):
            self._add(rule, picture.astype(np.float64))
            if self.shining:
                self._add(f"{rule}-x", shining(picture.astype(np.float64), self.image))

    def _add(self, name, picture):
        self._sums[name].add(picture)
        self._looks[name] += look(picture, self.image, self._shown)

    def sums(self):
        return Sums({name: Sums({**sums.sums(), "looks": self._looks[name]}) for name, sums in self._sums.items()})


def chunk(network, rules, directions, rng, trials):
    """Sums over `trials` pictures of each of `rules` at a network's image."""
    found = Looks(network.image, rules, **directions)
    for pictures in network.pictures(rng, trials, rules):
        found.add(pictures)
    return found.sums()


def several(networks, directions, rng, trials):
    """The chunks of several networks, {name: (network, rules)}, one after the other: sums by "<name>-<rule>"."""
    chunks = {name: chunk(network, rules, directions, rng, trials) for name, (network, rules) in networks.items()}
    return Sums({f"{name}-{rule}": sums for name, found in chunks.items() for rule, sums in found.items()})


def middle(picture, side=SHOWN):
    """The middle of a picture (C, H, W), as wide as a figure shows it."""
    top, left = (max(length - side, 0) // 2 for length in picture.shape[1:])
    return picture[:, top : top + side, left : left + side]


def panel(study, networks, rules):
    """Store the middle of a picture of each of `networks` under each of `rules`, as "one-<network>-<rule>"."""
    for name, network in networks.items():
        [pictures] = network.pictures(study.rng("panel", name), 1, rules)
        for rule, picture in zip(rules, pictures):
            study.picture(f"one-{name}-{rule}", middle(picture))


def mean_look(part, which=2):
    """The statistic E of what `look` gives, of one part of nested sums: [2], the local one, unless told."""
    return lambda sums: sums[part]["looks"][which] / sums[part]["count"]


trace = partial(mean_look, which=0)  # E |cos(s, x)|
visible = partial(mean_look, which=1)  # E cos(s, x) at printed size


def drawings(networks, rules, rng, trials):
    """Sums over single pictures of `networks` under `rules`, by "<network>-<rule>", of their octave correlations."""
    found = {f"{name}-{rule}": np.zeros(4) for name in networks for rule in rules}
    for name, network in networks.items():
        for pictures in network.pictures(rng, trials, rules):
            for rule, picture in zip(rules, pictures):
                found[f"{name}-{rule}"] += octave_correlations(picture.astype(np.float64), network.image)
    return Sums(count=trials, **found)


def drawn(part):
    """The statistic: E of the correlation with x in the octave in which it is largest."""
    return lambda sums: sums[part].max() / sums["count"]


def mean(part):
    """The statistic E s, flat."""
    return lambda sums: sums[part]["total"] / sums[part]["count"]


def held(part):
    """`of` and `measure` of a row: the part of the pictures' energy that their mean holds, which may be 0."""

    def share(sums):
        return mean(part)(sums) / np.sqrt(sums[part]["square"] / sums[part]["count"])

    return {"of": share, "measure": across_halves(lambda sums: 1.0)}


def of_mean(image, part):
    """The statistic: cosine of E s with x, at printed size and both locally normalised."""
    return lambda sums: look(mean(part)(sums).reshape(image.shape), image)[2]


def between(one, other):
    """The cosine of the E s of two parts that share no draw, their lengths from products of different trials."""

    def cosine_of(sums):
        lengths = np.sqrt(abs(estimates.signal(sums[one]) * estimates.signal(sums[other])))
        return mean(one)(sums) @ mean(other)(sums) / lengths

    return cosine_of

"""Sums over simulated pictures, as claims on noise and on what is redrawn take them, and statistics of them."""

from functools import partial

import numpy as np

from sims.evidence import estimates
from sims.evidence.defects import leaky
from sims.evidence.estimates import PictureSums, Sums, across_halves
from theory.geometry.patches import unit


def chunk(network, rules, mask, directions, rng, trials):
    """Sums over `trials` pictures of a ThreeLayer (times a mask): one nested Sums per rule, under the names of
    `rules`.
    """
    found = {name: PictureSums(**directions) for name in rules}
    for pictures in network.batches(rng, trials, list(rules.values())):
        for sums, of_rule in zip(found.values(), pictures.swapaxes(0, 1)):
            sums.add_all(of_rule if mask is None else of_rule * mask)
    return Sums({name: sums.sums() for name, sums in found.items()})


def of_parts(draw, directions, rng, trials):
    """Sums over the pictures that draw(rng, trials) yields by part, those of each along its own named directions."""
    found = {part: PictureSums(**named) for part, named in directions.items()}
    for pictures in draw(rng, trials):
        for part, picture in pictures.items():
            found[part].add(picture)
    return Sums({part: sums.sums() for part, sums in found.items()})


def guided(network, mask=None, **directions):
    """A chunk of guided backpropagation alone, of the part of the pictures that `mask` (H, W) leaves."""
    return partial(chunk, network, {"guided": "guided"}, mask, directions)


def guided_and_leaky(network, leak, **directions):
    """A chunk of guided backpropagation, and of its leaky twin on the same draws."""
    return partial(chunk, network, {"guided": "guided", "twin": leaky(leak)}, None, directions)


def inside(kernel, shape):
    """The slices of an (H, W) array that leave out a kernel's width at every border, along each axis that has room."""
    sizes = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return tuple(
        slice(size, length - size) if 1 < size and 2 * size < length else slice(None)
        for size, length in zip(sizes, shape)
    )


def whole_periods(m, kernel, stride):
    """The interior of a coverage m (H, W), cut to whole periods of the stride."""
    within = m[inside(kernel, m.shape)]
    return within[tuple(slice(max(1, length // stride * stride)) for length in within.shape)]


def interior(network):
    """1 where a pixel of a ThreeLayer's image is a kernel or more from every border, (H, W)."""
    mask = np.zeros(network.image.shape[1:])
    mask[inside(network.windows.kernel, mask.shape)] = 1
    return mask


def noise_to_signal(sums):
    """E‖s − E s‖²/‖E s‖²."""
    return estimates.noise(sums) / estimates.signal(sums)


def mean(part):
    """The statistic E s, flat, of one part of nested sums."""
    return lambda sums: sums[part]["total"] / sums[part]["count"]


def between(one, other):
    """The cosine of the E s of two parts that share no draw, their lengths from products of different trials."""

    def cosine_of(sums):
        lengths = np.sqrt(abs(estimates.signal(sums[one]) * estimates.signal(sums[other])))
        return mean(one)(sums) @ mean(other)(sums) / lengths

    return cosine_of


def angle_to(direction, part="guided"):
    """The statistic sin² of the angle between the E s of one part of nested sums and a named direction."""
    return lambda sums: estimates.sine_squared(sums[part], direction)


def length_along(direction, length):
    """Of a part to its statistic: how long E s is along a named direction, over a length."""
    return lambda part: lambda sums: estimates.along(sums[part], direction) / length


def along_share(direction, part="guided"):
    """The statistic cos(E s, e) of one part of nested sums and a named direction e."""
    return lambda sums: estimates.towards(sums[part], direction)


def off(direction, part="guided"):
    """`of` and `measure` of a row: sin² of the angle between E s and a direction, a picture, which may be 0."""
    e, mean_of_part = unit(direction.ravel()), mean(part)

    def rest(sums):
        found = mean_of_part(sums)
        return found - (found @ e) * e

    return {"of": rest, "measure": across_halves(lambda sums: estimates.signal(sums[part]))}


def enough_trials(filters, margin):
    """Trials that decide a relative margin on the noise-to-signal ratio of a photograph, by experience.

    The spread of ‖s‖² that all pixels share is about 1.1/√filters, and 7.7 standard errors must fit the margin.
    """
    return (8.5 / margin) ** 2 / filters

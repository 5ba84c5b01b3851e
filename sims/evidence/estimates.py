"""Mergeable sums, the unbiased statistics read off them, and the jackknife error of any function of them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Estimate:
    """A measured value, its standard error, and the degrees of freedom behind the error (0 error: exact)."""

    value: float
    error: float = 0.0
    dof: int = 1


class Sums(dict):
    """Named sums over trials, numbers or arrays. They merge by +, and a part is taken out again by −."""

    def __add__(self, other):
        return Sums({name: self[name] + other[name] for name in self})

    def __sub__(self, other):
        return Sums({name: self[name] - other[name] for name in self})


def mean_of(*path):
    """The statistic: the sum that `path` leads to, through nested ones, over the trials."""

    def mean(sums):
        value = sums
        for key in path:
            value = value[key]
        return value / sums["count"]

    return mean


def total(parts):
    """The sum of Sums, of at least one."""
    parts = iter(parts)
    return sum(parts, next(parts))


def jackknife(groups, statistic):
    """`statistic` of all groups together, its error from leaving out one group of equal size at a time.

    For a degenerate U-statistic (a squared mean that is zero) the error is too large by up to √2, never too small on
    average (Efron and Stein 1981).
    """
    total = groups[0]
    for group in groups[1:]:
        total = total + group
    left_out = np.array([statistic(total - group) for group in groups])
    spread = ((left_out - left_out.mean()) ** 2).sum() * (len(groups) - 1) / len(groups)
    return Estimate(float(statistic(total)), float(np.sqrt(spread)), len(groups) - 1)


def across_halves(over):
    """A measure of the squared length of a mean that may be 0, over `over` of all sums together.

    The statistic gives a group's mean, a vector. Every second group's product with the mean of the others is, given
    those, one of independent numbers that are nearly normal, of mean ‖E‖² up to ⟨E, error⟩: Student's error of their
    mean is right where the square vanishes, where the jackknife's shrinks with it.
    """

    def measure(groups, statistic):
        others = np.mean([statistic(group) for group in groups[1::2]], axis=0)
        products = np.array([statistic(group) @ others for group in groups[::2]])
        scale, count = over(total(groups)), len(products)
        return Estimate(
            float(products.mean() / scale), float(products.std(ddof=1) / np.sqrt(count) / abs(scale)), count - 1
        )

    return measure


def propagate(function, estimates):
    """`function` of independent estimates, with the error that theirs give it to first order."""
    values = np.array([each.value for each in estimates])
    variance = 0.0
    for place, each in enumerate(estimates):
        if each.error:
            step = np.zeros_like(values)
            step[place] = each.error
            variance += ((function(values + step) - function(values - step)) / 2) ** 2
    return Estimate(float(function(values)), float(np.sqrt(variance)), min(each.dof for each in estimates))


class PictureSums:
    """Sums over i.i.d. pictures s, with those of ⟨s, e⟩, its square and cos(s, e) along each named direction e."""

    def __init__(self, **directions):
        self._units = {name: (e / np.linalg.norm(e)).ravel() for name, e in directions.items()}
        self._along = {name: np.zeros(3) for name in directions}
        self._count, self._total, self._square = 0, 0.0, 0.0

    def add(self, picture):
        self.add_all(picture[None])

    def add_all(self, pictures):
        """Add every one of an array of pictures, (trials, ...)."""
        pictures = pictures.reshape(len(pictures), -1).astype(np.float64)
        energies = np.einsum("ij,ij->i", pictures, pictures)
        self._count += len(pictures)
        self._total, self._square = self._total + pictures.sum(axis=0), self._square + energies.sum()
        lengths = np.where(energies > 0, np.sqrt(energies), np.inf)
        for name, e in self._units.items():
            a = pictures @ e
            self._along[name] += (a.sum(), a @ a, (a / lengths).sum())

    def sums(self):
        return Sums(count=self._count, total=self._total, square=self._square, **self._along)


def noise(sums):
    """Unbiased E‖s − E s‖²."""
    return (sums["square"] - sums["total"] @ sums["total"] / sums["count"]) / (sums["count"] - 1)


def signal(sums):
    """Unbiased ‖E s‖², from products of different trials only: no knowledge of the mean is used."""
    return (sums["total"] @ sums["total"] - sums["square"]) / (sums["count"] * (sums["count"] - 1))


def along(sums, direction):
    """⟨E s, e⟩ for a named unit direction e."""
    return sums[direction][0] / sums["count"]


def squared_along(sums, direction):
    """Unbiased ⟨E s, e⟩²."""
    a, aa, _ = sums[direction]
    return (a * a - aa) / (sums["count"] * (sums["count"] - 1))


def variance_along(sums, direction):
    """Unbiased Var⟨s, e⟩."""
    a, aa, _ = sums[direction]
    n = sums["count"]
    return (aa - a * a / n) / (n - 1)


def mean_cosine(sums, direction):
    """E cos(s, e)."""
    return sums[direction][2] / sums["count"]


def sine_squared(sums, direction):
    """sin² of the angle between E s and a named direction, from unbiased squares."""
    return 1 - squared_along(sums, direction) / signal(sums)


def held(sums):
    """‖E s‖²/E‖s‖²: the part of the pictures' energy that their mean holds, unbiased above."""
    return signal(sums) * sums["count"] / sums["square"]


def towards(sums, direction):
    """The cosine of E s and a named direction, its length from products of different trials."""
    return along(sums, direction) / np.sqrt(abs(signal(sums)))


def close_to(sums, direction):
    """The same where E s is near to the direction: the root of unbiased squares, whose common noise cancels.

    Of pictures whose pixels share their noise ⟨E s, e⟩ is as noisy as ‖E s‖, and `towards` is biased upwards by half of
    the relative variance of the mean ⟨s, e⟩.
    """
    share = squared_along(sums, direction) / signal(sums)
    return np.sign(share) * np.sqrt(abs(share))

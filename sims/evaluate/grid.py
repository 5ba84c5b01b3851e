"""The grid pointing game (Böhle, Fritz & Schiele 2021): four photographs in a mosaic, and each one's class explained.

The class's quadrant is the box, so that no boxes are needed; a map that knows nothing of the class has 0.25 there.
"""

from dataclasses import dataclass

import numpy as np

from sims.random import stream
from theory.metrics.localisation import mosaic, pointing_energy, quadrants


@dataclass(frozen=True)
class Mosaic:
    """Four photographs that the network is sure of, of four classes, and these."""

    photographs: tuple
    classes: tuple[int, ...]

    @property
    def name(self):
        return " + ".join(each.name for each in self.photographs)

    @property
    def digest(self):
        return " ".join(each.digest for each in self.photographs)


def mosaics(photographs, predictions, settings):
    """Mosaics, in none of which a class comes twice, of photographs of which each is in one at most.

    They are taken in random order from those whose prediction, {name: prediction}, is sure, and right where there is a
    label. What is left over in the end is in none.
    """
    sure = sorted(
        (each for each in photographs if is_sure(predictions[each.name], settings)), key=lambda each: each.name
    )
    order = stream(settings.seed, "evaluate", "grid").permutation(len(sure))
    open_, found = [], []
    for each in (sure[place] for place in order):
        own = predictions[each.name]["class"]
        group = next((group for group in open_ if own not in group), None)
        if group is None:
            open_.append(group := {})
        group[own] = each
        if len(group) == 4:
            open_.remove(group)
            found.append(Mosaic(tuple(group.values()), tuple(group)))
    return found


def is_sure(prediction, settings):
    return prediction["confidence"] >= settings.confidence and prediction["correct"] is not False


def takes_mosaics(published):
    """Whether a network takes inputs of twice its size."""
    side = 2 * published.preprocess.size
    try:
        published.network(np.zeros((1, 3, side, side), np.float32))
    except ValueError:
        return False
    return True


def halves(image):
    """An image (C, H, W) at half its size, by means over 2×2 pixels."""
    channels, height, width = image.shape
    even = image[:, : height // 2 * 2, : width // 2 * 2]
    return even.reshape(channels, height // 2, 2, width // 2, 2).mean(axis=(2, 4), dtype=np.float64).astype(image.dtype)


def numbers(images, classes, asked, network, whole):
    """{"energy": mean share of the maps of four classes in their quadrants, "maps without": maps that point nowhere}.

    images (4, C, H, W) are put together at full size where the network takes such inputs (`whole`), else at half.
    """
    cells = images if whole else np.stack([halves(image) for image in images])
    inputs = mosaic(cells)[None]
    maps = asked(network, inputs, [[k] for k in classes])[:, 0]
    shares = [pointing_energy(map, box) for map, box in zip(maps, quadrants(*cells.shape[2:]))]
    there = [share for share in shares if share is not None]
    return {"energy": float(np.mean(there)) if there else None, "maps without": 4 - len(there)}

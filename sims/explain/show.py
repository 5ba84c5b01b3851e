"""The pictures of one random network, beside their exact limits, for any input: what `show` draws."""

import warnings

import numpy as np

from sims.data.images import as_shown
from sims.ensembles.three_layer import ThreeLayer
from sims.random import stream
from sims.report.figures import panels
from sims.report.figures.canvas import save
from theory.laws.pooling import pooled_mean
from theory.laws.three_layer import expected_cosine
from theory.metrics.similarity import cosine

SIDE = 224  # pixels of a panel: smaller pictures are enlarged by a whole factor, of larger ones the middle is shown
VANISHES = 1e-9  # a limit whose entries are all below is 0, to rounding


def show(folder, file, name, image, rules, filters, kernel, stride, pool, seed):
    """Draw x, one picture per rule, and below each its exact limit (pool up to 2).

    Writes figures/<file>.png and .csv; returns the path of the PNG and a line of text per picture. `name` stands
    above x.
    """
    network = ThreeLayer(image, kernel, stride, filters=filters, pool=pool)
    [drawn] = network.pictures(stream(seed, "show", filters, kernel, stride, pool), 1, rules)
    found = {rule: cosine(picture, image) for rule, picture in zip(rules, drawn)}
    laws = cosines_by_law(rules, image, kernel, stride, filters, pool)
    means = limits(image, rules, kernel, stride, pool)
    pictures = {name: image, **dict(zip(rules, drawn))}
    titles = [name, *(f"{rule}\ncosine with x {found[rule]:.2f}{by_law(laws.get(rule))}" for rule in rules)]
    shown = [panel(picture) for picture in pictures.values()]
    if means:
        shown += [np.ones_like(shown[0]), *(panel(mean) for mean in means.values())]
        titles += ["", *(f"its limit of many filters\n{described(mean, image)}" for mean in means.values())]
    words = f"{filters} filters of {kernel}×{kernel}, stride {stride}" + (f", {pool}×{pool} pooling" if pool else "")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # of a name in a script that the font lacks: boxes will do
        figure = panels.row_of(shown, titles, f"One random network: {words}", columns=len(pictures))
        table = columns_of(found, laws, means, image)
        path = save(figure, folder, file, {"pictures": table}, "png", limit=float("inf"), tight=False)
    return path, [*lines(found, laws, means, image), *cropped(image), *missing(pool, means)]


def cosines_by_law(rules, image, kernel, stride, filters, pool):
    """cos(s, x) by rule where a law has it: 0 for what is symmetric about 0, and guided's without pooling."""
    symmetric = ("saliency", "deconvnet") if pool is None else ("saliency",)
    laws = {rule: 0.0 for rule in rules if rule in symmetric}
    if pool is None and "guided" in rules:
        laws["guided"] = expected_cosine(image, kernel, stride, filters=filters)
    return laws


def limits(image, rules, kernel, stride, pool):
    """The exact E s of every rule, 0 included; windows of over four positions have none in closed form."""
    if pool is not None and pool > 2:
        return {}
    means = {rule: pooled_mean(image, kernel, stride, pool or 1, rule) for rule in rules}
    return {rule: mean if np.abs(mean).max() > VANISHES else np.zeros_like(mean) for rule, mean in means.items()}


def panel(picture):
    """A picture (C, H, W) at whole pixels, 0 in mid-grey, on its own scale, as (H, W) or (H, W, 3) from 0 to 1."""
    shown = as_shown(picture) / 255
    return panels.enlarged(panels.crop(shown, min(SIDE, *shown.shape[:2])), max(1, SIDE // max(shown.shape[:2])))


def described(mean, image):
    """A limit in words."""
    return f"cosine with x {cosine(mean, image):.2f}" if mean.any() else "0: all of it is noise"


def by_law(law):
    return "" if law is None else f", law {law:.2f}"


def lines(found, laws, means, image):
    """What the console says of every picture."""
    for rule, each in found.items():
        yield f"{rule}: cosine with x {each:.3f}" + ("" if rule not in laws else f", law {laws[rule]:.3f}")
    for rule, mean in means.items():
        yield f"exact limit of {rule}: {described(mean, image)}"


def columns_of(found, laws, means, image):
    """The table behind the figure."""
    limit = {f"exact limit of {rule}": cosine(mean, image) if mean.any() else 0.0 for rule, mean in means.items()}
    every = {**found, **limit}
    law = [laws.get(name, "") for name in every]
    return {"picture": list(every), "cosine_with_x": list(every.values()), "law": law}


def cropped(image):
    """What of the picture the network saw, and what of it is shown."""
    side = image.shape[1]
    yield f"the network saw the picture's central square, resized to {side}×{side}"
    if side > SIDE:
        yield f"shown are its middle {SIDE}×{SIDE} pixels"


def missing(pool, means):
    if not means:
        yield f"no limits are drawn: windows of {pool}×{pool} have none in closed form (--pool 2 has)"

"""The pictures of one random network, side by side, for any input: what `show` draws."""

import warnings

import numpy as np
from matplotlib.figure import Figure

from sims.data.images import as_shown
from sims.ensembles.three_layer import ThreeLayer
from sims.random import stream
from sims.report.figures.canvas import save
from theory.laws.pooling import pooled_mean
from theory.laws.three_layer import expected_cosine
from theory.metrics.similarity import cosine


def show(folder, file, name, image, rules, filters, kernel, stride, pool, seed):
    """Draw x, one picture per rule, and the exact limit of each rule that does not vanish (pool up to 2).

    Writes figures/<file>.png and .csv; returns the path of the PNG and a line of text per picture. `name` stands
    above x.
    """
    network = ThreeLayer(image, kernel, stride, filters=filters, pool=pool)
    [drawn] = network.pictures(stream(seed, "show", filters, kernel, stride, pool), 1, rules)
    shown = {rule: (picture, cosine(picture, image)) for rule, picture in zip(rules, drawn)}
    laws = {"guided": expected_cosine(image, kernel, stride, filters=filters)} if pool is None else {}
    for rule, mean in limits(image, rules, kernel, stride, pool).items():
        shown[f"exact limit of {rule}"] = mean, cosine(mean, image)
    figure = Figure((3 * len(shown) + 3, 3.6))
    panels = figure.subplots(1, len(shown) + 1)
    draw(panels[0], image, name)
    for panel, (title, (picture, found)) in zip(panels[1:], shown.items()):
        law = f", law {laws[title]:.2f}" if title in laws else ""
        draw(panel, picture, f"{title}\ncos with x {found:.2f}{law}")
    figure.suptitle(f"N = {filters}, {kernel}×{kernel}, stride {stride}" + (f", {pool}×{pool} pooling" if pool else ""))
    table = {
        "picture": list(shown),
        "cosine_with_x": [found for _, found in shown.values()],
        "law": [laws.get(title, "") for title in shown],
    }
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # of a name in a script that the font lacks: boxes will do
        figure.tight_layout()
        path = save(figure, folder, file, {"pictures": table}, "png", limit=float("inf"))
    return path, [f"{title}: cosine with x {found:.3f}" for title, (_, found) in shown.items()]


def limits(image, rules, kernel, stride, pool):
    """The exact E s of every rule that has one; windows of over four positions have none in closed form."""
    if pool is not None and pool > 2:
        return {}
    means = {rule: pooled_mean(image, kernel, stride, pool or 1, rule) for rule in rules}
    return {rule: mean for rule, mean in means.items() if np.abs(mean).max() > 1e-9}


def draw(panel, picture, title):
    """A picture (C, H, W), 0 in mid-grey, rescaled to its own reach."""
    panel.imshow(as_shown(picture), cmap="gray", vmin=0, vmax=255)
    panel.set_title(title, fontsize=11, parse_math=False)
    panel.axis("off")

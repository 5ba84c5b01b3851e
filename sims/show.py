"""The pictures of one random network, side by side, for any input: what `show` draws."""

import numpy as np
from matplotlib.figure import Figure

from sims.ensembles import ThreeLayer
from sims.images import as_shown
from sims.plots.canvas import save
from sims.streams import stream
from theory.three_layer import expected_cosine, guided_mean, limit_cosine


def show(folder, name, image, rules, filters, kernel, stride, pool, seed):
    """Draw x, one picture per rule, and the exact limit of guided backpropagation where there is no pooling.

    Writes figures/show-<name>.png, .svg and .csv; returns the path of the PNG and a line of text per picture.
    """
    network = ThreeLayer(image, kernel, stride, filters=filters, pool=pool)
    [drawn] = network.pictures(stream(seed, "show", filters, kernel, stride, pool), 1, rules)
    shown = {rule: (picture, cosine(picture, image)) for rule, picture in zip(rules, drawn)}
    laws = {"guided": expected_cosine(image, kernel, stride, filters=filters)} if pool is None else {}
    if pool is None:
        shown["exact limit of guided"] = guided_mean(image, kernel, stride), limit_cosine(image, kernel, stride)
    figure = Figure((3 * len(shown) + 3, 3.6))
    panels = figure.subplots(1, len(shown) + 1)
    draw(panels[0], image, name)
    for panel, (title, (picture, found)) in zip(panels[1:], shown.items()):
        law = f", law {laws[title]:.2f}" if title in laws else ""
        draw(panel, picture, f"{title}\ncos with x {found:.2f}{law}")
    figure.suptitle(f"N = {filters}, {kernel}×{kernel}, stride {stride}" + (f", {pool}×{pool} pooling" if pool else ""))
    figure.tight_layout()
    table = {
        "picture": list(shown),
        "cosine_with_x": [found for _, found in shown.values()],
        "law": [laws.get(title, "") for title in shown],
    }
    path = save(figure, folder, f"show-{name}", {"pictures": table})
    return path, [f"{title}: cosine with x {found:.3f}" for title, (_, found) in shown.items()]


def draw(panel, picture, title):
    """A picture (C, H, W), 0 in mid-grey, rescaled to its own reach."""
    panel.imshow(as_shown(picture), cmap="gray", vmin=0, vmax=255)
    panel.set_title(title, fontsize=11)
    panel.axis("off")


def cosine(a, b):
    """cos(a, b), and 0 for a zero picture."""
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float((a.astype(float) * b).sum() / lengths) if lengths else 0.0

"""How the pixels of a picture go together: measured beside the exact law, rule by rule."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import of_rule, save, two

RULES = {"saliency": "saliency", "deconvnet": "DeconvNet", "guided": "guided backpropagation"}
SHOWN = {"law": "our law", "measured": "simulated"}
FAINT = 0.4  # the likeness that is drawn white or black: the pixel with itself is 1


def maps(folder, name, result):
    """A map per rule: how every pixel goes with the one in the middle."""
    table = result["tables"]["alike"]
    parts = {rule: of_rule(table, rule) for rule in RULES}
    figure = Figure((8.4, 6.7))
    grid = figure.subplots(len(SHOWN), len(RULES))
    for axes_of_rule, rule in zip(grid.T, RULES):
        for axes, key in zip(axes_of_rule, SHOWN):
            drawn = one(axes, parts[rule], key)
        axes_of_rule[0].set_title(RULES[rule])
        axes_of_rule[1].set_title(away(parts[rule]), fontsize=10.5)
    for axes, words in zip(grid[:, 0], SHOWN.values()):
        axes.set_ylabel(words, fontsize=13)
    figure.suptitle(sentence(parts), fontsize=12.5)
    figure.subplots_adjust(left=0.06, right=0.87, bottom=0.03, top=0.88, wspace=0.08, hspace=0.27)
    bar = figure.add_axes([0.895, 0.2, 0.02, 0.5])
    figure.colorbar(drawn, cax=bar, extend="both", label="correlation (uncentred) with the pixel in the middle")
    return save(figure, folder, name, {"alike": table}, "svg")


def one(axes, part, key):
    """A map; the pixel in the middle is marked."""
    side = max(part["row"]) + 1, max(part["column"]) + 1
    drawn = axes.pcolormesh(
        part[key].reshape(side)[::-1], cmap="PuOr_r", vmin=-FAINT, vmax=FAINT, edgecolor="white", lw=0.3
    )
    axes.text(side[1] // 2 + 0.5, side[0] // 2 + 0.45, "1", ha="center", va="center", color="white", fontsize=11)
    axes.set(aspect="equal", xticks=[], yticks=[])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return drawn


def away(part):
    """How far measured and exact are apart at most, and how wide an interval is."""
    furthest, width = np.abs(part["measured"] - part["law"]).max(), ((part["high"] - part["low"]) / 2).max()
    return f"at most {two(furthest)} off\n(intervals: ±{two(width)})"


def sentence(parts):
    """Whether pixels that are not the one in the middle go with it by the law."""
    most = {rule: np.sort(np.abs(part["law"]))[-2] for rule, part in parts.items()}
    return (
        f"Pixels correlate up to {two(most['deconvnet'])} in DeconvNet's pictures, "
        f"{two(most['guided'])} in guided ones, {two(most['saliency'])} in saliency's"
    )


FIGURES = {"covariance": maps}

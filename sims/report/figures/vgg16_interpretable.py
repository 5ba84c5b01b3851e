"""A random VGG-16's pictures."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import GREY, PANELS, RULE_COLOURS, picture, save, two


@matplotlib.rc_context(PANELS)
def vgg16_interpretable(folder, name, result):
    """The three rules' pictures in one random VGG-16, and how much one sees of x in single pictures and in their
    mean.
    """
    tables = result["tables"]
    figure = Figure((11, 2.7), layout="constrained")
    *pictures, bars = figure.subplots(1, 5, width_ratios=(1, 1, 1, 1, 1.6))
    picture(pictures[0], folder, name, "x", "the input x")
    for axes, rule, seen in zip(pictures[1:], tables["panel"]["rule"], tables["panel"]["seen"]):
        picture(axes, folder, name, rule, f"{rule}\nseen of x: {two(seen)}")
    labels = {"seen": "seen of x,\none picture", "mean": "seen of x,\nmean picture", "held": "energy\nin the mean"}
    recovery = tables["recovery"]
    for n, (rule, colour) in enumerate(RULE_COLOURS.items()):
        row = recovery["rule"].index(rule)
        heights = [recovery[key][row] for key in labels]
        bars.bar(np.arange(3) + 0.27 * (n - 1), heights, 0.25, color=colour, label=rule)
    bars.set_xticks(range(3), labels.values())
    bars.set(ylim=(-0.05, 1.05), title=f"{result['settings']['networks']} networks")
    bars.axhline(0.5, color=GREY, lw=0.8, ls="--", label="interpretable; half")
    bars.axhline(0, color=GREY, lw=0.8)
    bars.legend(loc="upper left", bbox_to_anchor=(1, 1))
    figure.suptitle("VGG-16 with random weights: guided backpropagation redraws the input; seen: cosine at 64×64")
    return save(figure, folder, name, {key: tables[key] for key in ("panel", "recovery")}, "png")


FIGURES = {"vgg16_interpretable": vgg16_interpretable}

"""A random VGG-16's pictures."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import GREY, PANELS, RULE_COLOURS, picture, save, two


@matplotlib.rc_context(PANELS)
def vgg16(folder, name, result):
    """The three rules' pictures in one random VGG-16, and how alike pictures of two logits, and before and after FGSM,
    are.
    """
    tables = result["tables"]
    figure = Figure((11, 2.7), layout="constrained")
    *pictures, bars = figure.subplots(1, 5, width_ratios=(1, 1, 1, 1, 1.6))
    picture(pictures[0], folder, "vgg16", "x", "the input x")
    for axes, rule, cosine in zip(pictures[1:], tables["panel"]["rule"], tables["panel"]["cosine"]):
        picture(axes, folder, "vgg16", rule, f"{rule}\ncos(s, x) = {two(cosine)}")
    names = ("recovery", "classes", "attack")
    labels = ("with x", "of two logits", f"before, after\nFGSM, ε = {result['settings']['epsilon']:g}")
    for n, (rule, colour) in enumerate(RULE_COLOURS.items()):
        row = tables["classes"]["rule"].index(rule)
        bars.bar(
            np.arange(3) + 0.27 * (n - 1), [tables[key]["cosine"][row] for key in names], 0.25, color=colour, label=rule
        )
    bars.set_xticks(range(3), labels)
    bars.set(ylabel="mean cosine of pictures", ylim=(-0.05, 1.05), title=f"{result['settings']['networks']} networks")
    bars.axhline(0, color=GREY, lw=0.8)
    bars.legend(loc="upper left", bbox_to_anchor=(1, 1))
    figure.suptitle("VGG-16 with random weights: guided backpropagation redraws the input, whatever the class")
    return save(figure, folder, name, {key: tables[key] for key in ("panel", *names, "others")}, "png")


FIGURES = {"vgg16": vgg16}

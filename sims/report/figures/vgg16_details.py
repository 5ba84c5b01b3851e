"""Details of a random VGG-16's pictures."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import GREY, PANELS, RULE_COLOURS, picture, points, save, two


@matplotlib.rc_context(PANELS)
def vgg16_details(folder, name, result):
    """Both rules' pictures in one network, and what their means hold of x, octave by octave."""
    panel, rows = result["tables"]["panel"], result["rows"]
    figure = Figure((9, 2.7), layout="constrained")
    *pictures, octaves = figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.6))
    picture(pictures[0], folder, name, "x", "the input x")
    for axes, rule, ssim in zip(pictures[1:], panel["rule"], panel["ssim"]):
        picture(axes, folder, name, rule, f"{rule}\nSSIM {two(ssim)}")
    of_octaves = [row for row in rows if row["reading"] == "octaves"]
    table = {key: [row[key] for row in of_octaves] for key in ("name", "estimate", "low", "high")}
    for rule in panel["rule"]:
        own = [row for row in of_octaves if row["name"].startswith(rule)]
        drawn = {key: [row[key] for row in own] for key in ("estimate", "low", "high")}
        points(octaves, np.arange(len(own)), drawn, "estimate", RULE_COLOURS[rule], rule)
    octaves.axhline(of_octaves[0]["printed"], color=GREY, lw=0.8, ls="--", label="every detail: above")
    octaves.set_xticks(range(len(own)), [row["name"].rpartition("-")[2] for row in own])
    octaves.set(xlabel="octave, pixels", ylabel="correlation of the mean\npicture with x", ylim=(0.5, 1))
    octaves.legend(loc="lower right")
    figure.suptitle("VGG-16 with random weights: guided backpropagation keeps every detail, DeconvNet does not")
    return save(figure, folder, name, {"panel": panel, "octaves": table}, "png")


FIGURES = {"vgg16_details": vgg16_details}

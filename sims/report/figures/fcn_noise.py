"""The papers' six panels: rules × CNN and FCN."""

import matplotlib
from matplotlib.figure import Figure

from sims.report.figures.canvas import PANELS, picture, save, two


@matplotlib.rc_context(PANELS)
def panels(folder, name, result):
    panel = result["tables"]["panel"]
    figure = Figure((9.2, 2.1))
    figure.suptitle("Only guided backpropagation in a CNN redraws the input; cosine with x, and at printed size, local")
    for axes, n in zip(figure.subplots(1, 6), range(6)):
        kind, rule = panel["name"][n].split("-")
        title = f"{kind.upper()}, {rule}\n|cos| {two(panel['trace'][n])}, local {two(panel['local'][n])}"
        picture(axes, folder, "fcn_noise", panel["name"][n], title)
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.7, wspace=0.06)
    return save(figure, folder, name, {"panel": panel}, "png")


FIGURES = {"fcn_noise": panels}

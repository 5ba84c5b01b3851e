"""A random ResNet-50's pictures, with its skip connections and without."""

import matplotlib
from matplotlib.figure import Figure

from sims.report.figures.canvas import PANELS, picture, save, two


@matplotlib.rc_context(PANELS)
def residual(folder, name, result):
    """ResNet-50 with random weights: the three rules with skip connections and without."""
    panel, recovery = result["tables"]["panel"], result["tables"]["recovery"]
    figure = Figure((6.8, 4.2), layout="constrained")
    grid = figure.subplots(2, 4)
    for row, kind in enumerate(("residual", "plain")):
        picture(grid[row, 0], folder, "residual", "x", "the input x")
        chosen = [n for n, each in enumerate(panel["kind"]) if each == kind]
        for axes, n in zip(grid[row, 1:], chosen):
            mean = recovery["cosine"][n]
            title = (
                f"{panel['rule'][n]}, {'with' if kind == 'residual' else 'without'} skips\ncos "
                f"{two(panel['cosine'][n])}, mean {two(mean)}"
            )
            picture(axes, folder, "residual", f"{kind}-{panel['rule'][n]}", title)
    figure.suptitle("ResNet-50 with random weights, with its skip connections and without")
    return save(figure, folder, name, {"panel": panel, "recovery": recovery}, "png")


FIGURES = {"residual": residual}

"""Local connections: sweeps over N and N_h, at one printed size."""

import matplotlib
from matplotlib.figure import Figure

from sims.report.figures.canvas import PANELS, picture, save, two


@matplotlib.rc_context(PANELS)
def local(folder, name, result):
    """The papers' sweeps over N and N_h: one picture each, with its cosine with x side by side, and as it is."""
    sweep = result["tables"]["gallery"]
    figure = Figure((9.2, 1.9))
    figure.suptitle(
        "Guided backpropagation of filters, given 224×224×3, and of fully-connected neurons, given 64×64×3:\n"
        "cosine with x at 64×64, there with x locally normalised, and pixel by pixel (law)"
    )
    order = sorted(range(len(sweep["name"])), key=lambda n: sweep["name"][n].startswith("connected"))
    for axes, n in zip(figure.subplots(1, len(order)), order):
        kind, size = sweep["name"][n].split("-")
        title = f"{int(size):,} {'filters' if kind == 'convolved' else 'neurons'}"
        numbers = f"{two(sweep['visible'][n])}, local {two(sweep['local'][n])}"
        pixels = f"pixels {two(sweep['pixels'][n])} ({sweep['law'][n]:.2f})"
        picture(axes, folder, "local_connections", sweep["name"][n], f"{title}\n{numbers}\n{pixels}")
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.55, wspace=0.06)
    return save(figure, folder, name, {"gallery": sweep}, "png")


FIGURES = {"local_connections": local}

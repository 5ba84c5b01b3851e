"""Local connections: the papers' panels, and sweeps over N and N_h."""

import matplotlib
from matplotlib.figure import Figure

from sims.report.figures.canvas import PANELS, picture, save, two


@matplotlib.rc_context(PANELS)
def local(folder, name, result):
    """The papers' panels: rules × CNN and FCN, and the sweeps over N and N_h."""
    panel, sweep = result["tables"]["panel"], result["tables"]["gallery"]
    figure = Figure((9.2, 3.6))
    above, below = figure.subfigures(2, 1, height_ratios=(1.25, 1))
    above.suptitle(
        "Local connections: only guided backpropagation in a CNN redraws the input \n(CNN at "
        "224×224×3, 256 filters above; FCN 4096 neurons at 224×224×3 above, 64×64×3 below)",
    )
    titles = [
        f"{title}\ncos {two(found)}, law {law:.2f}"
        for title, found, law in zip(panel["title"], panel["cosine"], panel["law"])
    ]
    for axes, file, title in zip(above.subplots(1, 6), panel["name"], titles):
        picture(axes, folder, "local_connections", file, title)
    order = sorted(range(len(sweep["name"])), key=lambda n: sweep["name"][n].startswith("connected"))
    for axes, n in zip(below.subplots(1, len(order)), order):
        kind, *_, size = sweep["name"][n].split("-")
        title = f"{int(size):,} {'filters' if kind == 'convolved' else 'neurons'}"
        picture(
            axes,
            folder,
            "local_connections",
            sweep["name"][n],
            f"{title}\ncos {sweep['cosine'][n]:.2f}, law {sweep['law'][n]:.2f}",
        )
    for part, top in ((above, 0.64), (below, 0.74)):
        part.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=top, wspace=0.06)
    return save(figure, folder, name, {"panel": panel, "gallery": sweep}, "png")


FIGURES = {"local_connections": local}

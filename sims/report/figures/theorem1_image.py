"""How far the limit is from x."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, ORANGE, PANELS, RED, SKY, picture, points, save


@matplotlib.rc_context(PANELS)
def image(folder, name, result):
    table = result["tables"]["cosine"]
    figure = Figure((10, 3.2))
    grid = figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.4))
    for axes, part, title in zip(
        grid,
        ("x", "limit", "norms"),
        ("x", r"exact limit $\Sigma_j D_j^T\hat y_j$", "patch norms ‖yⱼ‖ (bright: large)"),
    ):
        picture(axes, folder, "theorem1_image", part, title)
    axes, place = grid[3], np.arange(len(table["picture"]))
    axes.scatter(
        place - 0.12, table["coverage_alone"], marker="s", s=60, color=SKY, label="if all patch norms were equal"
    )
    axes.scatter(place + 0.12, table["exact"], marker="_", s=700, lw=3, color=ORANGE, label="exact limit")
    points(axes, place + 0.12, table, "measured", BLUE, "simulated")
    axes.axhline(1, color=RED, lw=2, label="as printed: s ≈ x")
    axes.set(xlim=(-0.5, 2.5), ylabel="cos(E s, x)", title="Uneven coverage and unequal norms part s from x")
    axes.set_xticks(place, ["±1 signs", "white noise", "the picture"])
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)
    figure.tight_layout()
    return save(figure, folder, name, {"cosine": table}, "png")


FIGURES = {"theorem1_image": image}

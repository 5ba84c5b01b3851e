"""Max-pooling: limits and simulated means."""

import matplotlib
from matplotlib.figure import Figure

from sims.report.figures.canvas import PANELS, picture, save, two


@matplotlib.rc_context(PANELS)
def pooling(folder, name, result):
    limits, public = result["tables"]["limits"], result["tables"]["public"]
    figure = Figure((9, 4.3), layout="constrained")
    grid = figure.subplots(2, 5)
    picture(grid[0, 0], folder, "max_pooling", "x", "the input x\n\n")
    plain = f"guided, no pooling\nexact limit\ncos {limits['unpooled'][0]:.2f}"
    picture(grid[1, 0], folder, "max_pooling", "guided", plain)
    for table, first, file, what in (
        (limits, 1, "{}-{}", "2×2, {}\nexact limit"),
        (public, 3, "{}-9x9-{}", "9×9 stride 1,\n{}, simulated mean"),
    ):
        for n, (rule, order) in enumerate(zip(table["rule"], table["order"])):
            axes = grid[("deconvnet", "guided").index(rule), first + (order == "pool-relu")]
            numbers = f"cos {two(table['cosine'][n])}, local {two(table['local'][n])}"
            title = f"{rule}, {what.format(order)}\n{numbers}"
            picture(axes, folder, "max_pooling", file.format(rule, order), title)
    figure.suptitle(
        "With max-pooling DeconvNet draws edges of x, and guided backpropagation loses part of it; "
        "local: at 64×64, locally normalised"
    )
    return save(figure, folder, name, {"limits": limits, "public": public}, "png")


FIGURES = {"max_pooling": pooling}

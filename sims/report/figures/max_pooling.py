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
    picture(
        grid[1, 0], folder, "max_pooling", "guided", f"guided, no pooling\nexact limit\ncos {limits['unpooled'][1]:.2f}"
    )
    for n, (rule, order) in enumerate(zip(limits["rule"], limits["order"])):
        row, column = ("deconvnet", "guided").index(rule), 1 + (order == "pool-relu")
        title = (
            f"{rule}, 2×2, {order}\nexact limit, cos {limits['cosine_with_x'][n]:.2f}\n"
            f"with high-pass {limits['with_high_pass'][n]:.2f}"
        )
        picture(grid[row, column], folder, "max_pooling", f"{rule}-{order}", title)
    for n, (rule, order) in enumerate(zip(public["rule"], public["order"])):
        row, column = ("deconvnet", "guided").index(rule), 3 + (order == "pool-relu")
        title = (
            f"{rule}, 9×9 stride 1,\n{order}, simulated mean\n"
            f"cos {two(public['cosine_with_x'][n])}, with high-pass {two(public['with_high_pass'][n])}"
        )
        picture(grid[row, column], folder, "max_pooling", f"{rule}-9x9-{order}", title)
    figure.suptitle("With max-pooling DeconvNet draws edges, not x; guided backpropagation loses part of x")
    return save(figure, folder, name, {"limits": limits, "public": public}, "png")


FIGURES = {"max_pooling": pooling}

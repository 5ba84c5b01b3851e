"""Theorem 1's direction."""

from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREY, ORANGE, points, save


def direction(folder, name, result):
    table = result["tables"]["direction"]
    figure = Figure((6.4, 4))
    axes = figure.subplots()
    points(axes, table["filters"], table, "sine_squared", BLUE, "simulated, with interval")
    axes.axhline(0, color=ORANGE, lw=2, label=r"exact: E s ∝ $\Sigma_j D_j^T \hat y_j$")
    axes.axhspan(-table["margin"][0], table["margin"][0], color=GREY, alpha=0.15, label="margin")
    axes.set(
        xscale="log",
        xlabel="number of filters N",
        ylabel="sin² of the angle to the exact direction",
        title="Theorem 1's direction is exact at every N",
    )
    axes.set_xticks(table["filters"], map(str, table["filters"]), minor=False)
    axes.minorticks_off()
    axes.set_ylim(-1.2 * table["margin"][0], 2.2 * table["margin"][0])
    axes.legend(loc="upper right")
    return save(figure, folder, name, {"direction": table}, "svg")


FIGURES = {"theorem1_direction": direction}

"""Pictures of ones, layer by layer."""

from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREY, RED, save


def ones(folder, name, result):
    """How uniform the mean pictures of ones are, and how weak at their edges."""
    table = result["tables"]["ones"]
    figure = Figure((5.6, 4.2), layout="constrained")
    axes = figure.subplots()
    for key, colour, label in (("uniform", BLUE, "cosine with a constant"), ("border", RED, "edge over inside")):
        axes.plot(table["layer"], table[key], "o-", color=colour, label=label)
    axes.axhline(1, color=GREY, lw=0.8)
    axes.axhline(0.95, color=BLUE, ls="--", lw=1, label="nearly uniform, as read")
    title = "Mean pictures of ones: uniform, with weaker borders"
    axes.set(xlabel="layer, from the input up", ylim=(0, 1.08), title=title)
    axes.set_xticks(table["layer"])
    axes.legend(loc="lower right")
    return save(figure, folder, name, {"ones": table}, "svg")


FIGURES = {"ones_by_layer": ones}

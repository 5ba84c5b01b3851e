"""Pictures of ones, layer by layer."""

from sims.report.figures.canvas import save
from sims.report.figures.facets import headline, key, side_by_side
from sims.report.figures.marks import printed_line, simulated
from sims.report.rows import named

PANELS = {
    "uniform": ("cosine with a constant", 0.95, "as printed: nearly uniform, read as 0.95 or more"),
    "border": ("edges over the inside", 1, "as printed: weaker at the edges, below 1"),
}


def ones(folder, name, result):
    """How uniform the mean pictures of ones are, and how weak at their edges."""
    layers = result["tables"]["ones"]["layer"]
    figure, panels = side_by_side([title for title, *_ in PANELS.values()], (8.4, 4.2), sharey=False)
    for axes, (kind, (_, value, label)) in zip(panels, PANELS.items()):
        rows = [named(result, f"{kind}-layer-{layer}") for layer in layers]
        printed_line(axes, value, label)
        simulated(axes, layers, {key: [row[key] for row in rows] for key in ("estimate", "low", "high")})
        axes.set(xlabel="layer, from the input up")
        axes.set_xticks(layers)
    panels[0].set_ylim(0.9, 1.005)
    panels[1].set_ylim(0, 1.08)
    key(figure, panels, ncols=2)
    headline(figure, "Mean pictures of ones are nearly uniform in every layer, and weaker at their edges")
    return save(figure, folder, name, {"ones": result["tables"]["ones"]}, "svg")


FIGURES = {"ones_by_layer": ones}

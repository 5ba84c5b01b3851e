"""What is seen of x without the backward ReLU, or without local connections."""

from sims.report.figures.canvas import save
from sims.report.figures.facets import headline, key, rows_along, side_by_side
from sims.report.rows import named

ROWS = {
    "three-layer-interpretable": "three layers: guided backpropagation",
    "no-relu-gone": "… without the backward ReLU",
    "connected-gone": "… without local connections",
    "vgg16-interpretable": "VGG-16: guided backpropagation",
    "vgg16-no-relu-gone": "… without the backward ReLU",
    "vgg16-deconvnet": "VGG-16: DeconvNet",
    "vgg16-linear-gone": "… without the backward ReLU",
}
SENTENCE = (
    "Random networks show their input by the backward ReLU and local connections: without either, next to nothing"
)


def backward_relu(folder, name, result):
    """How much pictures show of x, with each part and without."""
    rows = {key: row for key in ROWS if (row := named(result, key))}
    figure, [axes] = side_by_side([""], (8.4, 4.9))
    rows_along(axes, [*rows.values()], [ROWS[key] for key in rows])
    axes.set(xlim=(-0.1, 1.02), xlabel="seen of the input: cosine at 64×64, locally normalised")
    key(figure, [axes])
    headline(figure, SENTENCE)
    table = {key: [row[key] for row in rows.values()] for key in ("name", "estimate", "low", "high")}
    return save(figure, folder, name, {"rows": table}, "svg")


FIGURES = {"backward_relu": backward_relu}

"""What the project is about in one row of pictures: random filters redraw their input."""

from sims.report.figures.canvas import save, two
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored

SIDE = 150  # pixels of a crop: five are as wide as a page of a code host
HEADLINE = "Guided backpropagation through random, untrained filters redraws its input"


def overview(folder, name, result):
    """x, single pictures of few and of many filters, and what they tend to."""
    table, limit = result["tables"]["gallery"], result["tables"]["slope"]["limit_cosine"][0]
    chosen = sorted({0, max(len(table["filters"]) - 2, 0), len(table["filters"]) - 1})
    files = ["x", *(f"filters-{table['filters'][n]}" for n in chosen), "limit"]
    titles = [
        "the input",
        *(one(table, n) for n in chosen),
        f"limit of many filters\ncosine {two(limit)} by our law",
    ]
    pictures = [shown(stored(folder, "convergence_filters", file), SIDE) for file in files]
    words = f"cosine: of a single network's picture with the input; shown is the middle of each\n{GREY_IS_ZERO}"
    figure = row_of(pictures, titles, HEADLINE, words, letters=10)
    return save(figure, folder, name, {key: result["tables"][key] for key in ("gallery", "slope")}, "png", tight=False)


def one(table, n):
    """The title of one network's picture."""
    found, law = two(table["cosine"][n]), two(table["predicted"][n])
    return f"{table['filters'][n]} random filters\ncosine {found} (law {law})"

"""The picture of the input of ones: measured, beside its law and the image that it depends on."""

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

SIDE = 224  # pixels of each picture, enlarged by a whole factor
SHOWN = {"x": "the input x", "ones": "ones, simulated mean", "ones-law": "ones, our law"}


def uniform(folder, name, result):
    """The cosines with a constant stand above the pictures."""
    rows = {part: named(result, part) for part in ("whole", "inside")}
    pictures = [shown(stored(folder, "uniform_ones", each), SIDE) for each in SHOWN]
    numbers = f"{with_interval(rows['whole'], 3)}", f"{rows['whole']['law']:.3f}"
    titles = [f"{words}\n{number}" for words, number in zip(SHOWN.values(), ("", *numbers))]
    footnote = f"numbers: cosine with a constant [interval]; every pixel enlarged\n{GREY_IS_ZERO}"
    figure = row_of(pictures, titles, sentence(rows), footnote, letters=10)
    keys = "name", "estimate", "low", "high", "law"
    table = {key: [row[key] for row in rows.values()] for key in keys}
    return save(figure, folder, name, {"rows": table}, "png", tight=False)


def sentence(rows):
    row = rows["whole"]
    return f"The input of ones comes back nearly uniform: its cosine with a constant is {row['estimate']:.2f}"


FIGURES = {"uniform_ones": uniform}

"""Subtracting what classes share: a picture, the mean over five other classes, and what is left."""

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

SIDE = 150  # pixels of each picture: the middle
NUMBERS = "numbers: similarity of the pictures of two classes [interval] (our law)"
SHOWN = {
    "picture": ("a class's guided picture", "before"),
    "others": ("less the mean over 5 others", None),
    "rest": ("what is left", "after"),
}


def subtracted(folder, name, result):
    """The similarity of two classes stands above: before, and after."""
    rows = {each: named(result, row) for each, (_, row) in SHOWN.items() if row}
    titles = [f"{words}\n{shared(rows[each]) if each in rows else ''}" for each, (words, _) in SHOWN.items()]
    pictures = [shown(stored(folder, "class_mean", each), SIDE) for each in SHOWN]
    footnote = f"{NUMBERS}\nthe middle of each picture; {GREY_IS_ZERO}"
    left = named(result, "image")
    headline = (
        f"Subtracting what classes share subtracts x: the cosine with x is {abs(left['estimate']):.2f} afterwards"
    )
    figure = row_of(pictures, titles, headline, footnote, gap=80, letters=10)
    keys = "name", "estimate", "low", "high", "law"
    table = {key: [row[key] for row in (*rows.values(), left)] for key in keys}
    return save(figure, folder, name, {"rows": table}, "png", tight=False)


def shared(row):
    return f"{with_interval(row)} ({row['law']:.2f})"


FIGURES = {"class_mean": subtracted}

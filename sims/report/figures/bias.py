"""A network with biases draws two pictures, of the image and of an input of ones: measured beside their laws."""

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, enlarged, row_of, stored
from sims.report.rows import named

SIDE = 190  # pixels of each picture: a corner
PARTS = {"image": "picture of x", "ones": "picture of the ones"}
FOOTNOTE = (
    "Gaussian biases; a corner of each picture; numbers: length of the mean along our law, over it [interval]\n"
    f"{GREY_IS_ZERO}"
)


def two_pictures(folder, name, result):
    """Both pictures, each beside its law; the length along it above."""
    rows = {part: named(result, f"gaussian-{part}-scale") for part in PARTS}
    files, titles = [], []
    for part, words in PARTS.items():
        files += f"{part}-mean", part
        titles += f"mean {words}\n{with_interval(rows[part])}", f"our law\n{rows[part]['law']:g}"
    pictures = [corner(stored(folder, "bias", each)) for each in files]
    figure = row_of(pictures, titles, sentence(result), FOOTNOTE, letters=10)
    keys = "name", "estimate", "low", "high", "law"
    directions = [named(result, f"gaussian-{part}-direction") for part in PARTS]
    table = {key: [row[key] for row in (*rows.values(), *directions)] for key in keys}
    return save(figure, folder, name, {"rows": table}, "png", tight=False)


def corner(picture):
    """The upper left of a picture, or a small one enlarged by a whole factor."""
    return enlarged(picture[:SIDE, :SIDE], max(SIDE // len(picture), 1))


def sentence(result):
    """What the printed identity says, where it holds."""
    if named(result, "sum")["verdict"] == "holds":
        return "Biases act as an input of ones, and draw it as a second picture"
    return "A network with biases draws two pictures"


FIGURES = {"bias": two_pictures}

"""Two units of each of three maps of a random VGG-16, as guided backpropagation shows them, beside x."""

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

SIDE = 150  # pixels of each picture: the middle
MAPS = ("conv3_3", "conv4_3", "conv5_3")
UNITS = ("the most active unit", "another, the second")
NUMBERS = "alike: mean cosine of the two units' pictures [interval]"


def two_units(folder, name, result):
    """A column a map, a row a unit."""
    rows = {each: named(result, f"{each}-alike") for each in MAPS}
    picture = lambda key: shown(stored(folder, "unit_fields", key), SIDE)
    pictures, titles = [], []
    for n, words in enumerate(UNITS):
        pictures += [picture(f"{each}-{n}") for each in MAPS]
        titles += [f"{each}\n{words}" if n == 0 else f"alike {with_interval(rows[each])}\n{words}" for each in MAPS]
        if n == 0:
            pictures.append(picture("x"))
            titles.append("x\n")
    headline = "The picture of a unit is x within the unit's field, whichever unit it is"
    figure = row_of(pictures, titles, headline, f"{NUMBERS}\n{GREY_IS_ZERO}", columns=4, gap=46, letters=10)
    table = {key: [row[key] for row in rows.values()] for key in ("name", "estimate", "low", "high")}
    return save(figure, folder, name, {"alike": table}, "png", tight=False)


FIGURES = {"unit_fields": two_units}

"""A random VGG-16's pictures."""

from sims.report.figures.canvas import save, two, with_interval
from sims.report.figures.facets import RULES
from sims.report.figures.panels import row_of, shown, stored
from sims.report.rows import named

SIDE = 190  # pixels of a crop: four are as wide as a page of a code host
HEADLINE = (
    "In a random VGG-16 guided backpropagation shows the input, saliency is noise,\n"
    "and of DeconvNet it depends on how one reads “interpretable”"
)


def vgg16_interpretable(folder, name, result):
    """x and the three rules' pictures in one network, and how much single pictures show of x."""
    recovery = result["tables"]["recovery"]
    pictures = [shown(stored(folder, name, part), SIDE) for part in ("x", *RULES)]
    titles = ["the input", *(f"{RULES[rule]}\nseen: {seen(result, rule)}" for rule in RULES)]
    figure = row_of(pictures, titles, HEADLINE, footnote(result), letters=10)
    return save(figure, folder, name, {"recovery": recovery}, "png", tight=False)


def seen(result, rule):
    """The cosine with x at 64×64 of single pictures, with its interval where a row has it."""
    row, recovery = named(result, f"{rule}-interpretable"), result["tables"]["recovery"]
    return with_interval(row) if row else two(recovery["seen"][recovery["rule"].index(rule)])


def footnote(result):
    networks = result["settings"]["networks"]
    return (
        f"seen: cosine with the input, 64×64 and locally normalised, of {networks} networks; shown: middle of one\n"
        "grey is 0, darker negative, brighter positive; each picture on its own scale"
    )


FIGURES = {"vgg16_interpretable": vgg16_interpretable}

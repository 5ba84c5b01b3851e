"""A random ResNet-50's pictures, with its skip connections and without."""

from sims.report.figures.canvas import save, two, with_interval
from sims.report.figures.facets import RULES
from sims.report.figures.panels import row_of, shown, stored
from sims.report.rows import named

SIDE = 160  # pixels of a crop
KINDS = {"residual": "and, with skips:", "plain": "and, without skips:"}


def residual(folder, name, result):
    """ResNet-50 with random weights: x and the three rules with skip connections, and the same without."""
    recovery = result["tables"]["recovery"]
    pictures, titles = [], []
    for kind, words in KINDS.items():
        pictures += [
            shown(stored(folder, "residual", part), SIDE) for part in ("x", *(f"{kind}-{rule}" for rule in RULES))
        ]
        titles += [f"the input\n{words}", *(one(recovery, kind, rule) for rule in RULES)]
    figure = row_of(pictures, titles, sentence(result), footnote(result), columns=1 + len(RULES), letters=10)
    return save(figure, folder, name, {"recovery": recovery}, "png", tight=False)


def one(recovery, kind, rule):
    """The title of one rule's picture: the mean over networks."""
    row = next(n for n, each in enumerate(zip(recovery["kind"], recovery["rule"])) if each == (kind, rule))
    return f"{RULES[rule]}\ncosine {two(recovery['cosine'][row])}"


def sentence(result):
    row = named(result, "guided-cosine")
    found = with_interval(row)
    if row["low"] > 0:
        return f"Skip connections do not spoil guided backpropagation:\nwith them its cosine is {found} higher"
    return f"Skip connections change guided backpropagation's cosine\nwith the input by {found}"


def footnote(result):
    networks = result["settings"]["networks"]
    return (
        f"ResNet-50, random weights; cosine: with the input, mean of {networks} networks; shown is the middle of one\n"
        "grey is 0, darker negative, brighter positive; each picture on its own scale"
    )


FIGURES = {"residual": residual}

"""A photograph, and its pictures in VGG-16 with published and with random convolutions."""

from sims.report.figures.canvas import save, two
from sims.report.figures.facets import RULES
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.figures.photographed import photographed
from sims.report.rows import named

SIDE = 150
NETWORKS = {"trained": "published convolutions", "random": "random convolutions"}
HEADLINE = "Trained or not, guided backpropagation and DeconvNet give parts of the image back,\nsaliency does not"


def partial_recovery(folder, name, result):
    """Rows: the networks; columns: the input and the rules, with the median photograph's correlation with x."""
    pictures, titles = [], []
    for network, words in NETWORKS.items():
        pictures += [
            shown(stored(folder, name, part), SIDE) for part in ("x", *(f"{network}-{rule}" for rule in RULES))
        ]
        titles += [f"the input\n{words}", *(f"{RULES[rule]}\n{number(result, rule, network)}" for rule in RULES)]
    footnote = "correlation with the input in the best octave: the median of {} photographs; shown is one of its own"
    footnote = footnote.format(result["sources"]["photographs"]["number"])
    figure = row_of(pictures, titles, HEADLINE, f"{footnote}\n{GREY_IS_ZERO}", columns=4)
    rows = [row for row in result["rows"] if "lines" in row["name"]]
    table = {key: [row[key] for row in rows] for key in ("name", "estimate", "low", "high")}
    return save(figure, folder, name, {"lines": table}, "png", tight=False)


def number(result, rule, network):
    row = f"{rule}-lines" if network == "trained" else f"{rule}-lines-random"
    return two(named(result, row)["estimate"])


FIGURES = {"partial_recovery": partial_recovery, "partial_recovery_photographs": photographed}

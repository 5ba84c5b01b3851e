"""Details of a random VGG-16's pictures."""

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.facets import RULES, headline, key, side_by_side
from sims.report.figures.marks import printed_line, simulated
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

SIDE = 224  # pixels of a picture, whole in the default run
SHOWN = "guided", "deconvnet"
HEADLINE = "In a random VGG-16 guided backpropagation keeps the details of its input,\nDeconvNet does not"


def vgg16_details(folder, name, result):
    """Both rules' pictures in one network, and their structural similarity to x."""
    rows = {rule: named(result, f"{rule}-structure") for rule in SHOWN}
    pictures = [shown(stored(folder, name, part), SIDE) for part in ("x", *SHOWN)]
    titles = ["the input", *(f"{RULES[rule]}\nSSIM {with_interval(row)}" for rule, row in rows.items())]
    words = f"SSIM: structural similarity to the input, mean of {result['settings']['networks']} networks; shown is one"
    figure = row_of(pictures, titles, HEADLINE, f"{words}\n{GREY_IS_ZERO}", letters=10)
    table = {key: [row[key] for row in rows.values()] for key in ("name", "estimate", "low", "high")}
    return save(figure, folder, name, {"structure": table}, "png", tight=False)


def octaves(folder, name, result):
    """What mean pictures hold of x, octave by octave."""
    rows = [row for row in result["rows"] if row.get("reading") == "octaves"]
    figure, panels = side_by_side([RULES[rule] for rule in SHOWN], (8.4, 4.2))
    for axes, rule in zip(panels, SHOWN):
        own = [row for row in rows if row["name"].startswith(rule)]
        printed_line(axes, own[0]["printed"], "as printed: every detail, read as above this line")
        simulated(axes, range(len(own)), {key: [row[key] for row in own] for key in ("estimate", "low", "high")})
        axes.set_xticks(range(len(own)), [row["name"].rpartition("-")[2] for row in own])
        axes.set(xlabel="size of the details, pixels", ylim=(0.5, 1), xlim=(-0.4, len(own) - 0.6))
    panels[0].set_ylabel("correlation of the mean picture\nwith the input")
    key(figure, panels, ncols=1)
    headline(figure, "The mean picture of guided backpropagation has details of every size, DeconvNet's not the finest")
    table = {key: [row[key] for row in rows] for key in ("name", "estimate", "low", "high")}
    return save(figure, folder, name, {"octaves": table}, "svg")


FIGURES = {"vgg16_details": vgg16_details, "vgg16_octaves": octaves}

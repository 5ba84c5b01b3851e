"""The papers' six panels: rules × CNN and FCN."""

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

RULES = {"guided": "guided backpropagation", "deconvnet": "DeconvNet", "saliency": "saliency"}
KINDS = {"cnn": "CNN", "fcn": "FCN"}
SIDE = 188  # pixels of each picture: the middle
FOOTNOTE = (
    "CNN: filters, FCN: fully connected; the middle of each picture\n"
    f"numbers: mean cosine with x at printed size, both locally normalised [interval]\n{GREY_IS_ZERO}"
)


def panels(folder, name, result):
    """One picture each, above it the mean cosine of many networks."""
    rows = {(kind, rule): named(result, f"{kind}-{rule}") for kind in KINDS for rule in RULES}
    pictures = [shown(stored(folder, "fcn_noise", row["name"]), SIDE) for row in rows.values()]
    titles = [f"{RULES[rule].split()[0]}, {KINDS[kind]}\n{with_interval(row, 3)}" for (kind, rule), row in rows.items()]
    figure = row_of(pictures, titles, sentence(rows), FOOTNOTE, columns=len(RULES), gap=30, letters=10)
    keys = "name", "estimate", "low", "high"
    table = {key: [row[key] for row in rows.values()] for key in keys}
    return save(figure, folder, name, {"panel": table}, "png", tight=False)


def sentence(rows):
    """Which panels show x: those above the bound at which people still name what they see."""
    seen = [f"{RULES[rule]} in the {KINDS[kind]}" for (kind, rule), row in rows.items() if row["low"] >= row["printed"]]
    if len(seen) == 1:
        return f"One panel of {len(rows)} shows x: {seen[0]}"
    return f"{len(seen)} panels of {len(rows)} show x"


FIGURES = {"fcn_noise": panels}

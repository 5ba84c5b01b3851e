"""Guided backpropagation and saliency, without and with max-pooling."""

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

SIDE = 150  # pixels of each picture: the middle
SHOWN = {  # picture: its words, and the row with its number
    "x": ("the input x", None),
    "one-plain-guided": ("guided, no pooling", "guided-plain"),
    "one-pooled-guided": ("guided, pooling", "guided-pooled"),
    "one-plain-saliency": ("saliency, no pooling", "plain-saliency-trace"),
    "one-pooled-saliency": ("saliency, pooling", "pooled-saliency-trace"),
}
FOOTNOTE = (
    "numbers: mean cosine with x, of guided both locally normalised at printed size [interval]\n"
    f"the middle of each picture; {GREY_IS_ZERO}"
)


def impact(folder, name, result):
    """x, and a single picture of both rules without and with pooling."""
    rows = {each: named(result, row) for each, (_, row) in SHOWN.items() if row}
    titles = [f"{words}\n{with_interval(rows[each], 3) if each in rows else ''}" for each, (words, _) in SHOWN.items()]
    pictures = [shown(stored(folder, "pooling_impact", each), SIDE) for each in SHOWN]
    figure = row_of(pictures, titles, sentence(rows), FOOTNOTE, letters=10)
    keys = "name", "estimate", "low", "high"
    table = {key: [row[key] for row in rows.values()] for key in keys}
    return save(figure, folder, name, {"rows": table}, "png", tight=False)


def sentence(rows):
    plain, pooled = (rows[f"one-{place}-guided"]["estimate"] for place in ("plain", "pooled"))
    return (
        f"With max-pooling saliency stays noise, and guided still draws x, less of it: {plain:.2f}, then {pooled:.2f}"
    )


FIGURES = {"pooling_impact": impact}

"""Max-pooling: a single picture of DeconvNet and of guided backpropagation, without and with it, beside x."""

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

SIDE = 150  # pixels of each picture: the middle
SHOWN = {
    "x": "the input x",
    "one-plain-deconvnet": "DeconvNet, no pooling",
    "one-pooled-deconvnet": "DeconvNet, pooling",
    "one-plain-guided": "guided, no pooling",
    "one-pooled-guided": "guided, pooling",
}
FOOTNOTE = (
    "numbers: mean correlation with x in its best octave of lines [interval]\n"
    f"the middle of each picture; {GREY_IS_ZERO}"
)


def pooling(folder, name, result):
    """x, and a single picture of both rules without and with 2×2 pooling."""
    rows = {f"one-{place}-deconvnet": named(result, f"lines-{place}") for place in ("plain", "pooled")}
    rows["one-plain-guided"] = named(result, "lines-plain")["control"]
    titles = [f"{words}\n{with_interval(rows[each]) if each in rows else ''}" for each, words in SHOWN.items()]
    pictures = [shown(stored(folder, "max_pooling", each), SIDE) for each in SHOWN]
    figure = row_of(pictures, titles, sentence(rows), FOOTNOTE, letters=10)
    table = {key: [row[key] for row in rows.values()] for key in ("estimate", "low", "high")}
    table = {"picture": [*rows], **table}
    return save(figure, folder, name, {"lines": table, "limits": result["tables"]["limits"]}, "png", tight=False)


def sentence(rows):
    """By the bound at which a line drawing is recognised."""
    plain, pooled = (rows[f"one-{place}-deconvnet"] for place in ("plain", "pooled"))
    if plain["high"] < plain["printed"] and pooled["low"] >= pooled["printed"]:
        return "Max-pooling turns DeconvNet from noise into a line drawing of x"
    return "What max-pooling does to DeconvNet and to guided backpropagation"


FIGURES = {"max_pooling": pooling}

"""Two logits of one network: their pictures, with guided backpropagation and with DeconvNet under pooling."""

from sims.report.figures.canvas import save, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

SIDE = 150  # pixels of each picture: the middle
RULES = {"guided": "guided", "deconvnet": "DeconvNet, pooling"}
LOGITS = {"largest": "the largest logit", "other": "another logit"}


def pairs(folder, name, result):
    """Four pictures; how alike those of two logits are stands above the second of each pair."""
    rows = {(rule, kind): named(result, f"{rule}-{kind}") for rule in RULES for kind in ("mean", "single")}
    titles = [f"{rule},\n{words}" for rule in RULES.values() for words in LOGITS.values()]
    pictures = [shown(stored(folder, "unrelated", f"{rule}-{each}"), SIDE) for rule in RULES for each in LOGITS]
    kinds = {"mean": "mean pictures", "single": "single ones"}
    of_rule = lambda rule: ", ".join(f"{words} {with_interval(rows[rule, kind])}" for kind, words in kinds.items())
    words = [f"{RULES[rule]}: {of_rule(rule)}" for rule in RULES]
    footnote = "\n".join(
        ["cosine of the pictures of two logits [interval]", *words, f"the middle of each picture; {GREY_IS_ZERO}"]
    )
    figure = row_of(pictures, titles, sentence(rows), footnote, gap=40, letters=10)
    keys = "name", "estimate", "low", "high"
    table = {key: [row[key] for row in rows.values()] for key in keys}
    return save(figure, folder, name, {"rows": table}, "png", tight=False)


def sentence(rows):
    """Of the mean pictures and of single ones."""
    single = " and ".join(f"{rows[rule, 'single']['estimate']:.2f}" for rule in RULES)
    if all(rows[rule, "mean"]["low"] >= rows[rule, "mean"]["printed"] for rule in RULES):
        return f"Two logits share their mean picture; single pictures are alike to {single}"
    return f"How alike the pictures of two logits are: single ones to {single}"


FIGURES = {"unrelated": pairs}

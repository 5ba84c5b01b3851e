"""DeconvNet and guided backpropagation under max-pooling: the two limits side by side."""

from sims.report.figures.canvas import save, two, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

RULES = {"guided": "guided", "deconvnet": "DeconvNet"}
SIDE = 190  # pixels of each picture: the middle
FOOTNOTE = f"numbers: mean correlation with x in its best octave [interval]\n{GREY_IS_ZERO}"


def alike(folder, name, result):
    """The limits and a single picture of each."""
    rows = {rule: named(result, f"{rule}-picture") for rule in RULES}
    files = [f"{rule}-limit" for rule in RULES], [f"one-pooled-{rule}" for rule in RULES]
    titles = [f"{words}, the limit\nexact" for words in RULES.values()]
    titles += [f"{RULES[rule]}, one picture\n{with_interval(row)}" for rule, row in rows.items()]
    pictures = [shown(stored(folder, "pooling_alike", each), SIDE) for kind in files for each in kind]
    figure = row_of(pictures, titles, sentence(result), FOOTNOTE, letters=10)
    keys = "name", "estimate", "low", "high"
    of_limits = [named(result, f"{rule}-limit") for rule in RULES]
    table = {key: [row[key] for row in (*rows.values(), *of_limits)] for key in keys}
    return save(figure, folder, name, {"rows": table}, "png", tight=False)


def sentence(result):
    """How alike the two limits are: by the law, and measured."""
    row = named(result, "guided-limit")
    return (
        "With max-pooling DeconvNet and guided draw alike, not the same:\n"
        f"the cosine of their limits is {two(row['law'])} (law), {with_interval(row)} (simulated)"
    )


FIGURES = {"pooling_alike": alike}

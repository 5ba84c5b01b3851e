"""DeconvNet and guided backpropagation under max-pooling: the two limits side by side."""

from sims.report.figures.canvas import save, two, with_interval
from sims.report.figures.panels import GREY_IS_ZERO, row_of, shown, stored
from sims.report.rows import named

RULES = {"guided": "guided backpropagation", "deconvnet": "DeconvNet"}
SIDE = 224  # pixels of each picture
FOOTNOTE = (
    "the limits: what the mean of many pictures tends to, exact\n"
    f"numbers: mean correlation of a single picture with x in its best octave [interval]\n{GREY_IS_ZERO}"
)


def alike(folder, name, result):
    """The two limits; what single pictures share with x stands above."""
    rows = {rule: named(result, f"{rule}-picture") for rule in RULES}
    titles = [f"{RULES[rule]}\nsingle pictures: {with_interval(row)}" for rule, row in rows.items()]
    pictures = [shown(stored(folder, "pooling_alike", f"{rule}-limit"), SIDE) for rule in RULES]
    figure = row_of(pictures, titles, sentence(result), FOOTNOTE, gap=50, letters=10)
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

"""The figure of a claim that is judged on photographs: how the numbers of all of them are spread, row by row."""

from matplotlib.figure import Figure

from sims.report.figures.canvas import save, two
from sims.report.figures.facets import bound, headline, key
from sims.report.figures.marks import SIMULATED
from sims.report.rows import deciding

ALL, HALF = "nine of ten photographs", "half of them, and the median"
LINE = 62  # characters of a row's name


def photographed(folder, name, result):
    """A line per row that decides and has a number of each photograph, from the fifth percentile to the 95th."""
    table = result["tables"]["photographs"]
    spread = {row: {key: table[key][n] for key in table} for n, row in enumerate(table["row"])}
    rows = [row for row in deciding(result) if row["name"] in spread]
    labels = [wrapped(row["what"].removesuffix(", the median photograph")) for row in rows]
    figure = Figure((9.4, 1.1 + 0.62 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for place, row in zip(range(len(rows))[::-1], rows):
        if row.get("printed") is not None:
            bound(axes, row, place)
        line(axes, spread[row["name"]], place)
    axes.set_yticks(range(len(rows))[::-1], labels, fontsize=10)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"{result['sources']['photographs']['number']} photographs")
    key(figure, [axes])
    headline(figure, result.get("true") or result["title"])
    drawn = {column: [spread[row["name"]][column] for row in rows] for column in table}
    return save(figure, folder, name, {"photographs": drawn}, "svg")


def line(axes, spread, place):
    """The photographs of one row, and their median as a number at the right end."""
    axes.plot([spread["q0.05"], spread["q0.95"]], [place] * 2, color=SIMULATED, lw=2, label=ALL, zorder=2)
    axes.plot([spread["q0.25"], spread["q0.75"]], [place] * 2, color=SIMULATED, lw=8, alpha=0.45, zorder=2)
    axes.plot(spread["q0.5"], place, "o", ms=8, color=SIMULATED, label=HALF, zorder=3)
    number = dict(xycoords=("axes fraction", "data"), ha="left", va="center", annotation_clip=False)
    axes.annotate(two(spread["q0.5"]), (1.02, place), **number)


def wrapped(text):
    """In lines of at most so many characters."""
    words, lines = text.split(), [""]
    for word in words:
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < LINE else [*lines, word]
    return "\n".join(lines)

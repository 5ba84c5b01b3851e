"""Small multiples, and rows of a result on one axis: what several figures are made of."""

import textwrap

from matplotlib.figure import Figure

from sims.report.figures import marks
from sims.report.figures.canvas import two
from sims.report.figures.marks import PRINTED

RULES = {"saliency": "saliency", "deconvnet": "DeconvNet", "guided": "guided backpropagation"}
SIDE = {"at least": 1, "at most": -1}
TALL = 0.3  # half of the height of a mark, of the distance of two rows


def side_by_side(names, size=(8.6, 4), sharey=True, rows=1):
    """A figure with a panel per name, and its axes; a name is a panel's title."""
    figure = Figure(size, layout="constrained")
    panels = figure.subplots(rows, len(names) // rows, sharey=sharey, squeeze=False).ravel()
    for axes, name in zip(panels, names):
        axes.set_title(name)
    return figure, panels


def headline(figure, sentence):
    """The one thing that a figure says, in lines of about one length."""
    figure.suptitle(balanced(sentence, int(8.4 * figure.get_figwidth())), fontsize=13.5, linespacing=1.15)


def balanced(sentence, width):
    """In as few lines as `width` asks for, the longest as short as that allows."""
    lines = max(1, len(textwrap.wrap(sentence, width)))
    return next(text for w in range(1, width + 1) if (text := textwrap.fill(sentence, w)).count("\n") < lines)


def key(figure, panels, ncols=3):
    """Each mark of the panels once, below them."""
    found = {label: handle for axes in panels for handle, label in zip(*axes.get_legend_handles_labels())}
    labels = sorted(found, key=rank)
    figure.legend([found[label] for label in labels], labels, loc="outside lower center", ncols=ncols, fontsize=11)


def rank(label):
    """Of a mark's words in a key: what is printed, our law, the simulation, and the rest."""
    starts = ("as printed", "our law", "simulated")
    return next((n for n, start in enumerate(starts) if label.startswith(start)), len(starts))


def rows_along(axes, rows, labels, law=True):
    """Rows of a result one below the other on one axis, with their numbers at its right.

    A printed bound has an arrow to the side on which the statement holds.
    """
    places = range(len(rows))[::-1]
    for place, row in zip(places, rows):
        if row.get("printed") is not None:
            bound(axes, row, place)
        if law and row.get("law") is not None:
            ends = place - TALL, place + TALL
            axes.plot([row["law"]] * 2, ends, color=marks.LAW, lw=3.5, label=marks.WORDS["law"], zorder=2)
        dot(axes, row, place)
    axes.set_yticks(places, labels)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(axis="y", visible=False)


def dot(axes, row, place):
    """The simulation of a row with its interval, along x, and its number at the right end; a law alone needs none."""
    spread = [[max(row["estimate"] - row["low"], 0)], [max(row["high"] - row["estimate"], 0)]]
    style = dict(fmt="o", ms=7, capsize=4, color=marks.SIMULATED, zorder=3)
    if not computed(row):
        axes.errorbar(row["estimate"], place, xerr=spread, label=marks.WORDS["simulated"], **style)
    number = dict(xycoords=("axes fraction", "data"), ha="left", va="center", annotation_clip=False)
    axes.annotate(two(row["estimate"]), (1.02, place), **number)


def computed(row):
    """Whether a row is its own law: nothing is drawn at random."""
    return row["low"] == row["high"] == row.get("law")


def bound(axes, row, place):
    """What is printed of a row, and the side on which it holds."""
    ends = place - TALL - 0.08, place + TALL + 0.08
    line = dict(color=PRINTED, ls=(0, (2.5, 1.2)), lw=2.2, zorder=1.5)
    axes.plot([row["printed"]] * 2, ends, label=marks.WORDS["printed"], **line)
    side = SIDE.get(row.get("printed_side"))
    if side:
        arrow = dict(arrowstyle="<|-", color=PRINTED, lw=1.6, shrinkA=0, shrinkB=0)
        axes.annotate("", (row["printed"], place), (18 * side, 0), textcoords="offset points", arrowprops=arrow)


def short(value):
    """A number for a reader: two digits after the point, or as many as a small one needs."""
    text = f"{value:.2f}" if abs(value) >= 0.095 or abs(value) < 5e-4 else f"{value:.2g}"
    return "0.00" if float(text) == 0 else text.replace("-", "−")


def layers_of(n):
    """So many layers, in words."""
    return f"{n} layer" if n == 1 else f"{n} layers"

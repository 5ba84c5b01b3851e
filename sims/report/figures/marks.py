"""The three marks that mean the same in every figure: what is printed, our law, and the simulation.

Rules are told apart by panels or by words at the end of a curve, never by these colours.
"""

import numpy as np

from sims.report.figures.canvas import BLUE, ORANGE, RED

PRINTED, LAW, SIMULATED = RED, ORANGE, BLUE
WORDS = {"printed": "as printed", "law": "our law", "simulated": "simulated, with its interval"}


def printed_line(axes, value, label=WORDS["printed"]):
    """A printed value, across the axes."""
    axes.axhline(value, color=PRINTED, ls=(0, (4, 2)), lw=2, label=label, zorder=1.5)


def printed_curve(axes, x, y, label=WORDS["printed"], **style):
    axes.plot(x, y, color=PRINTED, ls=(0, (4, 2)), lw=2, label=label, **{"zorder": 1.5, **style})


def law_curve(axes, x, y, label=WORDS["law"], **style):
    """A law of ours along x."""
    axes.plot(x, y, color=LAW, lw=2.5, label=label, **{"zorder": 2, **style})


def law_ticks(axes, x, y, label=WORDS["law"]):
    """A law of ours at single places: a short bar at each."""
    axes.scatter(x, y, marker="_", s=600, lw=3, color=LAW, label=label, zorder=2)


def simulated(axes, x, table, key="estimate", low="low", high="high", label=WORDS["simulated"]):
    """Monte Carlo points with their intervals; table holds columns `key`, `low` and `high`."""
    y, low, high = (np.array(table[name], float) for name in (key, low, high))
    spread = [np.maximum(y - low, 0), np.maximum(high - y, 0)]
    axes.errorbar(x, y, spread, fmt="o", ms=6, capsize=3, color=SIMULATED, label=label, zorder=3)


def legend(axes, **where):
    """Each mark once, in the order printed, law, simulated, then the rest."""
    handles, labels = axes.get_legend_handles_labels()
    first = [*WORDS.values()]
    order = sorted(dict(zip(labels, handles)).items(), key=lambda item: (first + [item[0]]).index(item[0]))
    return axes.legend([handle for _, handle in order], [label for label, _ in order], **where)


def at_end(axes, x, y, text, colour="black", **style):
    """A curve's name, in words, right of its last point."""
    axes.annotate(
        text,
        (x, y),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        color=colour,
        annotation_clip=False,
        **style,
    )

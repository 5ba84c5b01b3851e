"""The figure of a claim that has none of its own: the rows that decide it, each on an axis of its own."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sims.report.figures.canvas import GREY, save, signed
from sims.report.figures.facets import SIDE, balanced, computed, headline, key
from sims.report.figures.marks import LAW, PRINTED, SIMULATED, WORDS
from sims.report.figures.photographed import photographed
from sims.report.rows import deciding

WIDTH = 8.4  # inches
LINE = 88  # characters of a strip's name
HOLDS = "where the reading holds"


def decides(folder, name, result):
    """A strip per quantity: what is printed of it, where that holds, our law, and the simulation with its interval.

    Of a claim that is judged on photographs: how their numbers are spread.
    """
    if "photographs" in result.get("tables", {}):
        return photographed(folder, name, result)
    rows, said = deciding(result), result.get("true") or result["title"]
    strips = together(rows)
    names = [balanced(what, LINE) for what, _ in strips]
    heights = [0.72 + 0.2 * (1 + each.count("\n")) for each in names]
    above = 0.3 * (1 + balanced(said, int(8.4 * WIDTH)).count("\n"))
    figure = Figure((WIDTH, above + sum(heights) + 0.55), layout="constrained")
    panels = figure.subplots(len(strips), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, title, own in zip(panels, names, strips.values()):
        strip(axes, own)
        axes.set_title(title, loc="left", fontsize=11)
    key(figure, panels, ncols=2)
    headline(figure, said)
    table = {key: [row.get(key) for row in rows] for key in ("name", "estimate", "low", "high", "law", "printed")}
    return save(figure, folder, name, {"rows": table}, "svg")


def together(rows):
    """Rows by what they are of, words and number: several readings of one quantity share its strip."""
    strips = {}
    for row in rows:
        strips.setdefault((row["what"], row["estimate"]), []).append(row)
    return strips


def strip(axes, rows):
    """One quantity along x."""
    axes.set(xlim=window(rows), ylim=(-1, 1), yticks=[])
    for row in rows:
        if row.get("printed") is not None:
            printed(axes, row)
        if row.get("law") is not None:
            axes.axvline(row["law"], color=LAW, lw=5, label=WORDS["law"], zorder=2)
    row = rows[0]
    if not computed(row):
        spread = [[max(row["estimate"] - row["low"], 0)], [max(row["high"] - row["estimate"], 0)]]
        style = dict(fmt="o", ms=7, capsize=4, color=SIMULATED, zorder=4)
        axes.errorbar(row["estimate"], 0, xerr=spread, label=WORDS["simulated"], **style)
    axes.annotate(short(row["estimate"]), (1.015, 0.5), xycoords="axes fraction", va="center", fontsize=11.5)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.ticklabel_format(axis="x", useOffset=False, style="plain")
    axes.spines["left"].set_visible(False)


def window(rows):
    """Ends of an axis that shows all numbers of the rows, however near they are."""
    keys = ("estimate", "low", "high", "law", "printed")
    shown = [row[key] for row in rows for key in keys if row.get(key) is not None]
    low, high = min(shown), max(shown)
    reach = max(high - low, 0.02 * max(map(abs, shown)), *(2 * (row.get("margin") or 0) for row in rows))
    reach = reach if reach > 1e-9 else 1.0  # all are 0, to rounding
    return (low + high) / 2 - 0.7 * reach, (low + high) / 2 + 0.7 * reach


def printed(axes, row):
    """The printed value or bound, over where the statement holds."""
    value, side = row["printed"], SIDE.get(row.get("printed_side"))
    axes.axvline(value, color=PRINTED, ls=(0, (4, 2)), lw=2.2, label=WORDS["printed"], zorder=3)
    low, high = axes.get_xlim()
    margin = row.get("margin") or 0
    near = {None: (value - margin, value + margin), 1: (value, high), -1: (low, value)}[side]
    if near[0] < near[1]:
        axes.axvspan(*near, color=GREY, alpha=0.15, lw=0, label=HOLDS, zorder=0)


def short(value):
    """A number to three digits."""
    if abs(value) < 5e-4:
        return "0.000"
    return signed(value, 3) if abs(value) < 10 else signed(value, 1 if abs(value) < 1000 else 0)

"""The figure of a claim that has none of its own: the rows that decide it, each on an axis of its own."""

import textwrap

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import GREY, save, signed
from sims.report.figures.marks import LAW, PRINTED, SIMULATED, WORDS
from sims.report.rows import deciding

SIDE = {"at least": 1, "at most": -1}


def decides(folder, name, result):
    """A strip per row: the printed value or bound, our law, and the simulation with its interval."""
    rows = deciding(result)
    figure = Figure((8, 0.6 + 0.95 * len(rows)))
    strips = np.atleast_1d(figure.subplots(len(rows), 1))
    for axes, row in zip(strips, rows):
        strip(axes, row)
    figure.suptitle(textwrap.fill(result.get("true") or result["title"], 78), fontsize=12.5)
    handles = {label: handle for axes in strips for handle, label in zip(*axes.get_legend_handles_labels())}
    figure.legend(handles.values(), handles, loc="lower center", ncols=3, fontsize=10, bbox_to_anchor=(0.5, -0.02))
    figure.tight_layout(rect=(0, 0.25 / figure.get_figheight(), 1, 1))
    table = {key: [row.get(key) for row in rows] for key in ("name", "estimate", "low", "high", "law", "printed")}
    return save(figure, folder, name, {"rows": table}, "svg")


def strip(axes, row):
    """One row of a result along x."""
    shown = [row[key] for key in ("estimate", "low", "high", "law", "printed") if row.get(key) is not None]
    reach = max(max(shown) - min(shown), 0.05 * max(map(abs, shown)), row.get("margin") or 0, 1e-12)
    axes.set(xlim=(min(shown) - 0.25 * reach, max(shown) + 0.45 * reach), ylim=(-1, 1), yticks=[])
    if row.get("printed") is not None:
        printed(axes, row)
    if row.get("law") is not None:
        axes.axvline(row["law"], color=LAW, lw=3, label=WORDS["law"], zorder=2)
    spread = [[max(row["estimate"] - row["low"], 0)], [max(row["high"] - row["estimate"], 0)]]
    axes.errorbar(
        row["estimate"], 0, xerr=spread, fmt="o", ms=7, capsize=4, color=SIMULATED, label=WORDS["simulated"], zorder=3
    )
    axes.set_title(textwrap.shorten(row["what"], 100, placeholder=" …"), loc="left", fontsize=10.5)
    axes.annotate(short(row["estimate"]), (1, 0.5), xycoords="axes fraction", ha="right", va="center", fontsize=11)
    axes.spines["left"].set_visible(False)


def printed(axes, row):
    """The printed value; of a bound, the side on which the statement holds, too."""
    axes.axvline(row["printed"], color=PRINTED, ls=(0, (4, 2)), lw=2, label=WORDS["printed"], zorder=1.5)
    side = SIDE.get(row.get("printed_side"))
    if side:
        end = axes.get_xlim()[side == 1]
        axes.axvspan(row["printed"], end, color=GREY, alpha=0.15, label="where the reading holds")


def short(value):
    return signed(value, 3) if 1e-3 <= abs(value) < 1e3 else f"{value:.2g}".replace("-", "−")

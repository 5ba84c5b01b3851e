"""A figure that several claims share: every row of a claim against the exact law."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREY, ORANGE, RED, save


def law_of(row):
    """Where a law of ours puts a row."""
    return None if row.get("kind", "law") != "law" else row.get("law", row.get("exact"))


def forest(folder, name, result):
    """Every row of a claim: how far the measured and the printed value lie from the exact one, in margins."""
    rows = [{"printed": None, **row, "exact": law_of(row)} for row in result["rows"] if law_of(row) is not None]
    place = np.arange(len(rows))[::-1]
    figure = Figure((8, 1.4 + 0.3 * len(rows)))
    axes = figure.subplots()
    scaled = {
        key: np.array([(row[key] - row["exact"]) / row["margin"] for row in rows])
        for key in ("estimate", "low", "high")
    }
    axes.axvspan(-1, 1, color=GREY, alpha=0.15, label="margin")
    axes.axvline(0, color=ORANGE, lw=2, label="exact law")
    spread = [scaled["estimate"] - scaled["low"], scaled["high"] - scaled["estimate"]]
    axes.errorbar(scaled["estimate"], place, xerr=spread, fmt="o", ms=5, capsize=3, color=BLUE, label="simulated")
    missed = [(y, r) for y, r in zip(place, rows) if r["verdict"] == "corrected"]
    off = [(y, np.clip((r["printed"] - r["exact"]) / r["margin"], -4, 4)) for y, r in missed]
    if off:
        axes.scatter(
            *np.array(off)[:, ::-1].T,
            marker="X",
            s=60,
            color=RED,
            label="as printed, where refuted (±4: 4 or more)",
            zorder=3,
        )
    axes.set(xlim=(-4.4, 4.4), xlabel="distance from the exact law, in margins", title=result["title"])
    axes.set_yticks(place, [row["name"] for row in rows])
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    table = {
        key: [row[key] for row in rows] for key in ("name", "estimate", "low", "high", "exact", "printed", "margin")
    }
    return save(figure, folder, name, {"rows": table}, "svg")

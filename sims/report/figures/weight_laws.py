"""Other laws of the weights: the direction and the length of the mean picture, law by law."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import save
from sims.report.figures.marks import LAW, PRINTED, SIMULATED, WORDS
from sims.report.rows import named

LAWS = {
    "truncated": "truncated normal (the papers')",
    "rademacher": "±1",
    "uniform": "uniform",
    "laplace": "Laplace",
    "student": "Student's t",
    "spherical": "uniform on a sphere",
    "correlated": "normal, entries correlate",
}


def laws(folder, name, result):
    """sin² of the angle to Theorem 1's direction, and the length over that of Gaussian weights."""
    figure = Figure((9, 4.4))
    angle, length = figure.subplots(1, 2, sharey=True)
    rows = [[of_law(result, law, what) for law in LAWS] for what in ("direction", "scale")]
    for axes, of_axes in zip((angle, length), rows):
        strip(axes, of_axes)
    bound = named(result, "angle")
    angle.axvline(
        100 * bound["printed"], color=PRINTED, ls=(0, (4, 2)), lw=2, label="most that the strict reading allows"
    )
    angle.set(xlabel="energy off Theorem 1's direction, %\n(sin² of the angle)", xlim=(-1, None))
    length.set(xlabel="length over that of Gaussian weights\nof the same variance")
    length.set_xlim(0.95, 1.05)
    angle.set_yticks(-np.arange(len(LAWS)), LAWS.values())
    figure.suptitle(sentence(rows[0], bound["printed"]), fontsize=13)
    found = {label: handle for axes in (angle, length) for handle, label in zip(*axes.get_legend_handles_labels())}
    figure.legend(found.values(), found, loc="lower center", ncols=3, fontsize=10)
    figure.tight_layout(rect=(0, 0.07, 1, 1))
    table = [row for of_axes in rows for row in of_axes if row is not None]
    keys = "name", "estimate", "low", "high", "law"
    return save(figure, folder, name, {"laws": {key: [row.get(key) for row in table] for key in keys}}, "svg")


def of_law(result, law, what):
    """A row; in per cent of energy where it is an angle."""
    return named(result, f"{law}-{what}")


def strip(axes, rows):
    """Simulated points, and the law of Gaussian weights across."""
    unit = 100 if rows[0]["name"].endswith("direction") else 1
    for place, row in enumerate(rows):
        if row is not None and "law" in row:
            axes.scatter(unit * row["law"], -place, marker="|", s=500, lw=3, color=LAW, label=WORDS["law"], zorder=2)
        if row is not None:
            spread = [[row["estimate"] - row["low"]], [row["high"] - row["estimate"]]]
            axes.errorbar(
                unit * row["estimate"],
                -place,
                xerr=unit * np.array(spread),
                fmt="o",
                ms=6,
                capsize=3,
                color=SIMULATED,
                label=WORDS["simulated"],
                zorder=3,
            )


def sentence(rows, bound):
    """The title: as many laws keep the direction as do."""
    independent = [row for row in rows if row is not None and not row["name"].startswith("correlated")]
    kept = sum(row["high"] <= bound for row in independent)
    if kept < len(independent):
        return f"{kept} of {len(independent)} laws of weights are seen to give the picture of Gaussian ones"
    return "The papers' weights, and those of other laws, give the picture of Gaussian ones"


FIGURES = {"weight_laws": laws}

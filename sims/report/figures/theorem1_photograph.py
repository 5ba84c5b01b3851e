"""How much of a photograph the limit recovers, scale by scale."""

from sims.report.figures.canvas import save, two
from sims.report.figures.facets import headline, key, rows_along, side_by_side
from sims.report.rows import named

ROWS = {
    "cosine": "all of it:\ncosine with the input",
    "octave-1": "details of 1 pixel:\ncorrelation",
    "octave-2": "details of 2 pixels",
    "octave-4": "details of 4 pixels",
    "octave-8": "details of 8 pixels",
}


def photograph(folder, name, result):
    """The cosine of the limit with x, and its correlation in every octave, against the printed ≈."""
    rows = {key: row for key in ROWS if (row := named(result, key))}
    figure, [axes] = side_by_side([""], (8.2, 4.6))
    rows_along(axes, [*rows.values()], [ROWS[key] for key in rows])
    axes.set(
        xlim=(min(0.5, *(row["law"] - 0.05 for row in rows.values())), 1), xlabel="of the limit with the photograph"
    )
    key(figure, [axes])
    headline(figure, sentence(rows, result["settings"]["stride"]))
    table = {key: [row[key] for row in rows.values()] for key in ("name", "law", "printed")}
    return save(figure, folder, name, {"rows": table}, "svg")


def sentence(rows, stride):
    lost = [key for key in rows if key != "cosine" and rows[key]["law"] < rows[key]["printed"]]
    whole = f"On a photograph the limit has a cosine of {two(rows['cosine']['law'])}"
    if lost != ["octave-1"]:
        return whole
    return f"{whole}: what it misses is the finest detail" + (
        ", where the grid of the stride lies" if stride > 1 else ""
    )


FIGURES = {"theorem1_photograph": photograph}

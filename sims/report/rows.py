"""Which rows of a result a reader is shown first."""

KINDS = ("reading", "law", "finding")
FEW = 4  # rows where a claim names none that this run has


def named(result, name):
    """The row of that name, or None."""
    return next((row for row in result["rows"] if row["name"] == name), None)


def deciding(result):
    """The rows that the claim names as deciding; of a run with other settings, which lacks them, the first few."""
    found = [named(result, name) for name in result.get("decides", ())]
    found = [row for row in found if row is not None]
    return found or sorted(result["rows"], key=lambda row: KINDS.index(row["kind"]))[:FEW]


def headline(result):
    """The one row that stands for the claim in the table of all."""
    return named(result, result.get("headline", "")) or deciding(result)[0]

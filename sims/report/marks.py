"""How verdicts are written: a sign that needs no colour, and the word."""

SIGNS = {
    "holds": "✔",
    "corrected": "◐",
    "refuted": "✘",
    "inconclusive": "?",
    "not printed": "–",
    "certified": "✔",
    "off": "✘",
    "fails": "✘",
}
SURPRISE = ("refuted", "corrected", "inconclusive", "holds", "not printed")  # the order in which statements are shown


def marked(verdict):
    """The sign and the word of a verdict; a dash where there is none."""
    return f"{SIGNS.get(verdict, '')} {verdict}".strip() if verdict else "–"


def surprising(result):
    """What results are sorted by: surprises first; a result that is not as expected before all."""
    verdict = result["verdict"]
    rank = SURPRISE.index(verdict) if verdict in SURPRISE else len(SURPRISE)
    return not result.get("changed"), rank, result["claim"]

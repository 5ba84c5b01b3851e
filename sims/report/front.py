"""The first page of the ledger: how many statements came out how, and one line per statement."""

from collections import Counter

from sims.report.marks import SURPRISE, marked, surprising
from sims.report.rows import headline
from sims.report.sections import cells, figure_of, link, measured

WIDTH = 130  # pixels of a thumbnail
SPACER = 30  # spaces that keep its column as wide on a code host


def counts(results):
    """How many statements, and laws of ours, came out how."""
    statements = Counter(result["verdict"] for result in results)
    laws = Counter(result["law_verdict"] for result in results if result["law_verdict"])
    told = " · ".join(f"{marked(verdict)}: **{statements[verdict]}**" for verdict in ordered(statements))
    certified = " · ".join(f"{marked(verdict)}: **{count}**" for verdict, count in laws.most_common())
    return f"{len(results)} statements: {told}. Our laws beside {laws.total()} of them: {certified}.\n"


def ordered(statements):
    """Verdicts, what holds first; one that is not among the known ones last."""
    known = ("holds", "corrected", "refuted", "inconclusive", "not printed")
    return [*(each for each in known if statements[each]), *(each for each in statements if each not in SURPRISE)]


def table(results, folder):
    """One group's statements, surprises first."""
    yield cells("&nbsp;" * SPACER, "what is said", "what is true", "one number", "statement; our law")
    yield "|---|---|---|---|---|"
    for result in sorted(results, key=surprising):
        yield cells(
            thumbnail(result, folder),
            f"{link(result)} {result.get('said') or result['printed']}",
            result.get("true") or result["exact"],
            number(result),
            verdicts(result),
        )
    yield ""


def thumbnail(result, folder):
    """The claim's figure, small; nothing where there is none."""
    figure = figure_of(result, folder)
    anchor = result["claim"].replace("_", "-")
    return f'<a href="#{anchor}"><img src="{figure}" width="{WIDTH}" alt="{result["title"]}"></a>' if figure else ""


def number(result):
    """The row that stands for the claim."""
    row = headline(result)
    return f"**{measured(row)}**<br><sub>{row['what']}</sub>"


def verdicts(result):
    law = f"; law {marked(result['law_verdict'])}" if result["law_verdict"] else ""
    alarm = " **(not as expected)**" if result.get("changed") else ""
    return f"**{marked(result['verdict'])}**{law}{alarm}"

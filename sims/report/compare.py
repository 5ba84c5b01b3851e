"""Two sets of results, row by row: which rows are the same, which moved and how far, and whose verdict changed."""

import io
import os
import subprocess
import tarfile
from collections import Counter
from dataclasses import dataclass

from sims.report import ledger
from sims.system import digits
from sims.system.errors import InputError

SAME, LAST_DIGIT, WITHIN, BEYOND = "same", "moved in the last digit", "moved within their interval", "moved beyond it"
TERMS, VERDICT, APPEARED, VANISHED = "have other terms", "changed verdict", "appeared", "vanished"
KINDS = (SAME, LAST_DIGIT, WITHIN, BEYOND, TERMS, VERDICT, APPEARED, VANISHED)
MEASURED, DECLARED = ("estimate", "low", "high"), ("printed", "law", "margin", "printed_margin", "printed_side", "tag")
SAME_WORD = {"certified": "holds", "off": "refuted"}  # of a law, and of a row that was one without saying so
STEPS = 2  # units that a last digit may move by


@dataclass(frozen=True)
class Change:
    """What became of one row: `kind` is one of KINDS; `old` and `new` are its two forms, None where it is missing."""

    claim: str
    row: str
    kind: str
    old: dict | None
    new: dict | None

    def line(self):
        """The change in words."""
        return f"{self.claim} {self.row}: {self.kind}" + "".join(
            f"; {when} {shown(form)}" for when, form in (("was", self.old), ("is", self.new)) if form
        )


def shown(row):
    return f"{row['verdict'] or 'found'} {row['estimate']:.6g} [{row['low']:.6g}, {row['high']:.6g}]"


def compare(old, new):
    """A Change for every row of two lists of result documents, in the order of the first."""
    before, after = rows_of(old), rows_of(new)
    return [
        Change(*key, kind_of(before.get(key), after.get(key)), before.get(key), after.get(key))
        for key in dict.fromkeys([*before, *after])
    ]


def rows_of(results):
    return {(result["claim"], row["name"]): row for result in results for row in result["rows"]}


def kind_of(old, new):
    if old is None or new is None:
        return APPEARED if old is None else VANISHED
    if verdicts(old) != verdicts(new):
        return VERDICT
    if any(apart(declared(old, key), declared(new, key), digits.unit_of_value) for key in DECLARED):
        return TERMS
    if all(old[key] == new[key] for key in MEASURED):
        return SAME
    half = max(old["high"] - old["estimate"], new["high"] - new["estimate"])
    unit = (lambda _: digits.unit_of_interval(half)) if half > 0 else lambda v: digits.unit_of_value(v, new["margin"])
    if not any(apart(old[key], new[key], unit) for key in MEASURED):
        return LAST_DIGIT
    return WITHIN if old["low"] <= new["estimate"] <= old["high"] else BEYOND


def verdicts(row):
    """The verdicts that a row bears: its own and its control's."""
    found = row["verdict"], (row["control"] or {}).get("verdict")
    return tuple(SAME_WORD.get(each, each) for each in found)


def declared(row, key):
    """What was declared of a row beforehand."""
    return row.get("law", row.get("exact")) if key == "law" else row.get(key)


def statements(old, new):
    """A line for every claim of both whose verdict, on the statement or on the law, is another one."""
    before, after = (
        {each["claim"]: (each.get("verdict"), each.get("law_verdict")) for each in docs} for docs in (old, new)
    )
    for claim in [each for each in before if each in after and before[each] != after[each]]:
        forms = (f"{statement}" + (f", law {law}" if law else "") for statement, law in (before[claim], after[claim]))
        yield f"{claim}: statement was {next(forms)}; is {next(forms)}"


def apart(old, new, unit):
    """Whether two values differ by more than last digits."""
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        last = max((unit(each) for each in (old, new) if each), default=0)
        return abs(new - old) > (STEPS + 1e-6) * 10.0**last
    return old != new


def kept(old, new):
    """The ids of claims that were not run again: nothing differs, not even the seconds that they took."""
    before = {each["claim"]: each for each in old}
    return [each["claim"] for each in new if each == before.get(each["claim"])]


def summary(changes, like="as before"):
    """One line: how many rows became what; those that are the same are `like`."""
    counts = Counter(change.kind for change in changes)
    told = [f"{counts[kind]} {kind}" for kind in KINDS[1:-3] + KINDS[-2:] if counts[kind]]
    changed = counts[VERDICT]
    verdict = f"{changed} verdict{'s' * (changed > 1)} changed" if changed else "no verdict changed"
    return ", ".join([f"{len(changes)} rows: {counts[SAME]} {like}", *told, verdict])


def load(source):
    """The results in a folder, or those of a revision of the repository that the current folder lies in.

    InputError if `source` is neither.
    """
    if os.path.isdir(source):
        return ledger.load(source)
    found = _archived(source) if source and not source.startswith("-") else None
    if found is None:
        raise InputError(f"{source}: neither a folder that holds results/ nor a revision of this repository")
    with tarfile.open(fileobj=io.BytesIO(found)) as archive:
        members = [each for each in archive if each.isfile() and each.name.endswith(".json")]
        return [ledger.document(each.name, archive.extractfile(each).read()) for each in members]


def _archived(revision):
    """The results of a revision as a tar file; None if it has none, or there is no git."""
    try:
        found = subprocess.run(["git", "archive", "--", revision, "results"], capture_output=True)
    except (OSError, ValueError):
        return None
    return None if found.returncode else found.stdout

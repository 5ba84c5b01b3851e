"""What a claim measures: readings of a printed statement, laws of ours, and findings. Each is a row of its result.

A Reading turns printed words into a number; a Law is ours, against the simulation; a Finding judges nothing. A row may
have a Twin, the same statistic of networks with one defect on the same draws: judged as the row is, it must come out
refuted, and it can fail to.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from sims.evidence.estimates import jackknife
from sims.evidence.verdict import CERTIFIED, HOLDS, INCONCLUSIVE, OFF, REFUTED, Interval, interval, judge

EXACT, LIMIT, FIRST_ORDER = TAGS = "exact", "limit", "first order"
AT_LEAST, AT_MOST = "at least", "at most"


@dataclass(frozen=True)
class Twin:
    """`of` reads the row's statistic off the part of the sums that has the defect `what`."""

    what: str
    of: Callable | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """`of` reads the estimand `what` off merged sums; `measure` makes an Estimate or an Interval of groups of them."""

    name: str
    what: str
    of: Callable | None = None
    twin: Twin | None = None
    measure: Callable = jackknife

    kind: ClassVar[str]
    prolongs: ClassVar[bool] = True  # whether sampling goes on until it is decided

    def find(self, groups):
        """Its estimate, and its twin's (None without one)."""
        twin = self.measure(groups, self.twin.of) if self.twin else None
        return self.measure(groups, self.of), twin

    def describe(self, estimate, twin=None):
        """The row of the result."""
        found = as_interval(estimate)
        control = None
        if self.twin:
            wrong = as_interval(twin)
            control = {"what": self.twin.what, **ends(wrong), "verdict": self._judged(wrong)}
        return {
            "kind": self.kind,
            "name": self.name,
            "what": self.what,
            **self.declared(),
            **ends(found),
            "detectable": found.detectable,
            "verdict": self._judged(found),
            "expected": self.expected_verdict,
            "control": control,
        }

    def undecided(self, row):
        """Whether more trials could decide a row that is to be decided."""
        return self.prolongs and INCONCLUSIVE in (row["verdict"], (row["control"] or row)["verdict"])

    @property
    def expected_verdict(self):
        return None

    def declared(self):
        raise NotImplementedError

    def _judged(self, found):
        return None


@dataclass(frozen=True, kw_only=True)
class Reading(Row):
    """A printed statement as a number: the estimand is `value` within `margin`, or on one `side` of it.

    `reading` is its key among the claim's readings; one with several rows holds where all do. `law` is where a law of
    ours puts it, which decides the verdict that is expected; without one, `expected` is the verdict of the committed
    result. A bound with a margin of 0 is decided by exclusion alone, on either side.
    """

    reading: str
    value: float
    margin: float = 0.0
    side: str | None = None
    law: float | None = None
    expected: str | None = None
    prolongs: bool = True

    kind = "reading"

    def declared(self):
        own = {"reading": self.reading, "printed": float(self.value), "printed_side": self.side}
        return {**own, "law": None if self.law is None else float(self.law), "margin": float(self.margin)}

    @property
    def expected_verdict(self):
        if self.law is None:
            return self.expected
        return judge(Interval(self.law, self.law, self.law, 0.0), self.value, self.margin, self.side)

    def describe(self, estimate, twin=None):
        row = super().describe(estimate, twin)
        if self.prolongs:
            return row
        control = row["control"]  # it, and the row, may be left open
        if control and control["verdict"] == INCONCLUSIVE:
            control = {**control, "left": True}
        left = row["verdict"] == INCONCLUSIVE
        return {**row, "expected": INCONCLUSIVE if left else row["expected"], "control": control}

    def _judged(self, found):
        return decide(found, self.value, self.margin, self.side)


@dataclass(frozen=True, kw_only=True)
class Law(Row):
    """A law of ours: the estimand is `value` within `margin`. `tag` says in what sense it is right: one of TAGS."""

    value: float
    margin: float
    tag: str = EXACT

    kind = "law"

    def __post_init__(self):
        if self.tag not in TAGS:
            raise ValueError(f"a law is one of {', '.join(TAGS)}, not {self.tag!r}")

    def declared(self):
        return {"tag": self.tag, "law": float(self.value), "margin": float(self.margin)}

    @property
    def expected_verdict(self):
        return CERTIFIED

    def _judged(self, found):
        return {HOLDS: CERTIFIED, REFUTED: OFF}.get(decide(found, self.value, self.margin), INCONCLUSIVE)


@dataclass(frozen=True, kw_only=True)
class Finding(Row):
    """Measured, neither printed nor a law of ours."""

    kind = "finding"
    prolongs: ClassVar[bool] = False

    def declared(self):
        return {}


def decide(found, value, margin, side=None):
    """`judge`, but that what lies wholly outside is refuted however wide its interval is: exclusion needs no power."""
    outside = judge(replace(found, detectable=0.0), value, margin, side) == REFUTED
    return REFUTED if outside else judge(found, value, margin, side)


def as_interval(estimate):
    return estimate if isinstance(estimate, Interval) else interval(estimate)


def ends(found):
    return {"estimate": found.value, "low": found.low, "high": found.high}

"""What a run will take, and its refusal where that is more than there is, before anything is begun."""

from dataclasses import dataclass, replace
from math import inf, prod

from sims.study.study import BUDGETS, Budget
from sims.system import needs
from sims.system.errors import InputError
from sims.system.needs import Needs

PROCESS = 3e8  # bytes of a process that has everything loaded
SUMS = 3  # pictures in float64 that each group of trials holds
LONGEST = 12 * 3600  # seconds
USUAL = 3, 224, 224


@dataclass(frozen=True)
class Plan:
    """Claims, their settings by id, the shape (C, H, W) of the picture, a Budget, and the number of workers."""

    claims: list
    settings: dict
    shape: tuple
    budget: Budget
    workers: int

    @property
    def bytes(self):
        """Of the claims that take most, one on every worker; fewer share the others as threads."""
        each = sorted((self._needs(claim).bytes for claim in self.claims), reverse=True)[: self.workers]
        shared = PROCESS + SUMS * self.budget.groups * 8 * prod(self.shape)
        return sum(each) + len(each) * shared + (self.workers - len(each)) * each[0]

    @property
    def seconds(self):
        """On so many workers."""
        return sum(map(self.seconds_of, self.claims)) / self.workers

    def seconds_of(self, claim):
        """On one core."""
        usual = {setting.name: setting.default for setting in claim.settings}
        return claim.seconds * self._needs(claim).operations / claim.needs(usual, USUAL, BUDGETS["standard"]).operations

    def _needs(self, claim):
        try:
            return claim.needs(self.settings[claim.id], self.shape, self.budget)
        except OverflowError:  # of a number with hundreds of digits
            return Needs(inf, inf)

    def lowered(self):
        """{option: the plan with its default instead}."""
        names = sorted({setting.name for claim in self.claims for setting in claim.settings})
        found = {f"--{name}": replace(self, settings=self._without(name)) for name in names}
        found["--size"] = replace(self, shape=(self.shape[0], *USUAL[1:]))
        found["--budget"] = replace(self, budget=BUDGETS["standard"])
        found["--workers"] = replace(self, workers=1)
        return found

    def _without(self, name):
        defaults = {claim.id: {s.name: s.default for s in claim.settings if s.name == name} for claim in self.claims}
        return {claim: {**given, **defaults[claim]} for claim, given in self.settings.items()}


def affordable(plan):
    """The seconds that a plan will take; InputError, with what to lower, if its memory or its time are too much."""
    available = needs.memory()
    if not plan.bytes <= available:
        raise InputError(
            f"{_on(plan)} would take about {needs.size(plan.bytes)} of memory, and {needs.size(available)} are "
            f"available; {_remedy(plan, lambda each: each.bytes)}"
        )
    if not plan.seconds <= LONGEST:
        raise InputError(
            f"{_on(plan)} would take about {needs.duration(plan.seconds)}, and {needs.duration(LONGEST)} at most are "
            f"accepted; {_remedy(plan, lambda each: each.seconds)}"
        )
    return plan.seconds


def _on(plan):
    names = plan.claims[0].id if len(plan.claims) == 1 else f"these {len(plan.claims)} claims"
    return f"{names} on {plan.workers} worker{'s' * (plan.workers > 1)}"


def _remedy(plan, measure):
    """The option whose default would take the least, if it makes a difference."""
    lowered = {option: measure(other) for option, other in plan.lowered().items()}
    best = min(lowered, key=lowered.get)
    return f"lower {best}" if lowered[best] < 0.9 * measure(plan) else "name fewer claims"

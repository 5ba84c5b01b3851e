"""Checks as claims most often need them."""

from sims.registry import Check, Control
from sims.verdict import CORRECTED, HOLDS


def value_check(
    name,
    what,
    statistic,
    exact,
    margin,
    printed=None,
    printed_margin=None,
    printed_side=None,
    control=None,
    measure=None,
):
    """A check of a known exact value; unless another control is given, that value moved by twice the margin.

    What is expected follows from the exact law: the printed value holds if the law puts it within its margin.
    """
    allowed = margin if printed_margin is None else printed_margin
    within = (
        printed is None
        or {
            None: abs(exact - (printed or 0)) <= allowed,
            "at least": exact >= (printed or 0) - allowed,
            "at most": exact <= (printed or 0) + allowed,
        }[printed_side]
    )
    return Check(
        name=name,
        what=what,
        statistic=statistic,
        margin=margin,
        control=control or Control("the exact value plus twice the margin", target=exact + 2 * margin),
        expected=HOLDS if within else CORRECTED,
        exact=exact,
        printed=printed,
        printed_margin=printed_margin,
        printed_side=printed_side,
        measure=measure,
    )

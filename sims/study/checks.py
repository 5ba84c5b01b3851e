"""Checks as claims most often need them."""

from sims.evidence.picture_sums import noise_to_signal
from sims.evidence.verdict import CORRECTED, HOLDS
from sims.study.claim import Check, Control
from theory.laws import three_layer


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


MUCH_LESS = 0.7  # a ratio of distances that is "much smaller"


def much_less(name, what, ratio, margin, expected):
    """Is the papers' distance of two logits' maps much smaller than saliency's, their `ratio`?"""
    return Check(
        name,
        f"average l2 distance of two logits' maps in [0, 1], {what}: printed much smaller",
        ratio,
        margin,
        Control("1, saliency's own", target=1.0),
        expected,
        printed=MUCH_LESS,
        printed_side="at most",
    )


def noise_check(name, network, margin, place=""):
    """Noise-to-signal, measured over the exact A/N, against 1; its control is a backward ReLU that leaks `margin`."""
    exact = three_layer.noise_to_signal(**network.geometry, filters=network.filters)
    return Check(
        name=name,
        what=f"E‖s−Es‖²/‖Es‖² over the exact A/N = {exact:.4g}{place}",
        exact=1.0,
        margin=margin,
        expected=HOLDS,
        statistic=lambda sums: noise_to_signal(sums["guided"]) / exact,
        control=Control(
            f"a backward ReLU that leaks {margin:.1%}", statistic=lambda sums: noise_to_signal(sums["twin"]) / exact
        ),
    )

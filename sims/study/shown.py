"""Readings of what is seen: a picture is human-interpretable, or random noise.

"Human-interpretable" is a cosine with x of 0.5 or more, both locally normalised; "random noise" is a mean picture that
holds at most a twentieth of the energy, and a cosine with x of at most 0.1 (sims/claims/readings.md).
"""

from sims.evidence import shown
from sims.evidence.verdict import HOLDS
from sims.study.common import against
from sims.study.rows import AT_LEAST, AT_MOST, Reading

INTERPRETABLE = 0.5  # x and noise of 1.7 times its deviation: people still name what they see
NOISE, UNLIKE = 0.05, 0.1  # of energy that is E s; of a cosine with x
SEEN = f"cosine with x, {shown.SIDE}×{shown.SIDE} and locally normalised"


def interpretable(reading, part, expected, what, wrong="saliency"):
    """The row that a single picture shows x; its twin has the rule or network `wrong` in its place, on the same
    draws.
    """
    return Reading(
        name=f"{part}-interpretable",
        reading=reading,
        what=f"{SEEN}: {what}",
        **against(wrong, part, shown.single),
        value=INTERPRETABLE,
        side=AT_LEAST,
        expected=expected,
    )


def random_noise(reading, part, what, wrong="guided", name=None):
    """The rows that saliency's pictures are random noise: its readout's other sign is as likely, so that E s = 0."""
    common = dict(reading=reading, side=AT_MOST)
    return [
        Reading(
            name=f"{name or part}-noise",
            what=f"‖E s‖²/E‖s‖²: {what}",
            **against(wrong, part, shown.share, "guided"),
            value=NOISE,
            law=0.0,
            **common,
        ),
        Reading(
            name=f"{name or part}-unlike",
            what=f"E |cos(s, x)|: {what}",
            **against(wrong, part, shown.trace, "guided"),
            value=UNLIKE,
            expected=HOLDS,
            **common,
        ),
    ]

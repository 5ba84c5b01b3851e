"""Readings of what is seen: a picture is human-interpretable, or random noise.

"Human-interpretable" is a cosine with x of 0.5 or more, both locally normalised; "random noise" is a mean picture that
holds at most a twentieth of the energy, and a cosine with x of at most 0.1 (sims/claims/readings.md).
"""

from functools import partial

from sims.evidence import shown
from sims.evidence.defects import instead
from sims.evidence.estimates import across_halves
from sims.evidence.verdict import HOLDS
from sims.study.rows import AT_LEAST, AT_MOST, Reading, Twin

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
        of=partial(shown.single, part),
        value=INTERPRETABLE,
        side=AT_LEAST,
        expected=expected,
        twin=Twin(f"{wrong} in its place", partial(shown.single, instead(wrong, part))),
    )


def random_noise(reading, part, what, wrong="guided", name=None):
    """The rows that saliency's pictures are random noise: its readout's other sign is as likely, so that E s = 0."""
    common = dict(reading=reading, side=AT_MOST)
    twin = lambda of: Twin("guided in its place", partial(of, instead(wrong, part)))
    return [
        Reading(
            name=f"{name or part}-noise",
            what=f"‖E s‖²/E‖s‖²: {what}",
            of=partial(shown.average, part),
            value=NOISE,
            law=0.0,
            twin=twin(shown.average),
            measure=across_halves(lambda _: 1.0),  # the pictures have unit length: their energy is 1
            **common,
        ),
        Reading(
            name=f"{name or part}-unlike",
            what=f"E |cos(s, x)|: {what}",
            of=partial(shown.trace, part),
            value=UNLIKE,
            expected=HOLDS,
            twin=twin(shown.trace),
            **common,
        ),
    ]

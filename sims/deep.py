"""What claims on deep networks share: the picture they take, all rules of one network, and how pictures are
compared.
"""

import numpy as np

from sims.images import reduced
from sims.registry import Check, Control
from theory.networks import one_hot
from theory.patches import unit
from theory.rules import RULES

MUCH_LESS = 0.7  # a ratio of distances that is "much smaller"


def suitable(image):
    """The image in three channels and a multiple of 32 pixels, at least 32 and at most 224."""
    side = max(32, min(224, image.shape[1] // 32 * 32))
    return reduced(np.broadcast_to(image, (3, *image.shape[1:])), side)[:, :side, :side]


def pictures(network, image, targets):
    """{rule: [one picture per target]}, float64, of one forward pass of a network."""
    logits, tape = network.trace(image[None].astype(np.float32))
    return {
        rule: [network.backward(one_hot(k, logits), tape, rule)[0].astype(np.float64) for k in targets]
        for rule in RULES
    }


def compared(first, second):
    """Cosine of two pictures, and the papers' l2 distance of both rescaled to [0, 1]."""
    return np.concatenate(spread([first, second]))


def spread(pictures):
    """Cosines and the papers' l2 distances, of maps rescaled to [0, 1], of all pairs of pictures (K, ...)."""
    maps, directions = (
        np.array([rescaled(each.ravel()) for each in pictures]),
        unit(np.reshape(pictures, (len(pictures), -1))),
    )
    first, second = np.triu_indices(len(pictures), 1)
    return (directions @ directions.T)[first, second], np.array(
        [np.linalg.norm(maps[i] - maps[j]) for i, j in zip(first, second)]
    )


def rescaled(picture):
    """A picture from 0 to 1; 0 if it is constant."""
    return (picture - picture.min()) / (np.ptp(picture) or 1.0)


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


def flat(signal):
    """Signals (K, …) as (K, n), float64."""
    return signal.reshape(len(signal), -1).astype(np.float64)

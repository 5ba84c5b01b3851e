"""The fast gradient sign method (Goodfellow, Shlens & Szegedy 2015): the smallest step that changes the class."""

import numpy as np
from scipy.special import softmax

from sims.evidence.estimates import Sums
from sims.trained.pictures import largest, of_logit
from theory.metrics.similarity import cosine
from theory.rules import RULES

STEPS = 0.25, 0.5, 1, 2, 4, 8, 16, 32  # of the 256 of a byte


def compared(network, prepare, image):
    """Whether a step changes the class of an image (C, H, W), the first that does, and by rule the cosine of the
    pictures of the class that is predicted before and after it; that of x, too. Numbers of 0 where none does.
    """
    passed, before = largest(network, image)
    loss = softmax(passed.output.astype(np.float64), axis=1)
    loss[0, before] -= 1  # the slope of the cross-entropy at the logits
    upward = np.sign(passed.backward(loss.astype(image.dtype), "saliency")[0])
    for step in STEPS:
        moved = stepped(image, upward, step, prepare)
        other, after = largest(network, moved)
        if after != before:
            pictures = [of_logit(*each) for each in ((passed, before), (other, after))]
            like = {rule: cosine(*(each[rule] for each in pictures)) for rule in RULES}
            return Sums(count=1, changed=1, step=step, x=cosine(image, moved), **like)
    return Sums(count=1, changed=0, step=0, x=0.0, **dict.fromkeys(RULES, 0.0))


def stepped(image, upward, step, prepare):
    """The image so many of a byte's 256 further, no byte below 0 or above 255."""
    mean, std = (np.array(each, np.float32)[:, None, None] for each in (prepare.mean, prepare.std))
    return np.clip(image + step * upward / std, -mean / std, (255 - mean) / std).astype(image.dtype)

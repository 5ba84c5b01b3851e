"""Deliberate defects, for the twins that must come out refuted: each is made here, so that each can be taken out.

With its defect taken out a twin is its row once more, number by number: then nothing may refute it.
"""

from contextlib import contextmanager

import numpy as np

from theory.rules import RELU, Rule, Switch

_there = True


@contextmanager
def taken_out():
    """No twin has a defect, in this process."""
    global _there
    _there = False
    try:
        yield
    finally:
        _there = True


def leaky(leak):
    """Guided backpropagation whose backward ReLU lets the fraction `leak` of negative signals through.

    E h(V) is (1 − leak) times the right one, and E h(V)² (1 + leak²) times: a defect of any size one likes.
    """
    leak = instead(leak, 0)
    return Rule(f"leaky {leak:g}", h=Switch(leak), g=RELU)


def instead(wrong, right):
    """What is wrong, in place of what is right."""
    return wrong if _there else right


def misplaced(direction, pixels=1):
    """For a network that puts its patches back so many pixels too far right: ⟨moved s, e⟩ is ⟨s, e moved back⟩."""
    return np.roll(direction, -instead(pixels, 0), axis=-1)


def shining(picture, image, share=3):
    """The picture, and so many times as much of the image: noise it is no longer."""
    return picture + instead(share, 0) * np.linalg.norm(picture) / np.linalg.norm(image) * image

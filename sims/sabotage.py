"""Deliberate defects, for the twins that negative controls must refute."""

import numpy as np

from theory.rules import RELU, Rule, Switch


def leaky(leak):
    """Guided backpropagation whose backward ReLU lets the fraction `leak` of negative signals through.

    E h(V) is (1 − leak) times the right one, and E h(V)² (1 + leak²) times: a defect of any size one likes.
    """
    h = Switch(value=lambda t: np.maximum(t, leak * t), slope=lambda t: np.where(t > 0, 1.0, leak))
    return Rule(f"leaky {leak:g}", h=h, g=RELU)

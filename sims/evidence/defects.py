"""Deliberate defects, for the twins that negative controls must refute."""

from theory.rules import RELU, Rule, Switch


def leaky(leak):
    """Guided backpropagation whose backward ReLU lets the fraction `leak` of negative signals through.

    E h(V) is (1 − leak) times the right one, and E h(V)² (1 + leak²) times: a defect of any size one likes.
    """
    return Rule(f"leaky {leak:g}", h=Switch(leak), g=RELU)

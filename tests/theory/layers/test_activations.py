"""Every rule at every activation, a user's activation and a user's rule, and what a rule may not answer."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from theory.layers import Activation, LeakyReLU, Linear, ReLU, ReLU6
from theory.networks import Sequential
from theory.rules import RULES, Rule, Switch, as_rule

ENTRIES = st.sampled_from([0.0, -0.0, 6.0, -6.0]) | st.floats(-10, 10)
ROWS = arrays(np.float64, (2, 6), elements=ENTRIES)


@dataclass(frozen=True, eq=False, repr=False)
class Softplus(Activation):
    """A user's activation: log(1 + eʸ)."""

    def value(self, y):
        return np.logaddexp(0, y)

    def slope(self, y):
        return 1 / (1 + np.exp(-y))


ACTIVATIONS = ReLU(), ReLU6(), LeakyReLU(0.3), Softplus()


def one_entry(rule, signal, slope):
    """T = h(R)·∂g(y)/∂y, by if and else."""
    if rule == "saliency":
        return signal * slope
    rectified = signal if signal > 0 else 0.0
    return rectified if rule == "deconvnet" else rectified * slope


@given(ROWS, ROWS, st.sampled_from(ACTIVATIONS), st.sampled_from(list(RULES)))
def test_every_rule_at_every_activation(y, signal, activation, rule):
    _, saved = activation.forward(y)
    found = activation.backward(signal, saved, RULES[rule])
    slopes = activation.slope(y)
    expected = [one_entry(rule, *pair) for pair in zip(signal.flat, np.asarray(slopes, float).flat)]
    assert np.array_equal(found.ravel(), expected)


@given(arrays(np.float64, 5, elements=st.floats(-9, 9)), st.sampled_from(ACTIVATIONS))
def test_a_slope_is_the_derivative(y, activation):
    """Away from kinks a central difference over h is off by h²/6 of a third derivative below 1/8, and by rounding."""
    step = 2.0**-12
    clear = (np.abs(y) > step) & (np.abs(y - 6) > step)
    difference = (activation.value(y + step) - activation.value(y - step)) / (2 * step)
    allowed = step**2 + 32 * np.finfo(float).eps / step
    assert (np.abs(difference - activation.slope(y))[clear] <= allowed).all()


@pytest.mark.parametrize("activation, kinks", [(ReLU(), [0.0]), (ReLU6(), [0.0, 6.0])])
def test_no_signal_passes_a_kink(activation, kinks):
    assert not activation.slope(np.array(kinks)).any()


@given(ROWS, ROWS, st.sampled_from([0.0, 0.25, 1.0, 1.5]))
def test_a_leak_of_g_lies_between_the_slope_and_one(y, signal, leak):
    """For a ReLU: all of the signal where it is open, the leak where it is closed."""
    rule = Rule("leaking", h=Switch(1), g=Switch(leak))
    assert np.array_equal(ReLU().backward(signal, y, rule), signal * np.where(y > 0, 1, leak))
    assert ReLU().backward(signal.astype(np.float32), y.astype(np.float32), rule).dtype == np.float32


class Squared:
    """A user's rule by its preactivation."""

    def backward(self, grad, preactivation):
        return np.maximum(grad, 0) ** 2 * (preactivation > 1)


class Halved:
    """A user's rule by the slope."""

    def combine(self, signal, slope):
        return signal * slope / 2


@given(ROWS, ROWS)
def test_a_user_s_rule_by_preactivation_or_by_slope(y, signal):
    assert np.array_equal(ReLU6().backward(signal, y, Squared()), np.maximum(signal, 0) ** 2 * (y > 1))
    assert np.array_equal(ReLU6().backward(signal, y, Halved()), signal * ((y > 0) & (y < 6)) / 2)


def test_a_user_s_rule_sees_arrays_of_one_shape_when_a_pass_of_one_has_many_signals():
    seen = []

    class Noting:
        def backward(self, grad, preactivation):
            seen.append((grad.shape, preactivation.shape))
            return grad

    ReLU().backward(np.ones((4, 3)), np.ones((1, 3)), Noting())
    assert seen == [((4, 3), (4, 3))]


def answering(answer):
    return type("Answering", (), {"backward": lambda self, grad, preactivation: answer(grad)})()


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda grad: None, "returned None"),
        (lambda grad: grad[:1], "returned float64 \\(1, 3\\)"),
        (lambda grad: grad.sum(), "returned float64 \\(\\)"),
        (lambda grad: grad * np.nan, "NaN or infinite"),
        (lambda grad: grad * 1j, "returned complex128"),
        (lambda grad: "grad", "returned <U4"),
    ],
)
def test_what_a_rule_may_not_answer(answer, words):
    net = Sequential([Linear(np.eye(3)), ReLU(), Linear(np.ones((2, 3)))])
    with pytest.raises(ValueError, match=f"the rule Answering {words}" if "returned" in words else words):
        net.attribute(np.ones((2, 3)), 0, answering(answer))


def test_an_answer_takes_the_signal_s_type():
    found = ReLU().backward(np.ones((2, 3), np.float32), np.ones((2, 3), np.float32), answering(lambda grad: grad > 0))
    assert found.dtype == np.float32


@pytest.mark.parametrize("leak", [-0.1, 1.5, np.nan])
def test_a_leak_has_a_range(leak):
    with pytest.raises(ValueError, match="a leak lies in"):
        LeakyReLU(leak)


def test_a_rule_has_a_name_or_a_method():
    assert as_rule(Halved()).combine and as_rule("guided") is RULES["guided"]
    with pytest.raises(ValueError, match="saliency, deconvnet, guided"):
        as_rule(object())

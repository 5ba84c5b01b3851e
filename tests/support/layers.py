"""One harness for every layer: a new layer is one class, one line in IN_JAX, and one Case.

Arrays are small integers (and a layer's settings powers of two), so that every sum is exact in float32, too: equal is
equal, zeros and ties are everyday events, and no tolerance is needed. A layer that takes exponentials or powers says
how many roundings, each of eps of the largest term, its results are made of.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

from support.jax_layers import pulled_back, pushed_forward
from theory.layers import Layer
from theory.rules import SALIENCY

BATCH = 3


@dataclass(frozen=True)
class Case:
    """A layer, the shapes (without the batch) of its inputs, a slow oracle of one input's outputs, what it refuses.

    oracle(layer, *inputs) takes the inputs of one row of the batch. `refuses` are (shapes of inputs, words of the
    error), `refuses_signal` shapes of a signal (rows, ...) that can't come back to a pass of three inputs. `roundings`
    are those of an entry; 0 is for exact.
    """

    layer: Layer
    shapes: tuple
    oracle: object
    refuses: list = field(default_factory=list)
    refuses_signal: list = field(default_factory=list)
    roundings: int = 0

    @property
    def name(self):
        return repr(self.layer)

    def same(self, found, expected, size=None, dtype=np.float64):
        """Whether arrays are equal, or within the roundings of an entry; `size` is that of the largest term."""
        found, expected = np.asarray(found), np.asarray(expected)
        if not self.roundings:
            return np.array_equal(found, expected)
        size = abs(expected).max() if size is None else size
        return (
            found.shape == expected.shape
            and (abs(found - expected) <= self.roundings * np.finfo(dtype).eps * size).all()
        )


def integers(rng, *shape, dtype=np.float64):
    return rng.integers(-4, 5, shape).astype(dtype)


def draw(case, dtype=np.float64, batch=BATCH, seed=0):
    """Inputs of a case, and a signal that fits its outputs."""
    rng = np.random.default_rng(seed)
    inputs = [2 * integers(rng, batch, *shape, dtype=dtype) for shape in case.shapes]
    return inputs, integers(rng, *case.layer.forward(*inputs)[0].shape, dtype=dtype)


def back(layer, signal, saved):
    """The signals at all inputs, as a tuple."""
    found = layer.backward(signal, saved, SALIENCY)
    return found if isinstance(found, tuple) else (found,)


def check_layer(case):
    """Everything that a layer owes the engine."""
    for check in (oracle, autodiff, adjoint, constants, precisions, rows, nothing_altered, parameters, refusals):
        check(case)


def oracle(case):
    inputs, _ = draw(case)
    outputs, _ = case.layer.forward(*inputs)
    for n in range(BATCH):
        assert case.same(outputs[n], case.oracle(case.layer, *(each[n] for each in inputs))), case.name


def autodiff(case):
    inputs, signal = draw(case)
    outputs, saved = case.layer.forward(*inputs)
    expected, signals = pulled_back(case.layer, inputs, signal)
    assert case.same(outputs, expected)
    found = back(case.layer, signal, saved)
    assert len(found) == len(inputs) and any(np.any(each) for each in found)
    assert all(case.same(*pair) for pair in zip(found, signals, strict=True)), case.name


def adjoint(case):
    """⟨v, Jᵀu⟩ = ⟨J v, u⟩."""
    inputs, signal = draw(case)
    step = draw(case, seed=1)[0]
    found = back(case.layer, signal, case.layer.forward(*inputs)[1])
    pushed = pushed_forward(case.layer, inputs, step) * signal
    assert case.same(sum((v * each).sum() for v, each in zip(step, found)), pushed.sum(), abs(pushed).sum())


def constants(case):
    """forward(x) = J x + constant."""
    inputs, _ = draw(case)
    outputs, saved = case.layer.forward(*inputs)
    constant = case.layer.constant(saved)
    linear = pushed_forward(case.layer, inputs, inputs)
    size = abs(linear).max() + abs(outputs).max()
    assert case.same(outputs, linear + (0 if constant is None else constant), size), case.name


def precisions(case):
    """float32 in, float32 out, and the same numbers."""
    inputs, signal = draw(case)
    single = case.layer.with_parameters(
        **{name: array.astype(np.float32) for name, array in case.layer.parameters().items()}
    )
    outputs, saved = single.forward(*(each.astype(np.float32) for each in inputs))
    found = back(single, signal.astype(np.float32), saved)
    assert {each.dtype for each in (outputs, *found)} == {np.dtype(np.float32)}
    expected, saved = case.layer.forward(*inputs)
    assert case.same(outputs, expected, dtype=np.float32) and expected.dtype == np.float64
    exact = back(case.layer, signal, saved)
    assert all(case.same(*pair, dtype=np.float32) for pair in zip(found, exact, strict=True))


def rows(case):
    """Of a pass of one input any number of signals come back, each as it would alone; of three as many as there are."""
    inputs, _ = draw(case, batch=1)
    outputs, saved = case.layer.forward(*inputs)
    several = integers(np.random.default_rng(2), 4, *outputs.shape[1:])
    together = back(case.layer, several, saved)
    for n in range(4):
        alone = back(case.layer, several[n : n + 1], saved)
        assert all(np.array_equal(one[0], each[n]) for one, each in zip(alone, together, strict=True)), case.name
    inputs, signal = draw(case)
    saved = case.layer.forward(*inputs)[1]
    for shape in case.refuses_signal:
        with pytest.raises(ValueError):
            case.layer.backward(np.ones(shape), saved, SALIENCY)
    assert all(each.shape == given.shape for each, given in zip(back(case.layer, signal, saved), inputs, strict=True))


def nothing_altered(case):
    inputs, signal = draw(case)
    arrays = [*inputs, signal, *case.layer.parameters().values()]
    before = [array.copy() for array in arrays]
    case.layer.backward(signal, case.layer.forward(*inputs)[1], SALIENCY)
    assert all(np.array_equal(*pair) for pair in zip(before, arrays))


def parameters(case):
    """Other parameters make another layer, and this one stays."""
    own = case.layer.parameters()
    for name, array in own.items():
        other = case.layer.with_parameters(**{name: array + 1})
        assert type(other) is type(case.layer) and np.array_equal(other.parameters()[name], array + 1)
        assert case.layer.parameters()[name] is array
        assert all(value is own[key] for key, value in other.parameters().items() if key != name)
        with pytest.raises(ValueError, match=f"{name} has shape"):
            case.layer.with_parameters(**{name: np.ones((*array.shape, 2))})
    with pytest.raises(ValueError, match="not gain"):
        case.layer.with_parameters(gain=np.ones(1))


def refusals(case):
    for shapes, words in case.refuses:
        with pytest.raises(ValueError, match=words):
            case.layer.forward(*(np.ones(shape) for shape in shapes))

"""Batch normalisation, ReLU and ReLU6 in one go over memory, shared between threads; the same to the last bit."""

from dataclasses import dataclass

import numpy as np

from sims.compiled import dense
from sims.compiled.parts import parts, shares
from sims.system import threads
from theory.layers import BatchNorm2d, ReLU, ReLU6
from theory.layers.protocol import check_rows
from theory.rules import Rule


@dataclass(frozen=True, eq=False, repr=False)
class FastBatchNorm2d(BatchNorm2d):
    """A float32 BatchNorm2d."""

    @staticmethod
    def takes(layer):
        """Whether a BatchNorm2d has this form."""
        return layer.scale.dtype == layer.shift.dtype == np.float32

    def forward(self, inputs):
        if inputs.dtype != np.float32 or inputs.ndim != 4 or inputs.shape[1] != len(self.scale):
            return super().forward(inputs)  # which refuses inputs of another shape
        return self._scaled(inputs, self.shift.reshape(-1)), None

    def backward(self, signal, saved, rule):
        if signal.dtype != np.float32 or signal.ndim != 4 or signal.shape[1] != len(self.scale):
            return super().backward(signal, saved, rule)
        return self._scaled(signal, dense.NO_SHIFT)

    def _scaled(self, images, shift):
        planes = np.ascontiguousarray(images).reshape(-1, images[0, 0].size)
        out = np.empty_like(planes)
        work = lambda part: dense.scale_planes(planes, *part, self.scale.reshape(-1), shift, out)
        threads.spread(work, shares(len(planes), planes.shape[1]))
        return out.reshape(images.shape)


class Rectifier:
    """What rectifiers share: forwards and backwards by compiled loops, under rules that are given by their leaks.

    A subclass is of a plain layer, too, and has the two loops and what they take beside vectors.
    """

    ahead, back, settled = None, None, ()

    @staticmethod
    def takes(layer):
        """Every one."""
        return True

    def forward(self, inputs):
        if inputs.dtype != np.float32:
            return super().forward(inputs)
        inputs = np.ascontiguousarray(inputs)
        out = np.empty_like(inputs)
        threads.spread(lambda vectors: self.ahead(*vectors, *self.settled), parts(inputs, out))
        return out, inputs

    def backward(self, signal, saved, rule):
        both = {signal.dtype, saved.dtype} == {np.dtype(np.float32)}
        if not both or signal.shape[1:] != saved.shape[1:] or not isinstance(rule, Rule):
            return super().backward(signal, saved, rule)
        check_rows(signal, len(saved))
        signal = np.ascontiguousarray(signal)
        out = np.empty_like(signal)
        leaks = np.float32(rule.h.leak), np.float32(rule.g.leak)
        tape = saved if len(saved) == len(signal) else [saved[0]] * len(signal)
        rows = [(signal, saved, out)] if tape is saved else zip(signal, tape, out)
        work = lambda vectors: self.back(*vectors[:2], *self.settled, *leaks, vectors[2])
        threads.spread(work, [part for row in rows for part in parts(*row)])
        return out


@dataclass(frozen=True, eq=False, repr=False)
class FastReLU(Rectifier, ReLU):
    """A ReLU whose signal passes back in one go."""

    ahead, back = staticmethod(dense.rectify), staticmethod(dense.rectify_back)


@dataclass(frozen=True, eq=False, repr=False)
class FastReLU6(Rectifier, ReLU6):
    """A ReLU6 whose signal passes back in one go."""

    ahead, back, settled = staticmethod(dense.clip), staticmethod(dense.clip_back), (np.float32(6),)

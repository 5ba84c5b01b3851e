"""One photograph as a network sees it, with the maps that several measures share."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sims.networks import preprocess
from sims.system.errors import InputError


@dataclass
class Seen:
    """What a network (sims.networks.published.Published) is given of a photograph, predicts, and how it is explained.

    `network` is the same network, as fast as it gets. `box`, (top, left, bottom, right), is where the object is in the
    input; None if nobody knows.
    """

    published: object
    network: object
    photograph: object
    box: tuple | None = None
    _maps: dict = field(default_factory=dict)

    @cached_property
    def _picture(self):
        return preprocess.read(self.photograph.path, self.published.preprocess.size)

    @property
    def size(self):
        """The height and the width of the photograph, in pixels."""
        return self._picture.shape[:2]

    @cached_property
    def inputs(self):
        """(1, C, H, W)."""
        try:
            return self.published.preprocess(self._picture)[None]
        except InputError as problem:
            raise InputError(f"{self.photograph.path}: {problem}") from None

    @cached_property
    def probabilities(self):
        return softmax(self.network(self.inputs))[0]

    @cached_property
    def order(self):
        """The classes, the most probable first."""
        return np.argsort(-self.probabilities, kind="stable")

    @property
    def predicted(self):
        return int(self.order[0])

    @property
    def target(self):
        """The class of the object: the label, if there is one, else what is predicted."""
        return self.predicted if self.photograph.label is None else self.photograph.label

    def map(self, asked, target):
        """The map (1, H, W) of a class by a method, `asked` (sims.evaluate.settings.Asked); computed once."""
        key = repr(asked), target
        if key not in self._maps:
            self._maps[key] = asked(self.network, self.inputs, target)[0]
        return self._maps[key]

    def once(self, name, compute):
        """What `compute()` gives, computed once for all methods."""
        if name not in self._maps:
            self._maps[name] = compute()
        return self._maps[name]


def softmax(logits):
    """Probabilities (B, K) of logits, float64."""
    shares = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)

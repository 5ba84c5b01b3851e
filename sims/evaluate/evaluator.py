"""A network asked for its methods' measures, photograph by photograph."""

from functools import cached_property

import numpy as np

from sims.compiled.layers import accelerate
from sims.evaluate import grid
from sims.evaluate.cascade import Cascade
from sims.evaluate.measures import MEASURES, prediction
from sims.evaluate.seen import Seen
from sims.evaluate.settings import VERSION, Asked, Settings
from sims.explain.explanation import Request, check_rules


class Evaluator:
    """A published network (sims.networks.published.Published) and the methods that are measured on it.

    `methods` are names in theory.attribution.METHODS, or {name of one's own: Asked(name, settings, channels)}.
    InputError for a method whose rule leaves some of the network's nonlinearities as they are.
    """

    def __init__(self, published, methods, settings=None):
        self.published, self.settings = published, settings or Settings()
        self.methods = methods if isinstance(methods, dict) else {name: Asked(name) for name in methods}
        names = tuple(dict.fromkeys(each.name for each in self.methods.values()))
        check_rules(published.network, Request(methods=names))

    @cached_property
    def network(self):
        """The network, as fast as it gets."""
        return accelerate(self.published.network)

    @cached_property
    def cascade(self):
        return Cascade(self.network, self.settings)

    @cached_property
    def whole(self):
        """Whether mosaics are of photographs at full size."""
        return grid.takes_mosaics(self.published)

    def __getstate__(self):
        """What another process is sent: what is computed of it is computed there."""
        return {name: getattr(self, name) for name in ("published", "settings", "methods")}

    def see(self, photograph, place=None):
        """A photograph as the network sees it; `place` (sims.evaluate.boxes.Place) is where its object is."""
        seen = Seen(self.published, self.network, photograph)
        if place is not None:
            seen.box = place.seen(self.published.preprocess, *seen.size)
        return seen

    def prediction(self, photograph):
        """{"class", "second", "confidence", "correct"}."""
        return prediction(self.see(photograph))

    def predicted(self, seen):
        """The same of what `see` gave."""
        return prediction(seen)

    def __call__(self, photograph, measures, place=None):
        """{measure: {method: {key: number}}} of one photograph, for names in MEASURES but grid.

        photograph is a sims.data.photographs.Photograph. None stands for a number that a map does not have.
        """
        seen = self.see(photograph, place)
        return {name: {own: self.measured(seen, name, own) for own in self.methods} for name in measures}

    def measured(self, seen, measure, method):
        """{key: number} of what `see` gave."""
        return MEASURES[measure].of(seen, self.methods[method], self)

    def in_mosaic(self, mosaic, method):
        """{key: number} of a sims.evaluate.grid.Mosaic."""
        images = np.concatenate([self.see(each).inputs for each in mosaic.photographs])
        return grid.numbers(images, mosaic.classes, self.methods[method], self.network, self.whole)

    def parts(self, measure, method):
        """What the numbers of a measure and a method depend on, but for the photograph."""
        asked, given = self.methods[method], self.settings.of(MEASURES[measure].settings)
        return {"measure": measure, "asked": asked.parts(), "settings": given, **self.about()}

    def about(self):
        """The network, its inputs and how measures compute, for the address of finished work."""
        return {
            "version": VERSION,
            "network": self.published.name,
            "weights": self.published.digest,
            "input": repr(self.published.preprocess),
        }

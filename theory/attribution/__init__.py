"""Attribution methods on one network, by name: method(network, inputs, targets, **settings) -> maps (B, C, H, W).

Maps are signed, as they come back; C = 1 where a method has no colour. targets is an int, or one int per input. A new
method is a file here that holds METHODS of its own, and its line below.
"""

from theory.attribution import backward
from theory.attribution.backward import Method

METHODS: dict[str, Method] = {**backward.METHODS}

__all__ = ["METHODS", "Method"]

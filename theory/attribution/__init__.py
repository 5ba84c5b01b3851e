"""Attribution methods on one network, by name: method(network, inputs, targets, **settings) -> maps (B, C, H, W).

Maps are signed, as they come back, and of the inputs' type; C = 1 where a method has no colour. targets is an int, one
int per input, or (K, B), several for each input: (K, B, C, H, W). A new method is a file here that holds METHODS of its
own, and its line below; the tests of every method find it there.
"""

from theory.attribution import backward, cam, cameras, full_gradient, guided_path, integrated, smoothed, tr_gbp
from theory.attribution.method import Method

METHODS: dict[str, Method] = {
    **backward.METHODS,
    **tr_gbp.METHODS,
    **integrated.METHODS,
    **guided_path.METHODS,
    **smoothed.METHODS,
    **full_gradient.METHODS,
    **cam.METHODS,
    **cameras.METHODS,
}

__all__ = ["METHODS", "Method"]

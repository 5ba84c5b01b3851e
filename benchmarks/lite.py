"""EfficientNet-Lite0 with random weights in its shapes."""

from sims.ensembles import initialise
from sims.random import stream
from theory.networks import efficientnet_lite, efficientnet_lite_shapes


def lite0():
    """The network, float32, for (B, 3, 224, 224)."""
    return efficientnet_lite(initialise.draw(efficientnet_lite_shapes(), "he", rng=stream(0, "bench", "lite0")))

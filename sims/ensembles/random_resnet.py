"""ResNet-50 with random weights, with its skip connections and without."""

from sims.compiled.layers import accelerate
from sims.ensembles import initialise
from theory.layers import Sum
from theory.networks import Sequential, resnet50, resnet50_shapes


def networks(rng):
    """ResNet-50 with He's weights, its batch normalisation the identity, and the same without its skip connections."""
    residual = resnet50(initialise.draw(resnet50_shapes(), "he", rng=rng))
    return {"residual": accelerate(residual), "plain": accelerate(without_skips(residual))}


def without_skips(network):
    """The chain of a residual network's layers along its branches."""
    return Sequential([n.layer for n in network.nodes if ".skip." not in n.name and not isinstance(n.layer, Sum)])

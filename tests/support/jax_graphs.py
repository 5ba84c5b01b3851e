"""Any network of this project as a function in JAX, with a rule in place of every activation's derivative."""

from functools import partial

import jax
import jax.numpy as jnp

from support.jax_layers import IN_JAX
from theory.layers import Activation
from theory.networks import INPUT


def in_jax(network, rule):
    """The network as a function of its inputs, every activation with the rule in place of its derivative."""

    def apply(x):
        outputs = {INPUT: x}
        for node in network.nodes:
            step = IN_JAX[type(node.layer)]
            if isinstance(node.layer, Activation):
                step = partial(ruled, step, rule)
            outputs[node.name] = step(node.layer, *(outputs[name] for name in node.inputs))
        return outputs[network.last]

    return apply


@partial(jax.custom_vjp, nondiff_argnums=(0, 1, 2))
def ruled(step, rule, layer, y):
    return step(layer, y)


def ruled_backward(step, rule, layer, y, signal):
    """The signal, or what of it is positive, times the slope by autodiff, or not: saliency, DeconvNet, guided."""
    passed = signal if rule == "saliency" else jnp.maximum(signal, 0)
    return (passed if rule == "deconvnet" else jax.vjp(partial(step, layer), y)[1](passed)[0],)


ruled.defvjp(lambda step, rule, layer, y: (step(layer, y), y), ruled_backward)

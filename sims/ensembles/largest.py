"""Pictures of the largest of many logits of a random network, the readouts of the others not drawn.

Given the activations a, logits are independent N(0, c²‖a‖²), and V given its logit f is (f/‖a‖²) a and what V has
across a. So V + (max − f)/‖a‖² a is distributed as the readout of the largest logit.
"""

import numpy as np

from theory.networks import one_hot
from theory.rules import RULES


def of_all(network, twin, rng, trials):
    """`trials` times {which: (its logit, the deviation of a logit, its pictures by rule)} of networks whose logits are
    all drawn: of the "largest", of "any", the first, and of a "twin", which is `twin(first, largest)`.
    """
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        drawn = network.draw(rng)
        passed = drawn.forward(inputs)
        logits, activations = passed.output, np.maximum(passed.saved["1"], 0)
        deviation = network.scale * np.linalg.norm(activations) or np.inf  # of a dead network, whose logits are 0
        top = int(logits.argmax())
        pictures = lambda k: {rule: passed.backward(one_hot(k, logits), rule)[0] for rule in RULES}
        targets = {"largest": top, "any": 0, "twin": twin(0, top)}
        yield {which: (logits[0, k], deviation, pictures(k)) for which, k in targets.items()}


def alone(network, count, rng, trials):
    """`trials` times guided pictures of one logit, by part: two of "any-guided", of f and of −f, which is as likely,
    and one of "largest-guided", of what it is if it is the largest of `count`.
    """
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        drawn = network.draw(rng)
        passed = drawn.forward(inputs)
        activations, readout = np.maximum(passed.saved["1"], 0).ravel(), drawn.layers[-1].weight
        logits, logit = passed.output, passed.output[0, 0]
        maximum = network.scale * np.linalg.norm(activations) * rng.standard_normal(count).max()
        energy = activations @ activations or np.inf  # of a dead network, whose readout stays
        for which, step in (("any", 0), ("any", -2 * logit), ("largest", maximum + logit)):
            readout += step / energy * activations
            yield {f"{which}-guided": passed.backward(one_hot(0, logits), "guided")[0]}


def and_another(network, rule, logits, rng, trials):
    """`trials` times the pictures, float64, of the largest of so many logits, and of another."""
    inputs = network.image[None].astype(network.dtype)
    for _ in range(trials):
        yield _of_two(network.draw(rng), inputs, rule, network.scale, rng.standard_normal(logits))


def _of_two(network, inputs, rule, scale, normals):
    """The pictures of one network of two logits, whose readouts are given logits c‖a‖ times two of the normals."""
    top = network.nodes[-2].name
    passed = network.forward(inputs, keep=[top])
    a, largest = passed.outputs[top].ravel(), normals.argmax()
    length = np.linalg.norm(a) or np.inf  # of a dead network, whose readouts stay
    wanted = {"largest": normals[largest], "other": normals[largest - 1]}
    found = {}
    for (name, normal), readout in zip(wanted.items(), network.layers[-1].weight):
        tilted = readout + ((scale * normal - readout @ a / length) / length * a).astype(readout.dtype)
        signal = tilted.reshape(passed.outputs[top].shape)
        found[name] = passed.backward(signal, rule, at=top)[0].astype(np.float64)
    return found

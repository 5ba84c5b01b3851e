"""Rows on deep networks whose weights are given: EfficientNet-Lite0 and VGG-16's convolutions, against Captum."""

import json
import subprocess
import sys

import numpy as np

from benchmarks import ours
from benchmarks.lite import lite0
from benchmarks.timing import Contestant, race, summary
from benchmarks.translated import captum
from sims.compiled.layers import accelerate
from theory.layers import AveragePool2d, Flatten
from theory.networks import Sequential, folded, vgg16

OURS, TARGET, FIVE = "ours", 3, [3, 1, 4, 15, 9]
SAME = 1e-2  # of a picture's length: a preactivation within rounding of 0 or 6 may fall on either side


def pair(network, inputs):
    """Our guided picture and Captum's, functions of a target; they have shown the same one."""
    faster, theirs = accelerate(folded(network)), captum(network, inputs)
    own = lambda target: faster.attribute(inputs, target)
    found, expected = own(TARGET), theirs(TARGET)
    apart = np.linalg.norm(found - expected) / np.linalg.norm(expected)
    if not apart <= SAME:
        raise RuntimeError(f"the pictures to be timed are not the same: {apart:.1e} of their length apart")
    return own, theirs


def batch(image, count):
    """So many inputs, float32: the image and what is left of it when it is rolled."""
    return np.stack([np.roll(image, 7 * shift, axis=2) for shift in range(count)]).astype(np.float32)


def contest(network, inputs, rounds):
    own, theirs = pair(network, inputs)
    call = lambda picture: Contestant(lambda: picture(TARGET), len(inputs))
    return summary(race({OURS: call(own), "captum": call(theirs)}, rounds), OURS)


def efficientnet_lite0(image):
    """9. A guided picture of EfficientNet-Lite0 at 224×224, random weights given, a picture of a batch of 1 and of 16;
    Captum with ReLU6 under the rule.
    """
    network = lite0()
    return {f"batch {count}": contest(network, batch(image, count), rounds) for count, rounds in ((1, 25), (16, 7))}


def vgg16_convolutions(image):
    """10. A guided picture of the mean of a channel of VGG-16's last map: its 13 convolutions without dense layers."""
    layers = vgg16(ours.vgg16_weights()).layers
    network = Sequential([*layers[: next(n for n, each in enumerate(layers) if isinstance(each, Flatten))], *_mean()])
    return {"weights given": contest(network, batch(image, 1), 9)}


def _mean():
    return AveragePool2d(), Flatten()


def five_targets(image):
    """11. Guided pictures of five targets of one image, EfficientNet-Lite0: of one pass, against one target of ours and
    five calls of Captum.
    """
    network, inputs = lite0(), batch(image, 1)
    own, theirs = pair(network, inputs)
    faster = accelerate(folded(network))
    contestants = {
        OURS: Contestant(lambda: faster.attribute(inputs, targets=FIVE)),
        "one target of ours": Contestant(lambda: own(TARGET)),
        "captum, five calls": Contestant(lambda: [theirs(target) for target in FIVE]),
    }
    return {"five targets": summary(race(contestants, 15), OURS)}


MEMORY = """
import json, re, sys
import numpy as np
from benchmarks.lite import lite0
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
network, inputs = lite0(), np.ones((int(sys.argv[2]), 3, 224, 224), np.float32)
if sys.argv[1] == "ours":
    from sims.compiled.layers import accelerate
    from theory.networks import folded
    faster = accelerate(folded(network))
    picture = lambda inputs: faster.attribute(inputs, 3)
else:
    from benchmarks.translated import captum
    picture = lambda inputs: captum(network, inputs)(3)
before = peak()
picture(inputs)
print(json.dumps([before, peak()]))
"""


def memory_lite0(image):
    """12. Peak memory (Linux) in MiB that a guided picture of EfficientNet-Lite0 adds to a process with its weights."""
    found = {}
    for count in (1, 16):
        found[f"batch {count}"] = {name: _peak(name, count) for name in (OURS, "captum")}
    return found


def _peak(name, count):
    command = [sys.executable, "-c", MEMORY, name, str(count)]
    before, after = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {"MiB": after - before, "process": after}


ROWS = {each.__name__: each for each in (efficientnet_lite0, vgg16_convolutions, five_targets, memory_lite0)}

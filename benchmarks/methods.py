"""Rows on attribution methods, EfficientNet-Lite0 with random weights and biases: TR-GBP, and every other method."""

import json
import subprocess
import sys

import numpy as np

from benchmarks import hooked
from benchmarks.lite import lite0
from benchmarks.mobile import OURS, SAME, TARGET, batch
from benchmarks.timing import Contestant, race, summary
from sims.compiled.layers import accelerate
from theory.attribution import METHODS
from theory.attribution.cam import last_maps
from theory.attribution.tr_gbp import TOP
from theory.layers import Conv2d
from theory.networks import folded

SLOW = {"guided-ig": 1, "cameras": 1, "integrated-gradients": 3, "smoothgrad": 3}  # rounds; others take 7


def biased():
    """lite0 with its batch normalisation folded, and biases: random ones a tenth of what a filter gives."""
    network, rng = folded(lite0()), np.random.default_rng(1)
    new = {
        node.name: node.layer.with_parameters(bias=0.1 * rng.standard_normal(len(node.layer.weight)).astype(np.float32))
        for node in network.nodes
        if isinstance(node.layer, Conv2d)
    }
    return network.replace(new)


def same(found, expected, what):
    apart = np.linalg.norm(found - expected) / np.linalg.norm(expected)
    if not apart <= SAME:
        raise RuntimeError(f"the maps of {what} to be timed are not the same: {apart:.1e} of their length apart")


def tr_gbp(image):
    """13. TR-GBP of five targets of one image, EfficientNet-Lite0, against one guided picture of ours and against the
    same equations written with PyTorch's hooks: of the five most probable classes, whose mean is removed (5 signals
    back), and of the next five (10).
    """
    network, inputs = biased(), batch(image, 1)
    faster = accelerate(network)
    order = np.argsort(-faster(inputs)[0], kind="stable").tolist()
    asked = {"the five most probable classes": order[:TOP], "the next five": order[TOP : 2 * TOP]}
    return {part: five_at_once(network, faster, inputs, targets) for part, targets in asked.items()}


def five_at_once(network, faster, inputs, targets):
    theirs, rows = hooked.TrGbp(network, inputs, targets), [[target] for target in targets]
    own = lambda: METHODS["tr-gbp"](faster, inputs, rows)
    same(own()[:, 0], theirs(), "tr-gbp")
    contestants = {
        OURS: Contestant(own),
        "one guided picture of ours": Contestant(lambda: faster.attribute(inputs, targets[0])),
        "PyTorch, hooks": Contestant(theirs),
    }
    return summary(race(contestants, 15), OURS)


def every_method(image):
    """14. A map of one image by every method, EfficientNet-Lite0, against Captum where it has the method."""
    network, inputs = biased(), batch(image, 1)
    faster = accelerate(network)
    layer = last_maps(faster, inputs)
    theirs = hooked.captum(network, inputs, TARGET, layer)
    found = {}
    for name, method in METHODS.items():
        settings = {"layer": layer} if method.layered else {}
        call = lambda method=method, settings=settings: method(faster, inputs, TARGET, **settings)
        contestants = {OURS: Contestant(call)}
        if name in theirs:
            contestants["captum"] = Contestant(theirs[name])
            if name != "smoothgrad":  # whose noise is another
                same(call(), theirs[name](), name)
        found[name] = summary(race(contestants, SLOW.get(name, 7)), OURS)
    return found


MEMORY = """
import json, re, sys
import numpy as np
from benchmarks.methods import METHODS, accelerate, biased
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
name, count, settings = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
network, inputs = accelerate(biased()), np.random.default_rng(0).standard_normal((count, 3, 224, 224)).astype("f4")
before = peak()
METHODS[name](network, inputs, 3, **settings)
print(json.dumps([before, peak()]))
"""


def memory_methods(image):
    """15. Peak memory (Linux) in MiB that methods add to a process with EfficientNet-Lite0: by images and steps."""
    asked = {
        "tr-gbp, 1 image": ("tr-gbp", 1, {}),
        "tr-gbp, 8 images": ("tr-gbp", 8, {}),
        "integrated-gradients, 1 image, 8 steps": ("integrated-gradients", 1, {"steps": 8}),
        "integrated-gradients, 1 image, 50 steps": ("integrated-gradients", 1, {"steps": 50}),
        "integrated-gradients, 8 images, 8 steps": ("integrated-gradients", 8, {"steps": 8}),
        "smoothgrad, 1 image": ("smoothgrad", 1, {}),
    }
    return {name: {OURS: peak(*each)} for name, each in asked.items()}


def peak(name, count, settings):
    command = [sys.executable, "-c", MEMORY, name, str(count), json.dumps(settings)]
    before, after = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {"MiB": after - before, "process": after}


ROWS = {each.__name__: each for each in (tr_gbp, every_method, memory_methods)}

"""Small settings of the claims: a quick run of each takes seconds, and its verdicts are the expected ones."""

import contextlib
import threading

from sims.study.runner import run_claim
from sims.system.cores import Cores
from support.given import PHOTOGRAPHS, SIDE

SMALL = {
    "theorem1": dict(filters=(4, 64)),
    "theorem1_scale": dict(filters=64),
    "theorem1_image": dict(filters=32),
    "convergence_filters": dict(filters=(8, 32, 128)),
    "convergence_kernel": dict(kernels=(1, 3, 7)),
    "sample_complexity": dict(epsilons=(1.0,)),
    "theorem2": dict(filters=(1, 64), trials=9600),
    "local_connections": dict(neurons=(500, 1000)),
    "fcn_noise": dict(neurons=500, networks=32),
    "class_sensitivity": dict(filters=(8, 32)),
    "unrelated": dict(logits=100),
    "adversarial": dict(epsilons=(0.05,)),
    "max_logit": dict(logits=100),
    "depth": dict(width=64, layers=(1, 4)),
    "proposition1": dict(widths=(16, 128, 512), layers=(1, 4), width=64, channels=(16,)),
    "gaussian_shape": dict(widths=(16, 64), layers=(1, 4), width=256),
    "insensitivity": dict(width=128, layers=(1, 4), logits=4),
    "similar_distributions": dict(width=128, layers=6),
    "redrawn": dict(width=128, layers=3, redrawn=(0, 1, 3)),
    "vgg16_interpretable": dict(networks=16),
    "backward_relu": dict(neurons=1024),
    "random_recovery": dict(networks=12),
    "layerwise": dict(width=64, layers=(1, 4)),
    "fc_noise": dict(networks=8),
    "single_unit": dict(width=512, layers=(1, 4)),
    "unit_fields": dict(networks=8),
    "weights_or_image": dict(networks=8, filters=16),
}

TRAINED = (
    "partial_recovery",
    "needs_pooling",
    "active_patches",
    "trained_insensitivity",
    "less_sensitive",
    "trained_attack",
    "partly_trained",
    "trained_units",
    "trained_redrawn",
)
TR_GBP = (
    "discriminative",
    "complete_confined",
    "absent_class",
    "zeroed",
    "noise_by_layer",
    "weak_borders",
    "uniform_when_random",
    "sensitive",
    "low_layers",
    "fc_boundaries",
    "boundary_errors",
)
SMALL |= {name: dict(side=SIDE, photographs=PHOTOGRAPHS) for name in (*TRAINED, *TR_GBP)}
SMALL["discriminative"] = dict(photographs=4, confidence=1e-3)
SMALL["active_patches"]["side"] = 128  # several blocks

SIZE = 48  # pixels a side
SIZES = {
    "max_pooling": 64,
    "vgg16_details": 224,
    "vgg16_depth": 224,
    "vgg16_interpretable": 64,
    "random_recovery": 64,
    "backward_relu": 64,
    "insensitivity": 64,
    "fc_noise": 224,
    "unit_fields": 64,
    "first_layer": 224,
}


class Silent:
    """Progress that nobody sees."""

    @contextlib.contextmanager
    def experiment(self, name, total):
        yield lambda: None


def complete(claim, settings=None):
    """All settings of a claim: those given, and its defaults."""
    settings = settings or {}
    return {setting.name: settings.get(setting.name, setting.default) for setting in claim.settings}


def alone(run, claim, settings):
    """The Result of a claim, on this thread."""
    return run_claim(run, claim, settings, Cores(threading.Semaphore(0), 1), Silent())[0]

"""The rows of the table: each is a function of the image that returns {part: {contestant: summary}}."""

import json
import subprocess
import sys
import tempfile
import time
from functools import partial

import numpy as np
from scipy.stats import norm

from benchmarks import methods, mobile, ours, peers
from benchmarks.state_dicts import state_dicts
from benchmarks.timing import Contestant, race, summary
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence.estimates import PictureSums
from sims.random import stream
from theory.laws.three_layer import guided_mean, noise_to_signal
from theory.rules import RULES

OURS = "ours"
PRECISION, CONFIDENCE = 1e-3, 0.999


def timed(contestants, rounds):
    return summary(race(contestants, rounds), OURS)


def with_limits(found, limits):
    """A row's summary and what no contestant can do without, timed apart: threads that still wait for work would
    disturb the row.
    """
    for name, times in race(limits, 9).items():
        seconds = float(np.median(times))
        found[name] = {"seconds": seconds, "ratio": seconds / found[OURS]["seconds"]}
    return found


def paper_trial(image):
    """1. Fresh filters and readout at 224×224×3, 7×7×3, stride 2, N = 256, float32: guided picture of one logit; 8
    trials on each of two threads, the peers one at a time on two.
    """
    captum = peers.CaptumTrial(image, 7, 2, 256)
    contestants = {
        OURS: Contestant(ours.trials(ours.paper(image), 8), 16),
        "captum": Contestant(captum.picture),
        "jax": Contestant(peers.jax_paper(image, (7, 7), 2, 256)),
    }
    limits = {
        "limit: the draws alone": Contestant(ours.draws(256 * (147 + 109**2), 16), 16),
        "limit: forward product by BLAS": Contestant(ours.product(256, 147, 109**2)),
    }
    return {"guided": with_limits(timed(contestants, 15), limits)}


def other_rules(image):
    """2. The same for DeconvNet and saliency, and for all three rules from one draw."""
    captum, found = peers.CaptumTrial(image, 7, 2, 256), {}
    for name, rules in {"deconvnet": ["deconvnet"], "saliency": ["saliency"], "all three": list(RULES)}.items():
        call = captum.all_rules if len(rules) > 1 else lambda rule=rules[0]: captum.picture(rule)
        contestants = {
            OURS: Contestant(ours.trials(ours.paper(image), 4, rules), 8),
            "captum": Contestant(call),
            "jax": Contestant(peers.jax_paper(image, (7, 7), 2, 256, rules)),
        }
        found[name] = timed(contestants, 9)
    return found


def small_trial(image):
    """3. 1-D, d = 64, p = 7, N = 32: batches of trials; Captum takes one at a time."""
    line = image[:1, 100:101, :64]
    captum = peers.CaptumTrial(line, (1, 7), 1, 32)
    many = lambda: [captum.picture() for _ in range(20)]
    contestants = {
        OURS: Contestant(ours.trials(ThreeLayer(line, (1, 7), filters=32), 16000), 32000),
        "captum": Contestant(many, 20),
        "jax": Contestant(peers.jax_batch(line, (1, 7), 1, 32, 4096), 4096),
    }
    limits = {"limit: the draws alone": Contestant(ours.draws(32 * (7 + 58), 32000), 32000)}
    return {"guided": with_limits(timed(contestants, 15), limits)}


def vgg16(image):
    """4. A guided pass of random VGG-16, weights given and fresh."""
    weights = ours.vgg16_weights()
    captum = peers.CaptumVGG16(image, weights)
    given = {OURS: Contestant(ours.vgg16_picture(image, weights)), "captum": Contestant(captum.picture)}
    fresh = {OURS: Contestant(ours.vgg16_fresh(image)), "captum": Contestant(captum.fresh)}
    return {"weights given": timed(given, 7), "fresh weights": timed(fresh, 5)}


def certify(image):
    """5. Wall time until the scale of Theorem 1 is known to 0.1 % at 99.9 % confidence; Captum's from a timed part."""
    trials, seconds = certified(image)
    captum = peers.CaptumTrial(image, 7, 2, 256)
    per_trial = np.median(race({"captum": Contestant(captum.picture)}, 15)["captum"])
    theirs = float(per_trial * trials)
    found = {
        OURS: {"seconds": seconds, "ratio": 1.0},
        "captum (extrapolated)": {"seconds": theirs, "ratio": theirs / seconds},
    }
    return {f"{trials} trials": found}


def along(network, mean, count, address):
    """[trials, Σ a, Σ a²] of a = ⟨s, E s⟩/‖E s‖²."""
    sums = PictureSums(mean=mean)
    for batch in network.batches(stream(0, "certify", *address), count):
        sums.add_all(batch[:, 0])
    a, aa, _ = sums.sums()["mean"] / np.linalg.norm(mean) ** np.array([1, 2, 0])
    return np.array([count, a, aa])


def error(total):
    """Standard error of the mean of a."""
    count, a, aa = total
    return np.sqrt((aa - a * a / count) / (count - 1) / count)


def certified(image, looks=40):
    """Trials and seconds until the interval of the scale is ±0.1 % wide; looks are every 2048 trials, and paid for."""
    network, mean = ours.paper(image), guided_mean(image, 7, 2, filters=256, filter_scale=0.1, readout_scale=0.1)
    quantile = norm.isf((1 - CONFIDENCE) / 2 / looks)
    started, total = time.perf_counter(), np.zeros(3)
    for look in range(looks):
        total += sum(ours.mapped(partial(along, network, mean, 128), [(look, part) for part in range(16)]))
        if quantile * error(total) <= PRECISION:
            return int(total[0]), time.perf_counter() - started
    raise RuntimeError(f"not certified by {int(total[0])} trials")


def laws(image):
    """6. The exact limit and A of a photograph, against simulating the limit's length to 0.1 % (extrapolated from 256
    trials).
    """
    contestants = {
        OURS: Contestant(lambda: (guided_mean(image, 7, 2), noise_to_signal(image, 7, 2))),
        "one trial": Contestant(ours.trials(ours.paper(image), 8), 16),
    }
    seconds = {name: float(np.median(times)) for name, times in race(contestants, 7).items()}
    mean = guided_mean(image, 7, 2, filters=256, filter_scale=0.1, readout_scale=0.1)
    few = sum(ours.mapped(partial(along, ours.paper(image), mean, 128), [("laws", part) for part in range(2)]))
    trials = few[0] * (norm.isf((1 - CONFIDENCE) / 2) * error(few) / PRECISION) ** 2
    simulated = trials * seconds["one trial"]
    return {
        "limit and A": {
            OURS: {"seconds": seconds[OURS], "ratio": 1.0},
            f"{trials:.0f} trials (extrapolated)": {"seconds": simulated, "ratio": simulated / seconds[OURS]},
        }
    }


def growth(image):
    """7. Milliseconds per trial against N, stride (J), kernel (p), image size, batch and threads."""
    found = {}
    for filters in (64, 256, 1024):
        found[f"N = {filters}"] = ours.paper(image, filters), 4, 2
    for stride in (1, 4):
        found[f"stride {stride}"] = ours.paper(image, stride=stride), 4, 2
    for kernel in (3, 11):
        found[f"kernel {kernel}"] = ours.paper(image, kernel=kernel), 4, 2
    for side in (56, 112):
        found[f"{side}×{side}"] = ours.paper(image[:, :side, :side]), 16, 2
    for count in (1, 16):
        found[f"{count} trials per thread"] = ours.paper(image), count, 2
    found["one thread"] = ours.paper(image), 8, 1
    contestants = {OURS: Contestant(ours.trials(ours.paper(image), 4), 8)}
    contestants |= {
        name: Contestant(ours.trials(net, count, threads=threads), count * threads)
        for name, (net, count, threads) in found.items()
    }
    return {"against N = 256": timed(contestants, 5)}


MEMORY = """
import json, re, sys
import numpy as np
from benchmarks import ours
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
image = np.random.default_rng(0).standard_normal((3, 224, 224))
ours.trials(ours.paper(image, 8), 1)()
before = peak()
ours.trials(ours.paper(image, int(sys.argv[1])), 1)()
print(json.dumps([before, peak()]))
"""


def memory(image):
    """7b. Peak memory (Linux) in MiB that two threads add to a process that has run the smallest trial."""
    found = {}
    for filters in (256, 1024, 4096):
        before, after = json.loads(
            subprocess.run([sys.executable, "-c", MEMORY, str(filters)], capture_output=True, check=True).stdout
        )
        found[f"N = {filters}"] = {"MiB": after - before, "process": after}
    return {"peak": found}


def start(image):
    """8. Seconds of `import theory.laws.three_layer` (ours), of the command line's help, and of a first call with and
    without compiled kernels.
    """
    first = "from benchmarks import ours; import numpy as np; ours.trials(ours.paper(np.ones((3, 224, 224)), 8), 1)()"
    commands = {
        OURS: ["-c", "import theory.laws.three_layer"],
        "python -m sims --help": ["-m", "sims", "--help"],
        "first call, compiled before": ["-c", first],
    }
    cold = {
        name: Contestant(
            lambda command=command: subprocess.run([sys.executable, *command], capture_output=True, check=True)
        )
        for name, command in commands.items()
    }
    found = timed(cold, 3)
    with tempfile.TemporaryDirectory() as empty:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", first], env={"NUMBA_CACHE_DIR": empty}, capture_output=True, check=True)
        seconds = time.perf_counter() - started
    return {
        "processes": found
        | {"first call, nothing compiled": {"seconds": seconds, "ratio": seconds / found[OURS]["seconds"]}}
    }


ROWS = (
    {
        each.__name__: each
        for each in (paper_trial, other_rules, small_trial, vgg16, certify, laws, growth, memory, start, state_dicts)
    }
    | mobile.ROWS
    | methods.ROWS
)

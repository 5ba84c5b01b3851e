"""Sample complexity: the number of filters N at which the relative error reaches ε, measured, against A/ε²."""

import math

import numpy as np

from sims import recovery
from sims.ensembles import ThreeLayer
from sims.moments import propagate
from sims.registry import Check, Claim, Control, Setting
from sims.study import Experiment
from sims.verdict import HOLDS
from theory.three_layer import noise_to_signal

MARGIN = 0.1  # relative
STEP = math.sqrt(2)  # the two networks that bracket N have N/STEP and N·STEP filters


def run(study):
    kernel, stride = study.settings["kernel"], study.settings["stride"]
    constant = noise_to_signal(study.image, kernel, stride)
    reached = [crossing(study, epsilon, constant, kernel, stride) for epsilon in study.settings["epsilons"]]
    rows = [row for row in study.result.rows if row["name"].startswith("epsilon")]
    laws = [constant / epsilon**2 for epsilon in study.settings["epsilons"]]
    study.table("complexity", epsilon=study.settings["epsilons"], law=laws,
                measured=[law * each.value for law, each in zip(laws, reached)],
                low=[law * row["low"] for law, row in zip(laws, rows)], high=[law * row["high"] for law, row in zip(laws, rows)])


def crossing(study, epsilon, constant, kernel, stride):
    """N(ε), where the line through two measured points, in logarithms, crosses ε², over the law's A/ε²."""
    law = constant / epsilon**2
    counts = np.array([max(1, round(law / STEP)), max(2, round(law * STEP))])
    found, trials = [], study.result.trials
    for filters in counts:
        network = ThreeLayer(study.image, kernel, stride, filters=int(filters))
        check = recovery.noise_check(f"noise-{filters}", network, study.margin(MARGIN))
        chunk = recovery.guided_and_leaky(network, study.margin(MARGIN))
        experiment = Experiment(f"epsilon-{epsilon:g}-filters-{filters}", chunk, recovery.enough_trials(filters, MARGIN), (check,))
        found.append(study.sample(experiment)[check.name])

    def reached(ratios):
        low, high = np.log(ratios * constant / counts)
        share = (low - 2 * math.log(epsilon)) / (low - high)
        return counts[0] * (counts[1] / counts[0]) ** share / law

    margin = study.margin(MARGIN)
    estimate = propagate(reached, found)
    study.conclude(Check(f"epsilon-{epsilon:g}", f"measured N(ε = {epsilon:g}) over A/ε² = {law:.4g}", None, margin,
                         Control("A larger by twice the margin", target=1 + 2 * margin), HOLDS, exact=1.0),
                   estimate, trials=study.result.trials - trials)
    return estimate


CLAIM = Claim(
    id="sample_complexity", order=9, title="Sample complexity",
    source="TR-GBP, section 4.2, answer 1", statement="How many filters bring the relative error down to ε.",
    printed="N = Õ(p/ε²), no constant", exact="N = A/ε², A exact for the picture at hand", run=run,
    settings=(Setting("epsilons", (2.0, 1.0, 0.5), "relative errors ε", least=0.05), Setting("kernel", 7, "filter size k"),
              Setting("stride", 2, "stride of the convolution")))

if __name__ == "__main__":
    from sims.__main__ import run_alone
    run_alone(__spec__.name)

"""What a perturbation changes: the three rules, for one that knows the weights and one that does not."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import save
from sims.report.figures.marks import SIMULATED, law_curve
from sims.report.rows import named

RULES = {"saliency": "saliency", "guided": "guided backpropagation", "deconvnet": "DeconvNet"}
KINDS = {"fgsm": ("made for the network (FGSM)", "o"), "random": ("random signs", "s")}


def attack(folder, name, result):
    """A panel per rule: how alike its pictures are before and after."""
    epsilons = result["settings"]["epsilons"]
    figure = Figure((9, 4.2))
    panels = figure.subplots(1, len(RULES), sharex=True, sharey=True)
    rows = {(rule, kind): found(result, rule, kind) for rule in RULES for kind in KINDS}
    for axes, rule in zip(panels, RULES):
        for kind, (words, marker) in KINDS.items():
            points(axes, epsilons, rows[rule, kind], words, marker)
        axes.set(title=RULES[rule], xlabel="perturbation,\n% of the range of x")
    turned(panels[0], result)
    least = min(row["low"] for each in rows.values() for row in each)
    panels[0].set(ylabel="similarity before and after", ylim=(min(0.7, least - 0.02), 1.03))
    figure.suptitle(sentence(rows, epsilons[-1]), fontsize=13)
    known = {label: handle for handle, label in zip(*panels[0].get_legend_handles_labels())}
    figure.legend(known.values(), known, loc="lower center", ncols=3, fontsize=10)
    figure.tight_layout(rect=(0, 0.07, 1, 1))
    return save(figure, folder, name, {"similarity": columns(rows, epsilons)}, "svg")


def found(result, rule, kind):
    return [named(result, f"{rule}-{kind}-{epsilon:g}") for epsilon in result["settings"]["epsilons"]]


def points(axes, epsilons, rows, words, marker):
    """Filled where the perturbation knows the weights, hollow where it does not; side by side."""
    value, low, high = (np.array([row[key] for row in rows]) for key in ("estimate", "low", "high"))
    x = 100 * np.array(epsilons) + (0.15 if marker == "s" else -0.15)
    face = SIMULATED if marker == "o" else "white"
    style = dict(fmt=marker, ms=6, capsize=3, color=SIMULATED, mfc=face, label=f"simulated: {words}", zorder=3)
    axes.errorbar(x, value, [value - low, high - value], **style)


def turned(axes, result):
    """The angle law, of a perturbation that does not know the weights."""
    table = result["tables"]["similarity"]
    law = dict(zip(table["epsilon"], table["saliency_law"]))
    law_curve(axes, [0, *(100 * epsilon for epsilon in law)], [1, *law.values()], label="our law, of random signs")


def sentence(rows, epsilon):
    left = [f"{rows[rule, 'fgsm'][-1]['estimate']:.2f} ({words.split()[0]})" for rule, words in RULES.items()]
    return f"An attack of {100 * epsilon:g} % leaves a similarity of {', '.join(left)}"


def columns(rows, epsilons):
    """What is drawn."""
    flat = [(*key, epsilon, row) for key, each in rows.items() for epsilon, row in zip(epsilons, each)]
    named_columns = dict(zip(("rule", "kind", "epsilon"), zip(*(each[:3] for each in flat))))
    return {**named_columns, **{key: [each[3][key] for each in flat] for key in ("estimate", "low", "high")}}


FIGURES = {"adversarial": attack}

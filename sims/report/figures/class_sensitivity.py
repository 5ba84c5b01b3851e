"""How alike the pictures of two logits are, by the number of filters, without and with pooling."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import GREY, by_width, save
from sims.report.figures.marks import at_end, law_curve, legend, simulated

RULES = {"saliency": "saliency", "deconvnet": "DeconvNet", "guided": "guided"}
TITLES = {False: "without pooling", True: "with 2×2 max-pooling"}


def classes(folder, name, result):
    """Two panels: the law of every rule along N, and the simulated points on it."""
    table = {
        key: np.array(column, float if key not in ("rule",) else str)
        for key, column in result["tables"]["similarity"].items()
    }
    curves = {False: plain(table), True: pooled(result["tables"]["pooled_law"])}
    figure = Figure((9, 4.6))
    for axes, is_pooled in zip(figure.subplots(1, 2, sharey=True), TITLES):
        for rule, words in RULES.items():
            one_rule(axes, words, curves[is_pooled][rule], part(table, rule, is_pooled))
        axes.set(title=TITLES[is_pooled], ylim=(-0.05, 1.05))
        axes.axhline(1, color=GREY, lw=1)
        by_width(axes, 4 ** np.arange(int(np.log2(max(table["filters"])) / 2) + 1), "number of filters N")
    legend(axes, loc="lower right", bbox_to_anchor=(1, 0.08), fontsize=10)
    figure.axes[0].set_ylabel("similarity of two logits' pictures\n(1: the same for every class)")
    figure.suptitle(sentence(table), fontsize=13)
    figure.tight_layout(w_pad=6)
    drawn = {f"{rule} {TITLES[key]}": of_rule for key, each in curves.items() for rule, of_rule in each.items()}
    return save(figure, folder, name, {"similarity": result["tables"]["similarity"], **lines(drawn)}, "svg")


def one_rule(axes, words, curve, points):
    """A law, named at its end, and the points on it."""
    law_curve(axes, *curve)
    simulated(axes, points["filters"], points)
    at_end(axes, curve[0][-1], curve[1][-1], words)


def part(table, rule, is_pooled):
    chosen = (table["rule"] == rule) & (table["pooled"] == is_pooled)
    return {key: column[chosen] for key, column in table.items()}


def plain(table):
    """Without pooling: the law is (X + (N − 1)M)/(Y + (N − 1)M), whose odds are a line in N through its values."""
    curves = {}
    for rule in RULES:
        known = part(table, rule, False)
        straight = np.polyfit(known["filters"], known["law"] / (1 - known["law"]), min(1, len(known["law"]) - 1))
        grid = np.geomspace(1, max(known["filters"]), 60)
        odds = np.polyval(straight, grid)
        curves[rule] = grid, odds / (1 + odds)
    return curves


def pooled(law):
    """With pooling: saliency's law is 0; the others' are in the table, as far as the points go."""
    curves = {}
    for rule in dict.fromkeys(law["rule"]):
        chosen = [n for n, each in enumerate(law["rule"]) if each == rule]
        curves[rule] = [np.array([law[key][n] for n in chosen], float) for key in ("filters", "predicted")]
    return {"saliency": (curves["guided"][0], 0 * curves["guided"][0]), **curves}


def sentence(table):
    filters = max(table["filters"])
    value = {rule: part(table, rule, False)["estimate"][-1] for rule in RULES}
    return (
        f"Two logits share {value['guided']:.2f} of a guided picture at {filters:.0f} filters, "
        f"{value['deconvnet']:.2f} of DeconvNet's, {abs(value['saliency']):.2f} of saliency's"
    )


def lines(drawn):
    """The curves, for the CSV."""
    return {name: {"filters": x.round(3), "law": np.round(y, 6)} for name, (x, y) in drawn.items()}


FIGURES = {"class_sensitivity": classes}

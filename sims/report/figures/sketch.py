"""The network and the three rules, drawn: the figure at the head of the ledger."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from sims.report.figures.canvas import BLUE, ORANGE, save

NAME = "notation"
ACTIVATION = (2, -1, 3, -2)
SIGNAL = (-1, 2, 1, -3)
RULES = {  # in words: what a ReLU hands back
    "saliency": ("where the activation is positive", lambda a, s: s * (a > 0)),
    "DeconvNet": ("where the signal is positive", lambda a, s: max(s, 0)),
    "guided": ("where both are", lambda a, s: max(s, 0) * (a > 0)),
}
STAGES = (
    ("x", "the picture"),
    (r"$y_j = D_j x$", "its patches"),
    (r"$w_i^T y_j$", "$N$ filters"),
    ("ReLU", "keeps what is positive"),
    (r"$f_k = \sum V_{ij,k}\,\sigma(w_i^T y_j)$", "the logit of class $k$"),
)


def sketch(folder):
    """figures/notation.svg below `folder`, and the numbers of its example as CSV."""
    figure = Figure((9.6, 3.9))
    axes = figure.add_axes([0, 0, 1, 1])
    axes.set(xlim=(0, 96), ylim=(0, 39))
    axes.set_axis_off()
    network(axes)
    rules(axes)
    passed = {rule: [each(a, s) for a, s in zip(ACTIVATION, SIGNAL)] for rule, (_, each) in RULES.items()}
    table = {"activation": ACTIVATION, "signal": SIGNAL, **passed}
    return save(figure, folder, NAME, {"rules": table}, "svg")


def network(axes):
    """The stages from left to right; the signal goes back from right to left."""
    ends, widths = (1, 15, 33, 48, 62), (9, 13, 10, 9, 32)
    for left, width, (symbol, words) in zip(ends, widths, STAGES):
        axes.add_patch(Rectangle((left, 28), width, 5.5, facecolor="#eef3f8", edgecolor="#555555"))
        axes.text(left + width / 2, 30.7, symbol, ha="center", va="center", fontsize=12)
        axes.text(left + width / 2, 34.3, words, ha="center", va="bottom", fontsize=10)
    for left, width, right in zip(ends, widths, ends[1:]):
        arrow(axes, (left + width + 0.4, 31.6), (right - 0.4, 31.6), "#555555")
        arrow(axes, (right - 0.4, 29.6), (left + width + 0.4, 29.6), BLUE)
    words = "forward: the logit $f_k$          backward: the picture $s_k$, by one of three rules at the ReLU"
    axes.text(48, 25.4, words, ha="center", va="center", fontsize=10.5, color="black")


def rules(axes):
    """What a ReLU hands back of one signal, number by number."""
    column(axes, 24, "activation", ACTIVATION)
    column(axes, 41, "signal from above", SIGNAL)
    for left, (rule, (words, each)) in zip((58, 71.5, 85), RULES.items()):
        column(axes, left, rule, [each(a, s) for a, s in zip(ACTIVATION, SIGNAL)], words)
    axes.text(1, 11, "what the ReLU\nhands back,\nfor example", fontsize=11, va="center")


def column(axes, left, title, numbers, words=""):
    axes.text(left + 2, 20.4, title, ha="center", fontsize=11, weight="bold" if words else "normal")
    for n, number in enumerate(numbers):
        kept = words and number != 0
        face = ORANGE if kept else "white"
        axes.add_patch(Rectangle((left, 16 - 3.6 * n), 4, 3.4, facecolor=face, alpha=0.9, edgecolor="#555555"))
        axes.text(left + 2, 17.6 - 3.6 * n, f"{number}".replace("-", "−"), ha="center", va="center", fontsize=11)
    axes.text(left + 2, 3.2, words.replace(" is ", "\nis "), ha="center", va="top", fontsize=8.5)


def arrow(axes, start, end, colour):
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=10, color=colour))

"""The network and the three rules, drawn: the figure at the head of the ledger."""

from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from sims.report.figures.canvas import BLUE, ORANGE, save

NAME = "notation"
LINE, PAPER = "#555555", "#eef3f8"
ACTIVATION = (2, -1, 3, -2)
SIGNAL = (-1, 2, 1, -3)
RULES = {  # what a ReLU hands back, as a formula and in words
    "saliency": (r"$R\cdot1(y>0)$", "where the activation\nis positive", lambda a, s: s * (a > 0)),
    "DeconvNet": (r"$\max(R,0)$", "where the signal\nis positive", lambda a, s: max(s, 0)),
    "guided": (r"$\max(R,0)\cdot1(y>0)$", "where both are", lambda a, s: max(s, 0) * (a > 0)),
}
FILTERS = ((40.5, "$w_1$"), (36, "$w_2$"), (29.5, "$w_N$"))  # at these heights


def sketch(folder):
    """figures/notation.svg below `folder`, and the numbers of its example as CSV."""
    figure = Figure((9.6, 4.6))
    axes = figure.add_axes([0, 0, 1, 1])
    axes.set(xlim=(0, 96), ylim=(0, 46))
    axes.set_axis_off()
    patch(axes)
    filters(axes)
    back(axes)
    rules(axes)
    passed = {rule: [each(a, s) for a, s in zip(ACTIVATION, SIGNAL)] for rule, (_, _, each) in RULES.items()}
    table = {"activation": ACTIVATION, "signal": SIGNAL, **passed}
    return save(figure, folder, NAME, {"rules": table}, "svg")


def patch(axes):
    """A patch is cut out of the picture."""
    for shift in (2, 1, 0):  # channels
        box(axes, (1 + shift, 29.5 + shift), 12, 12)
    box(axes, (6, 34.5), 4, 4, edgecolor=LINE, facecolor="none", linestyle="--")  # the next patch
    box(axes, (4.5, 33), 4, 4, facecolor=ORANGE)
    box(axes, (28, 33), 4, 4, facecolor=ORANGE)
    arrow(axes, (9, 35), (27.4, 35))
    words(axes, 8, 28.7, "the picture $x$")
    words(axes, 20.5, 36.9, "every $j$")
    words(axes, 30, 32.2, "its patch $y_j = D_j x$,\n$p$ numbers")


def filters(axes):
    """Every filter meets the patch, behind it a ReLU; the readout adds up."""
    for height, name in FILTERS:
        arrow(axes, (32.6, 35), (43.4, height))
        box(axes, (44, height - 1.4), 8, 2.8, name)
        arrow(axes, (52.4, height), (61.6, height))
        axes.add_patch(Circle((63.8, height), 1.8, facecolor="white", edgecolor=LINE))
        axes.plot([62.6, 63.8, 64.9], [height - 0.7, height - 0.7, height + 0.8], color=LINE)
        arrow(axes, (65.9, height), (80.2, 35 + (height - 35) / 5))
    for left in (48, 63.8):
        axes.text(left, 33, "⋮", ha="center", va="center", fontsize=11)
    axes.add_patch(Circle((82.8, 35), 2.3, facecolor=PAPER, edgecolor=LINE))
    axes.text(82.8, 35, "$f_k$", ha="center", va="center", fontsize=12)
    words(axes, 48, 27.3, "$N$ filters")
    words(axes, 57, 43.6, "$w_i^T y_j$")
    words(axes, 63.8, 27.3, r"ReLU $\sigma$")
    words(axes, 74, 41.6, "$V_{ij,k}$")
    words(axes, 90.5, 36.1, "the logit\nof class $k$")


def back(axes):
    """From the logit to the picture's shape."""
    axes.plot([82.8, 82.8, 8], [32.5, 24.6, 24.6], color=BLUE, linewidth=1.4, solid_joinstyle="round")
    arrow(axes, (8, 24.5), (8, 27), color=BLUE, linewidth=1.4)
    words(axes, 45.4, 24.1, "backward: the picture $s_k$ of a rule, shaped like $x$", color=BLUE)


def rules(axes):
    """What a ReLU hands back of one signal, number by number."""
    axes.text(1, 10, "what a ReLU\nhands back,\nfor example", fontsize=10.5, va="center")
    column(axes, 22, "activation", "$y$", ACTIVATION)
    column(axes, 37, "signal from above", "$R$", SIGNAL)
    for left, (rule, (formula, said, each)) in zip((54, 69, 85), RULES.items()):
        column(axes, left, rule, formula, [each(a, s) for a, s in zip(ACTIVATION, SIGNAL)], said)


def column(axes, left, title, symbol, numbers, said=""):
    weight = "bold" if said else "normal"
    axes.text(left + 2, 19.6, title, ha="center", fontsize=10.5, weight=weight)
    words(axes, left + 2, 18.7, symbol)
    for n, number in enumerate(numbers):
        kept = said and number != 0
        box(axes, (left, 13.2 - 3.3 * n), 4, 3.1, str(number).replace("-", "−"), facecolor=ORANGE if kept else "white")
    words(axes, left + 2, 2.9, said, fontsize=8.5)


def box(axes, corner, width, height, text="", **look):
    axes.add_patch(Rectangle(corner, width, height, **dict(facecolor=PAPER, edgecolor=LINE) | look))
    middle = corner[0] + width / 2, corner[1] + height / 2 - 0.1
    axes.text(*middle, text, ha="center", va="center", fontsize=11)


def words(axes, x, top, text, **look):
    axes.text(x, top, text, ha="center", va="top", **dict(fontsize=10) | look)


def arrow(axes, start, end, **look):
    look = dict(color=LINE, mutation_scale=9, shrinkA=0, shrinkB=0) | look
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", **look))

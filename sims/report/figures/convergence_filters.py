"""Convergence in N, its gallery, and the overview."""

import matplotlib
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREY, ORANGE, PANELS, picture, points, save, signed, two
from sims.report.ledger import load


def noise_axes(axes, result):
    """Noise-to-signal against N, over A/N."""
    table, slope = result["tables"]["filters"], result["tables"]["slope"]
    error = (slope["high"][0] - slope["low"][0]) / 2
    axes.plot(table["filters"], table["law"], color=ORANGE, lw=2, label="exact law A/N, slope −1, nothing fitted")
    points(
        axes,
        table["filters"],
        table,
        "noise_to_signal",
        BLUE,
        f"simulated, slope {signed(slope['measured'][0], 3)} ± {error:.3f}",
        "noise_to_signal_low",
        "noise_to_signal_high",
    )
    axes.set(xscale="log", yscale="log", xlabel="number of filters N", ylabel="noise-to-signal E‖s−Es‖²/‖Es‖²")
    axes.legend()


def cosine_axes(axes, result):
    """cos(s, x) against N, over its curve."""
    table, slope = result["tables"]["filters"], result["tables"]["slope"]
    axes.plot(table["filters"], table["cosine_law"], color=ORANGE, lw=2, label="exact law, nothing fitted")
    points(axes, table["filters"], table, "cosine", BLUE, "simulated", "cosine_low", "cosine_high")
    axes.axhline(slope["limit_cosine"][0], color=GREY, ls="--", label=f"limit N → ∞: {slope['limit_cosine'][0]:.3f}")
    axes.set(xscale="log", ylim=(0, 1), xlabel="number of filters N", ylabel="cos(s, x)")
    axes.legend(loc="lower right")


def filters(folder, name, result):
    figure = Figure((11, 4.2))
    left, right = figure.subplots(1, 2)
    noise_axes(left, result)
    cosine_axes(right, result)
    figure.suptitle("Convergence in the number of filters, over the law")
    figure.tight_layout()
    return save(figure, folder, name, {key: result["tables"][key] for key in ("filters", "slope")}, "svg")


def pictures_row(axes_row, folder, table):
    """The gallery: one draw at each N, the exact limit, and x."""
    for axes, n, found, law in zip(axes_row, table["filters"], table["cosine"], table["predicted"]):
        picture(axes, folder, "convergence_filters", f"filters-{n}", f"N = {n}\ncos {found:.2f}, law {law:.2f}")
    picture(axes_row[-2], folder, "convergence_filters", "limit", "exact limit\nN → ∞")
    picture(axes_row[-1], folder, "convergence_filters", "x", "the input x\n")


@matplotlib.rc_context(PANELS)
def gallery(folder, name, result):
    table = result["tables"]["gallery"]
    figure = Figure((9, 1.9))
    pictures_row(figure.subplots(1, len(table["filters"]) + 2), folder, table)
    figure.tight_layout()
    return save(figure, folder, name, {"gallery": table}, "png")


@matplotlib.rc_context(PANELS)
def overview(folder, name, result):
    """One page: the gallery, the two curves, and what pooling and classes do, as far as there are results."""
    table, more = result["tables"]["gallery"], {each["claim"]: each["tables"] for each in load(folder)}
    figure = Figure((8.2, 6.2))
    above, middle, below = figure.subfigures(3, 1, height_ratios=(1, 1.35, 1.05))
    pictures_row(above.subplots(1, len(table["filters"]) + 2), folder, table)
    above.subplots_adjust(left=0.01, right=0.99, bottom=0, top=0.78, wspace=0.04)
    above.suptitle("Guided backpropagation through random, untrained networks redraws the input")
    left, right = middle.subplots(1, 2)
    middle.subplots_adjust(left=0.07, right=0.99, bottom=0.2, top=0.94, wspace=0.2)
    noise_axes(left, result)
    cosine_axes(right, result)
    if "max_pooling" in more and "fcn_noise" in more:
        consequences(below, folder, more)
    return save(figure, folder, name, {key: result["tables"][key] for key in ("gallery", "filters", "slope")}, "png")


def consequences(figure, folder, tables):
    """What the other rules, no locality, and pooling leave."""
    panel = dict(zip(tables["fcn_noise"]["panel"]["name"], tables["fcn_noise"]["panel"]["trace"]))
    limits = tables["max_pooling"]["limits"]
    pooled = dict(zip(zip(limits["rule"], limits["order"]), limits["cosine"]))
    shown = [
        (f"saliency\ncos {two(panel['cnn-saliency'])}", "fcn_noise", "cnn-saliency"),
        (f"DeconvNet\ncos {two(panel['cnn-deconvnet'])}", "fcn_noise", "cnn-deconvnet"),
        (f"guided, 4096 neurons\ncos {two(panel['fcn-guided'])}", "fcn_noise", "fcn-guided"),
        (
            f"DeconvNet, 2×2 pooling\nlimit, cos {pooled['deconvnet', 'relu-pool']:.2f}",
            "max_pooling",
            "deconvnet-relu-pool",
        ),
        (f"guided, 2×2 pooling\nlimit, cos {pooled['guided', 'relu-pool']:.2f}", "max_pooling", "guided-relu-pool"),
    ]
    row = figure.subplots(1, len(shown))
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.01, top=0.71, wspace=0.04)
    figure.suptitle("Other rules, no local connections, max-pooling")
    for axes, (title, claim, name) in zip(row, shown):
        picture(axes, folder, claim, name, title)


FIGURES = {"overview": overview, "convergence_filters": filters, "gallery": gallery}

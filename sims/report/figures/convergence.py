"""Figures of convergence in N and in p, and the overview."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, picture, points, save, signed, two
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


def filters(folder, name, claim, result):
    figure = Figure((11, 4.2))
    left, right = figure.subplots(1, 2)
    noise_axes(left, result)
    cosine_axes(right, result)
    figure.suptitle("Convergence in the number of filters, over the law")
    figure.tight_layout()
    return save(figure, folder, name, {key: result["tables"][key] for key in ("filters", "slope")})


def pictures_row(axes_row, folder, claim, table):
    """The gallery: one draw at each N, the exact limit, and x."""
    for axes, n, found, law in zip(axes_row, table["filters"], table["cosine"], table["predicted"]):
        picture(axes, folder, claim, f"filters-{n}", f"N = {n}\ncos {found:.2f}, law {law:.2f}")
    picture(axes_row[-2], folder, claim, "limit", "exact limit\nN → ∞")
    picture(axes_row[-1], folder, claim, "x", "the input x\n")


def gallery(folder, name, claim, result):
    table = result["tables"]["gallery"]
    figure = Figure((14, 2.7))
    pictures_row(figure.subplots(1, len(table["filters"]) + 2), folder, claim, table)
    figure.tight_layout()
    return save(figure, folder, name, {"gallery": table})


def overview(folder, name, claim, result):
    """One page: the gallery, the two curves, and what pooling and classes do, as far as there are results."""
    table, more = result["tables"]["gallery"], {each["claim"]: each["tables"] for each in load(folder)}
    figure = Figure((14, 10.6))
    above, middle, below = figure.subfigures(3, 1, height_ratios=(1, 1.35, 1.15))
    pictures_row(above.subplots(1, len(table["filters"]) + 2), folder, claim, table)
    above.subplots_adjust(left=0.01, right=0.99, bottom=0, top=0.78, wspace=0.04)
    above.suptitle("Guided backpropagation through random, untrained networks redraws the input", fontsize=15)
    left, right = middle.subplots(1, 2)
    middle.subplots_adjust(left=0.07, right=0.99, bottom=0.16, top=0.92, wspace=0.2)
    noise_axes(left, result)
    cosine_axes(right, result)
    if "max_pooling" in more and "local_connections" in more:
        consequences(below, folder, more)
    return save(figure, folder, name, {key: result["tables"][key] for key in ("gallery", "filters", "slope")})


def consequences(figure, folder, tables):
    """What the other rules, no locality, and pooling leave."""
    panel = dict(zip(tables["local_connections"]["panel"]["name"], tables["local_connections"]["panel"]["cosine"]))
    limits = tables["max_pooling"]["limits"]
    pooled = dict(zip(zip(limits["rule"], limits["order"]), limits["cosine_with_x"]))
    shown = [
        (f"saliency\ncos {two(panel['panel-cnn-saliency'])}", "local_connections", "panel-cnn-saliency"),
        (f"DeconvNet\ncos {two(panel['panel-cnn-deconvnet'])}", "local_connections", "panel-cnn-deconvnet"),
        (f"guided, 4096 neurons\ncos {two(panel['panel-fcn-guided'])}", "local_connections", "panel-fcn-guided"),
        (
            f"DeconvNet, 2×2 pooling\nlimit, cos {pooled['deconvnet', 'relu-pool']:.2f}",
            "max_pooling",
            "deconvnet-relu-pool",
        ),
        (f"guided, 2×2 pooling\nlimit, cos {pooled['guided', 'relu-pool']:.2f}", "max_pooling", "guided-relu-pool"),
    ]
    row = figure.subplots(1, len(shown))
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.01, top=0.8, wspace=0.04)
    figure.suptitle("Other rules, no local connections, max-pooling", fontsize=14)
    for axes, (title, claim, name) in zip(row, shown):
        picture(axes, folder, claim, name, title)


SWEEPS = {
    "patch": ("one patch", RED, "s"),
    "line-stride-2": ("1-D, stride 2", GREEN, "^"),
    "image-stride-2": ("2-D, stride 2", PURPLE, "D"),
    "line-stride-1": ("1-D, stride 1", SKY, "v"),
    "image-stride-1": ("2-D, stride 1", BLUE, "o"),
}


def kernel(folder, name, claim, result):
    tables = {
        sweep: {"geometry": [sweep] * len(result["tables"][sweep]["p"]), **result["tables"][sweep]} for sweep in SWEEPS
    }
    figure = Figure((8.6, 5.4))
    axes = figure.subplots()
    for sweep, (label, colour, marker) in SWEEPS.items():
        table, power = tables[sweep], result["tables"].get(f"{sweep}-exponent")
        p, y, low, high = (np.array(table[key], float) for key in ("p", "measured", "low", "high"))
        exponent = "" if power is None else f": slope {power['measured'][0]:.2f}, law {power['exact'][0]:.2f}"
        axes.errorbar(
            p,
            y,
            [np.maximum(y - low, 0), np.maximum(high - y, 0)],
            fmt=marker,
            ms=5,
            capsize=3,
            color=colour,
            label=label + exponent,
            zorder=3,
        )
        axes.plot(p, table["law"], color=colour, lw=1.8)
        axes.plot(p, table["rule"], color=colour, lw=1.2, ls=":")
    axes.plot([], [], color="black", lw=1.8, label="exact A")
    axes.plot([], [], color="black", lw=1.2, ls=":", label="rule of thumb π²p/m")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="filter size p (entries)",
        ylabel="A = N · noise-to-signal",
        title="N = A/ε² grows as p for one patch, and hardly at all in an image",
    )
    axes.legend(fontsize=10)
    return save(figure, folder, name, tables)


def complexity(folder, name, claim, result):
    table = result["tables"]["complexity"]
    figure = Figure((6.4, 4.2))
    axes = figure.subplots()
    order = np.argsort(table["epsilon"])
    axes.plot(
        np.array(table["epsilon"])[order],
        np.array(table["law"])[order],
        color=ORANGE,
        lw=2,
        label="exact law A/ε², slope −2, nothing fitted",
    )
    slope = result["tables"].get("slope")
    fitted = (
        f", slope {signed(slope['measured'][0], 2)} ± {(slope['high'][0] - slope['low'][0]) / 2:.2f}" if slope else ""
    )
    points(axes, table["epsilon"], table, "measured", BLUE, f"simulated{fitted}")
    for x, y in zip(table["epsilon"], table["measured"]):
        axes.annotate(f"measured {y:.0f}", (x, y), xytext=(9, 4), textcoords="offset points")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="relative error ε = √(E‖s−Es‖²)/‖Es‖",
        ylabel="filters N that reach ε",
        title="How many filters a picture needs",
    )
    axes.set_xticks(table["epsilon"], [f"{each:g}" for each in table["epsilon"]])
    axes.minorticks_off()
    axes.set_yticks([round(each) for each in table["law"]], [f"{each:.0f}" for each in table["law"]])
    axes.margins(x=0.12)
    axes.legend(loc="lower left")
    return save(figure, folder, name, {"complexity": table})

"""results/ → figures/: each figure as PNG and SVG beside the CSV that it is drawn from. Never simulates."""

import csv
import io
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from sims import files
from sims.report import load

BLUE, ORANGE, GREEN, RED, GREY, PURPLE, SKY = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#777777", "#CC79A7", "#56B4E9")
STYLE = {"font.size": 11, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25,
         "legend.frameon": False, "savefig.dpi": 150, "svg.hashsalt": "figures", "axes.titlesize": 12}


def plot(folder):
    """Draw every figure that the results below `folder` allow; the paths of the PNG files."""
    results = {result["claim"]: result for result in load(folder)}
    with matplotlib.rc_context(STYLE):
        return [draw(folder, name, result, results[result]) for name, (result, draw) in FIGURES.items() if result in results]


def save(figure, folder, name, tables):
    """figures/<name>.png, .svg and .csv; `tables` are the tables drawn, one below the other in the CSV."""
    base = Path(folder) / "figures" / name
    for kind in ("png", "svg"):
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, bbox_inches="tight", metadata={"Date": None} if kind == "svg" else None)
        files.write(base.with_suffix(f".{kind}"), buffer.getvalue())
    text = io.StringIO()
    for table in tables.values():
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*table.values()))
    files.write(base.with_suffix(".csv"), text.getvalue())
    return base.with_suffix(".png")


def points(axes, x, table, key, colour, label, low="low", high="high"):
    """Monte Carlo points with their confidence intervals."""
    y, low, high = (np.array(table[name], float) for name in (key, low, high))
    axes.errorbar(x, y, [np.maximum(y - low, 0), np.maximum(high - y, 0)], fmt="o", ms=5, capsize=3, color=colour,
                  label=label, zorder=3)


def picture(axes, folder, claim, name, title):
    """One stored picture."""
    axes.imshow(matplotlib.image.imread(Path(folder) / "results" / claim / f"{name}.png"), cmap="gray", vmin=0, vmax=1)
    axes.set_title(title, fontsize=11)
    axes.axis("off")


def direction(folder, name, claim, result):
    table = result["tables"]["direction"]
    figure = Figure((6.4, 4))
    axes = figure.subplots()
    points(axes, table["filters"], table, "sine_squared", BLUE, "simulated, with interval")
    axes.axhline(0, color=ORANGE, lw=2, label=r"exact: E s ∝ $\Sigma_j D_j^T \hat y_j$")
    axes.axhspan(-table["margin"][0], table["margin"][0], color=GREY, alpha=0.15, label="margin")
    axes.set(xscale="log", xlabel="number of filters N", ylabel="sin² of the angle to the exact direction",
             title="Theorem 1's direction is exact at every N")
    axes.set_xticks(table["filters"], map(str, table["filters"]), minor=False)
    axes.minorticks_off()
    axes.set_ylim(-1.2 * table["margin"][0], 2.2 * table["margin"][0])
    axes.legend(loc="upper right")
    return save(figure, folder, name, {"direction": table})


SETTINGS = {"one-dimensional": "1-D, ±1, stride 1", "two-dimensional": "2-D, one channel, ±1, stride 1",
            "paper-network-signs": "paper's network, ±1", "paper-network-picture": "paper's network, picture",
            "exact-scale": "paper's network, picture,\nover the exact scale"}


def scale(folder, name, claim, result):
    table = result["tables"]["scale"]
    figure = Figure((7.6, 4))
    axes = figure.subplots()
    place = np.arange(len(table["setting"]))[::-1]
    axes.axvline(1, color=RED, lw=2, label="as printed: 2c²pN/(πC₀)")
    axes.scatter(table["exact"], place, marker="|", s=500, color=ORANGE, lw=2.5, label="exact law")
    value, low, high = (np.array(table[key]) for key in ("measured_over_printed", "low", "high"))
    axes.errorbar(value, place, xerr=[value - low, high - value], fmt="o", ms=5, capsize=3, color=BLUE,
                  label="simulated (intervals narrower than the dots)")
    for x, y in zip(value, place):
        axes.annotate(f"{x:.4f}", (x, y), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=10)
    axes.set(xscale="log", xlim=(0.008, 2), ylim=(-0.6, len(place) - 0.3), xlabel="measured scale over the printed one",
             title="The printed scale is 4 to 54 times too large" if min(value) < 0.019 else "The scale of E s against the printed one")
    axes.set_yticks(place, [SETTINGS[setting] for setting in table["setting"]])
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.16), ncols=3, fontsize=10, columnspacing=1)
    return save(figure, folder, name, {"scale": table})


def image(folder, name, claim, result):
    table = result["tables"]["cosine"]
    figure = Figure((14, 4))
    grid = figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.4))
    for axes, part, title in zip(grid, ("x", "limit", "norms"), ("x", r"exact limit $\Sigma_j D_j^T\hat y_j$", "patch norms ‖yⱼ‖")):
        picture(axes, folder, claim, part, title)
    axes, place = grid[3], np.arange(len(table["picture"]))
    axes.bar(place - 0.2, table["coverage_alone"], 0.36, color=SKY, label="if all patch norms were equal")
    axes.bar(place + 0.2, table["exact"], 0.36, color=ORANGE, label="exact limit")
    points(axes, place + 0.2, table, "measured", BLUE, "simulated")
    axes.axhline(1, color=RED, lw=2, label="as printed: s ≈ x")
    axes.set(ylim=(0.8, 1.01), ylabel="cos(E s, x)", title="Uneven coverage and unequal norms part s from x")
    axes.set_xticks(place, ["±1 signs", "white noise", "the picture"])
    axes.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)
    figure.tight_layout()
    return save(figure, folder, name, {"cosine": table})


def noise_axes(axes, result):
    """Noise-to-signal against N, over A/N."""
    table, slope = result["tables"]["filters"], result["tables"]["slope"]
    error = (slope["high"][0] - slope["low"][0]) / 2
    axes.plot(table["filters"], table["law"], color=ORANGE, lw=2, label="exact law A/N, slope −1, nothing fitted")
    points(axes, table["filters"], table, "noise_to_signal", BLUE, f"simulated, slope {slope['measured'][0]:.3f} ± {error:.3f}",
           "noise_to_signal_low", "noise_to_signal_high")
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
    table = result["tables"]["gallery"]
    figure = Figure((14, 7))
    above, below = figure.subfigures(2, 1, height_ratios=(1, 1.35))
    pictures_row(above.subplots(1, len(table["filters"]) + 2), folder, claim, table)
    above.subplots_adjust(left=0.01, right=0.99, bottom=0, top=0.78, wspace=0.04)
    above.suptitle("Guided backpropagation through random, untrained networks redraws the input", fontsize=15)
    left, right = below.subplots(1, 2)
    below.subplots_adjust(left=0.07, right=0.99, bottom=0.14, top=0.92, wspace=0.2)
    noise_axes(left, result)
    cosine_axes(right, result)
    return save(figure, folder, name, {key: result["tables"][key] for key in ("gallery", "filters", "slope")})


SWEEPS = {"patch": ("one patch", RED, "s"), "line-stride-2": ("1-D, stride 2", GREEN, "^"),
          "image-stride-2": ("2-D, stride 2", PURPLE, "D"), "line-stride-1": ("1-D, stride 1", SKY, "v"),
          "image-stride-1": ("2-D, stride 1", BLUE, "o")}


def kernel(folder, name, claim, result):
    tables = {sweep: {"geometry": [sweep] * len(result["tables"][sweep]["p"]), **result["tables"][sweep]} for sweep in SWEEPS}
    figure = Figure((8.6, 5.4))
    axes = figure.subplots()
    for sweep, (label, colour, marker) in SWEEPS.items():
        table, power = tables[sweep], result["tables"].get(f"{sweep}-exponent")
        p, y, low, high = (np.array(table[key], float) for key in ("p", "measured", "low", "high"))
        exponent = "" if power is None else f": slope {power['measured'][0]:.2f}, law {power['exact'][0]:.2f}"
        axes.errorbar(p, y, [np.maximum(y - low, 0), np.maximum(high - y, 0)], fmt=marker, ms=5, capsize=3, color=colour,
                      label=label + exponent, zorder=3)
        axes.plot(p, table["law"], color=colour, lw=1.8)
        axes.plot(p, table["rule"], color=colour, lw=1.2, ls=":")
    axes.plot([], [], color="black", lw=1.8, label="exact A")
    axes.plot([], [], color="black", lw=1.2, ls=":", label="rule of thumb π²p/m")
    axes.set(xscale="log", yscale="log", xlabel="filter size p (entries)", ylabel="A = N · noise-to-signal",
             title="N = A/ε² grows as p for one patch, and hardly at all in an image")
    axes.legend(fontsize=10)
    return save(figure, folder, name, tables)


def complexity(folder, name, claim, result):
    table = result["tables"]["complexity"]
    figure = Figure((6.4, 4.2))
    axes = figure.subplots()
    order = np.argsort(table["epsilon"])
    axes.plot(np.array(table["epsilon"])[order], np.array(table["law"])[order], color=ORANGE, lw=2, label="exact law A/ε², slope −2, nothing fitted")
    slope = result["tables"].get("slope")
    fitted = f", slope {slope['measured'][0]:.2f} ± {(slope['high'][0] - slope['low'][0]) / 2:.2f}" if slope else ""
    points(axes, table["epsilon"], table, "measured", BLUE, f"simulated{fitted}")
    for x, y in zip(table["epsilon"], table["measured"]):
        axes.annotate(f"measured {y:.0f}", (x, y), xytext=(9, 4), textcoords="offset points")
    axes.set(xscale="log", yscale="log", xlabel="relative error ε = √(E‖s−Es‖²)/‖Es‖", ylabel="filters N that reach ε",
             title="How many filters a picture needs")
    axes.set_xticks(table["epsilon"], [f"{each:g}" for each in table["epsilon"]])
    axes.minorticks_off()
    axes.set_yticks([round(each) for each in table["law"]], [f"{each:.0f}" for each in table["law"]])
    axes.margins(x=0.12)
    axes.legend(loc="lower left")
    return save(figure, folder, name, {"complexity": table})


FIGURES = {
    "overview": ("convergence_filters", overview), "theorem1_direction": ("theorem1", direction),
    "theorem1_scale": ("theorem1_scale", scale), "theorem1_image": ("theorem1_image", image),
    "convergence_filters": ("convergence_filters", filters), "gallery": ("convergence_filters", gallery),
    "convergence_kernel": ("convergence_kernel", kernel), "sample_complexity": ("sample_complexity", complexity),
}

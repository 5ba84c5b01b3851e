"""How many filters reach an error."""

import numpy as np
from matplotlib.figure import Figure

from sims.report.figures.canvas import BLUE, ORANGE, points, save, signed


def complexity(folder, name, result):
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
    return save(figure, folder, name, {"complexity": table}, "svg")


FIGURES = {"sample_complexity": complexity}

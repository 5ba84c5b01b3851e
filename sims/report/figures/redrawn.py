"""What signals share with those of another top on the same lower layers."""

from matplotlib.figure import Figure

from sims.report.figures.canvas import RED, RULE_COLOURS, of_rule, points, save


def redrawn(folder, name, result):
    """Cosines before and after, by how many layers are redrawn."""
    table = result["tables"]["redrawn"]
    figure = Figure((6.2, 4.2), layout="constrained")
    axes = figure.subplots()
    for rule in dict.fromkeys(table["rule"]):
        part = of_rule(table, rule)
        axes.plot(part["redrawn"], part["law"], color=RULE_COLOURS[rule], lw=2)
        points(axes, part["redrawn"], part, "estimate", RULE_COLOURS[rule], rule)
    axes.axhline(1, color=RED, ls="--", label="identical")
    title = f"Redrawn top layers ({result['settings']['width']} neurons)"
    label = f"ReLU layers redrawn, of {result['settings']['layers']}, and the readout"
    axes.set(xlabel=label, ylabel="cosine of the signals at the first activations", ylim=(-0.05, 1.05), title=title)
    axes.legend(title="lines: law of wide layers", loc="lower left")
    return save(figure, folder, name, {"redrawn": table}, "svg")


FIGURES = {"redrawn": redrawn}

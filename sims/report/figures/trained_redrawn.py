"""What redrawn top layers leave of the pictures of a trained network, photograph by photograph."""

from sims.report.figures.canvas import of_rule, save, two
from sims.report.figures.facets import RULES, headline, key, side_by_side
from sims.report.figures.marks import SIMULATED, law_curve, printed_line

SPREAD, LAW = "the median photograph, and half of them", "our law for 8 random layers"


def trained_redrawn(folder, name, result):
    """Cosines before and after, by the share of layers that is redrawn."""
    table, law = (result["tables"][each] for each in ("redrawn", "law"))
    figure, panels = side_by_side(RULES.values(), (9, 3.9))
    for axes, rule in zip(panels, RULES):
        part = of_rule(table, rule)
        printed_line(axes, 1, "as printed: identical")
        if rule == "guided":
            law_curve(axes, law["share"], law["guided"], LAW)
        axes.fill_between(part["share"], part["q25"], part["q75"], color=SIMULATED, alpha=0.25, lw=0)
        axes.plot(part["share"], part["q50"], "o-", color=SIMULATED, ms=6, label=SPREAD, zorder=3)
        axes.set(xlabel="share redrawn from the top", ylim=(-0.08, 1.08))
    panels[0].set_ylabel("cosine of the pictures\nbefore and after")
    key(figure, panels)
    guided = of_rule(table, "guided")["q50"]
    said = f"{two(guided[0])} with the classifier redrawn, {two(guided[2])} with half of the layers"
    headline(figure, f"Trained EfficientNet-Lite0: guided's picture keeps a cosine of {said}")
    return save(figure, folder, name, {"redrawn": table, "law": law}, "svg")


FIGURES = {"trained_redrawn": trained_redrawn}

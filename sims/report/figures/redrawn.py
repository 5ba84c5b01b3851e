"""What signals share with those of another top on the same lower layers."""

from sims.report.figures.canvas import of_rule, save, two
from sims.report.figures.facets import RULES, headline, key, side_by_side
from sims.report.figures.marks import law_curve, printed_line, simulated


def redrawn(folder, name, result):
    """Cosines before and after, by how many layers are redrawn."""
    table, layers = result["tables"]["redrawn"], result["settings"]["layers"]
    rules = list(dict.fromkeys(table["rule"]))
    figure, panels = side_by_side([RULES[rule] for rule in rules], (8.4, 4.2))
    for axes, rule in zip(panels, rules):
        part = of_rule(table, rule)
        printed_line(axes, 1, "as printed: identical")
        law_curve(axes, part["redrawn"], part["law"])
        simulated(axes, part["redrawn"], part)
        axes.set(xlabel=f"layers redrawn from the top, of {layers}", ylim=(-0.05, 1.08))
    panels[0].set_ylabel("cosine of the signals before and after")
    key(figure, panels)
    headline(figure, sentence(of_rule(table, rules[0]), layers))
    return save(figure, folder, name, {"redrawn": table}, "svg")


def sentence(part, layers):
    """Of the rows of guided backpropagation."""
    few, most = (n for n in (min(range(len(part["redrawn"])), key=lambda n: abs(part["redrawn"][n] - 1)), -1))
    said = [f"{two(part['estimate'][n])} with {part['redrawn'][n]}" for n in (few, most)]
    return f"Redrawing top layers leaves guided's signal a cosine of {said[0]} of {layers} redrawn, but {said[1]}"


FIGURES = {"redrawn": redrawn}

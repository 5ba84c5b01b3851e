"""A figure for each measure: every method's mean with its interval, curves of perturbation, cascades by layer."""

from matplotlib import rc_context
from matplotlib.figure import Figure

from sims.evaluate.intervals import mean
from sims.evaluate.measures import ABSOLUTE, HIGHER, LOWER, MEASURES, cascade_keys, shown
from sims.report.figures.canvas import STYLE, svg

COLOURS = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#777777"  # Okabe & Ito
MARKERS, LINES = "osD^vPX*", ("-", "--", ":")
BETTER = {HIGHER: "higher is better →", LOWER: "← lower is better"}


def figures(found, rows, settings):
    """Yield (measure, SVG) of what was found (sims.evaluate.run.Found) and its rows of means."""
    for measure in found.numbers:
        if any(found.numbers[measure].values()):
            with rc_context(STYLE):
                if measure == "perturbation":
                    figure = curves(found, settings.shares)
                elif measure == "cascade":
                    figure = cascades(found)
                else:
                    figure = dots(measure, [each for each in rows if each["measure"] == measure])
                yield measure, svg(figure)


def look(number):
    """Colour, marker and line of the method of this number: a different one for every of them."""
    return {
        "color": COLOURS[number % len(COLOURS)],
        "marker": MARKERS[number % len(MARKERS)],
        "linestyle": LINES[number // len(COLOURS) % len(LINES)],
    }


def dots(measure, rows):
    """Means with intervals, a panel for each number of a measure and a line for each method."""
    keys = dict.fromkeys(each["number"] for each in rows if each["value"] is not None)
    names = list(shown(measure, keys))
    methods = list(dict.fromkeys(each["method"] for each in rows))
    figure = Figure(figsize=(1.6 + 2.9 * len(names), 1.5 + 0.3 * len(methods)), layout="constrained")
    panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for panel, name in zip(panels, names):
        for each in (each for each in rows if each["number"] == name and each["value"] is not None):
            place = methods.index(each["method"])
            low, high = (each["value"] if each[end] is None else each[end] for end in ("low", "high"))
            panel.plot([low, high], [place, place], color=COLOURS[0], linewidth=1.5)
            panel.plot(each["value"], place, color=COLOURS[0], marker="o", markersize=5)
        if name in MEASURES[measure].chance:
            panel.axvline(MEASURES[measure].chance[name], color=COLOURS[7], linestyle="--", linewidth=1)
        better = next((BETTER[each["better"]] for each in rows if each["number"] == name and each["better"]), "")
        panel.set_title(name)
        panel.set_xlabel(better)
    panels[0].set_yticks(range(len(methods)), methods)
    panels[0].invert_yaxis()
    count = max(each["images"] for each in rows)
    figure.suptitle(f"{measure}: {MEASURES[measure].what}\n{count} images, 95 % intervals", fontsize=9)
    return figure


def curves(found, shares):
    """What the probability loses by the share of pixels taken away, the most and the least relevant first."""
    methods = found.numbers["perturbation"]
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    percent = [100 * share for share in shares]
    first = next(iter(methods.values()))
    for panel, kind, better in zip(panels, ("MoRF", "LeRF"), (HIGHER, LOWER)):
        random = along(first, "random", shares)
        panel.plot(percent, random, color=COLOURS[7], linewidth=3, alpha=0.5, label="random order")
        for number, (method, subjects) in enumerate(methods.items()):
            ranked = " (by |value|)" if method in ABSOLUTE else ""
            panel.plot(percent, along(subjects, kind, shares), markersize=4, label=method + ranked, **look(number))
        most = "most" if kind == "MoRF" else "least"
        panel.set_title(f"{kind}: {most} relevant pixels first; {better}")
        panel.set_xlabel("pixels taken away, %")
    panels[0].set_ylabel("loss of probability")
    panels[1].legend(fontsize=8)
    figure.suptitle(f"means over {len(first)} images", fontsize=9)
    return figure


def along(subjects, kind, shares):
    """The mean curve."""
    return [mean([each[f"{kind} {share:g}"] for each in subjects.values()]).value for share in shares]


def cascades(found):
    """How alike maps stay, by the layer to which, or which alone, weights were redrawn."""
    methods = found.numbers["cascade"]
    keys = cascade_keys(next(iter(next(iter(methods.values())).values())))
    likenesses, orders = (list(dict.fromkeys(part)) for part in zip(*keys))
    figure = Figure(figsize=(4.2 * len(likenesses), 3.2 * len(orders)), layout="constrained")
    panels = figure.subplots(len(orders), len(likenesses), sharex=True, sharey="col", squeeze=False)
    for (likeness, order), stages in keys.items():
        panel = panels[orders.index(order)][likenesses.index(likeness)]
        names = [stage for stage, _ in stages]
        for number, (method, subjects) in enumerate(methods.items()):
            means = [mean([each[key] for each in subjects.values()]).value for _, key in stages]
            panel.plot(range(len(names)), means, markersize=4, label=method, **look(number))
        panel.set_xticks(range(len(names)), names, rotation=30, ha="right", fontsize=8)
        panel.axhline(0, color=COLOURS[7], linewidth=1)
        panel.set_title(f"{likeness}, {order}")
        panel.set_xlabel("down to layer" if order == "top_down" else "this layer alone")
    panels[0][0].legend(fontsize=8)
    count = len(next(iter(methods.values())))
    figure.suptitle(f"likeness to the trained network's map, weights redrawn; means over {count} images", fontsize=9)
    return figure

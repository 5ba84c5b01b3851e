"""An explanation as a figure: the picture, and the maps beside it; a row per target, a column per method."""

import textwrap
import warnings

from sims.explain import looks, words
from sims.report.figures.canvas import pixels
from sims.report.figures.panels import enlarged, row_of

SIDE, GAP = 224, 14  # pixels of a map at least, smaller ones are enlarged by a whole factor; and between two
LINE = 17  # pixels
HEAD, FOOT = 9.5, 7.0  # pixels of a letter, on average and a little more


def figure(explanation, look, explainer, name):
    """The figure as bytes (H, W, 3); `name` is that of the picture."""
    rows, seen = words.by_target(explanation.maps), explanation.seen
    pictures, titles = [], []
    for target, maps in rows.items():
        pictures += [seen / 255, *looks.drawn([each.map for each in maps], look, seen)]
        titles += [f"{target.name}\n(other: {target.rival_name})"]
        titles += ["\n".join([words.heading(each), *words.numbers(each, explanation.untrained)]) for each in maps]
    lines = max(each.count("\n") for each in titles)
    titles = [each + "\n" * (lines - each.count("\n")) * (n % (1 + len(maps)) == 0) for n, each in enumerate(titles)]
    factor = max(1, -(-SIDE // min(seen.shape[:2])))
    pictures = [enlarged(each, factor) for each in pictures]
    width = (1 + len(maps)) * (pictures[0].shape[1] + GAP) + GAP
    head = textwrap.fill(f"{name}: {words.classes(explanation, 3)}", int(width / HEAD))
    foot = [look.words(), *words.legend(explainer.request), words.setting(explainer)]
    foot = "\n".join(textwrap.fill(line, int(width / FOOT)) for line in foot)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # of a name in a script that the font lacks: boxes will do
        drawn = row_of(pictures, titles, head, foot, 1 + len(maps), GAP, LINE * (1 + lines) + 8)
        return pixels(drawn, tight=False)

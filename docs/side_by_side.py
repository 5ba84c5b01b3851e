"""`python -m docs.side_by_side FOLDER`: docs/methods.png, of what `explain --save` wrote to FOLDER of one picture.

Two rows a block, one for each of two classes, a column per method; maps at SIDE pixels by area means.
"""

import json
import sys
from pathlib import Path
from textwrap import fill

import numpy as np
from PIL import Image

from sims.explain.looks import Look, drawn
from sims.explain.words import number
from sims.networks import preprocess, published
from sims.report.figures.canvas import pixels
from sims.report.figures.panels import row_of
from sims.system import png
from theory.metrics.quality import shrunk

SIDE, COLUMNS, LIMIT = 112, 6, 220_000  # 112 of 224: every pixel is the mean of four
ACROSS, ABOVE, LETTERS = 15, 54, 12  # letters of a line, pixels of two lines, points
HEAD = "One photograph, a trained network's two most probable classes, every method"
FOOT = (
    "each map summed over its colours, red positive, blue negative, on its own scale, to the 99th percentile\n"
    "between the rows, the cosine of a method's two maps: at 1 the map does not depend on the class"
)


def blocks(found, maps):
    """[[(method, [map of each class], their cosine), …], …], COLUMNS methods each."""
    by_method = {}
    for told, values in zip(found["maps"], maps):
        by_method.setdefault(told["method"], []).append((values, told["other_class"]))
    columns = [(name, [values for values, _ in each], each[0][1]) for name, each in by_method.items()]
    return [columns[first : first + COLUMNS] for first in range(0, len(columns), COLUMNS)]


def weighed(found):
    """Which methods weigh the maps of which layer, in words."""
    layers = {}
    for told in found["maps"]:
        if told["layer"]:
            layers.setdefault(told["layer"], {})[told["method"]] = None  # in order, once each
    return "; ".join(f"{', '.join(methods)}: the maps of node {layer}" for layer, methods in layers.items())


def figure(found, maps, seen):
    """The figure of a document of `explain` and its maps (C, H, W); `seen` is what the network saw, (H, W, 3)."""
    names = list(dict.fromkeys(each["target"] for each in found["maps"]))
    small = np.asarray(Image.fromarray(seen).resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    pictures, titles = [], []
    for block in blocks(found, maps):
        for row, target in enumerate(names):
            own = [shrunk(each[row].sum(axis=0, keepdims=True), SIDE) for _, each, _ in block]
            pictures += [small / 255, *drawn(own, Look(), small)]
            names_or_cosines = [name if row == 0 else f"cosine {number(alike)}" for name, _, alike in block]
            titles += [fill(each, ACROSS) for each in (target, *names_or_cosines)]
    foot = "\n".join([FOOT, weighed(found)])
    return row_of(pictures, titles, HEAD, foot, COLUMNS + 1, gap=26, above=ABOVE, letters=LETTERS)


def main(folder):
    [path] = Path(folder).glob("*.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    names = [f"{path.stem}-{n}-{each['method']}.npy" for n, each in enumerate(found["maps"])]
    given = published.NAMES[found["network"]].preprocess
    seen = given.seen(preprocess.read(Path(found["picture"])))
    drawing = pixels(figure(found, [np.load(path.parent / name) for name in names], seen), tight=False)
    png.write(Path(__file__).parent / "methods.png", drawing, LIMIT)


if __name__ == "__main__":
    main(sys.argv[1])

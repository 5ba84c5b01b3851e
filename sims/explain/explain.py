"""Pictures explained one after the other, each written as soon as it is there."""

import io
import json
import os
from pathlib import Path

import numpy as np
from PIL import Image

from sims.data.images import photograph
from sims.explain.documents import document
from sims.explain.explanation import Explainer, coverage
from sims.explain.page import page
from sims.explain.panel import figure
from sims.networks import preprocess
from sims.system import files
from sims.system.errors import InputError

KINDS = ".png", ".jpg", ".jpeg", ".npy"
PAGE = "explained.html"


def pictures(paths):
    """{name in --out: path} of files and of the pictures in folders, in order; InputError if there is none.

    "photograph" is the one that ships with Matplotlib.
    """
    found = {}
    for path in (photograph() if path == "photograph" else Path(path) for path in paths):
        own = sorted(each for each in path.iterdir() if each.suffix.lower() in KINDS) if path.is_dir() else [path]
        if not own:
            raise InputError(f"{path}: a folder without pictures; accepted: {', '.join(KINDS)}")
        for each in own:
            found[free(each.stem or "picture", found)] = each
    return found


def free(name, taken):
    """A name that is not taken."""
    names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in names if each not in taken)


def prepared(published, paths, request):
    """The Explainer, once all pictures could be read and the targets be found; nothing is written."""
    size = published.preprocess.size
    explainer = Explainer(published, request)
    for number, path in enumerate(paths.values()):
        picture = preprocess.read(path, size)
        if number == 0:
            explainer.targets(picture)
    return explainer


def explain(explainer, paths, look, out, save=False, with_page=False):
    """Explain the pictures {name: path}: OUT/<name>.png, .json, .npy for each map if told to `save`; a page of all.

    Yields (name, Explanation, path of the figure) as each is written.
    """
    published, shown = explainer.published, []
    for name, path in paths.items():
        explanation = explainer(preprocess.read(path, published.preprocess.size))
        shown.append((path.name, explanation))
        yield name, explanation, write(explanation, explainer, look, Path(out), name, path.name, save)
    if with_page:
        files.write(Path(out) / PAGE, page(shown, published, look, coverage(published.network)))


def write(explanation, explainer, look, out, name, file, save):
    """Files of one picture; the path of its figure."""
    published, request = explainer.published, explainer.request
    footnote = f"{published.name}, {coverage(published.network)}" + redrawn(request)
    title = f"{file}: " + ", ".join(f"{known} {share:.0%}" for known, share in explanation.predicted[:3])
    path = out / f"{name}.png"
    files.write(path, png(figure(explanation, look, title, footnote)))
    text = json.dumps(document(explanation, published, request, look, file), indent=1, ensure_ascii=False)
    files.write(out / f"{name}.json", text + "\n")
    for number, each in enumerate(explanation.maps if save else ()):
        files.write(out / f"{name}-{number}-{each.method}.npy", npy(each.map))
    return path


def redrawn(request):
    return f"; weights drawn at random from {request.redrawn_from} up" if request.redrawn_from else ""


def png(pixels):
    """Bytes (H, W, 3) as a file, in all their colours."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def check_out(out):
    """InputError if files can't be written into the folder `out`."""
    if not out:
        raise InputError("--out is empty; give a folder")
    try:
        files.check_writable(Path(out))
    except (OSError, ValueError) as problem:
        said = problem.strerror if isinstance(problem, OSError) else problem
        raise InputError(f"--out {os.fspath(out)}: {said}; give a folder that can be written") from None

"""Pictures explained one after the other, each written as soon as it is there."""

import json
from pathlib import Path

from sims.data.images import photograph
from sims.explain.documents import document
from sims.explain.encoded import npy, png
from sims.explain.explanation import Explainer
from sims.explain.page import page, section
from sims.explain.panel import figure
from sims.networks import preprocess
from sims.system import files
from sims.system.errors import InputError

KINDS = ".png", ".jpg", ".jpeg", ".npy"
PAGE = "explained.html"


def pictures(paths):
    """{name in --out: path} of files and of the pictures in folders, in order; InputError if there is none.

    "photograph" is the one that ships with Matplotlib. In folders names that begin with a dot are passed over.
    """
    found = {}
    for path in (photograph() if path == "photograph" else Path(path) for path in paths):
        for each in of(path):
            found[free(each.stem or "picture", found)] = each
    return found


def of(path):
    """The pictures of a folder, or the file."""
    try:
        if not path.is_dir():
            return [path]
        own = sorted(each for each in path.iterdir() if each.suffix.lower() in KINDS and each.name[0] != ".")
    except OSError as problem:
        raise InputError(f"{path}: can't be read ({problem.strerror})") from None
    if not own:
        raise InputError(f"{path}: a folder without pictures; accepted: {', '.join(KINDS)}")
    return own


def free(name, taken):
    """A name that is not taken."""
    names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in names if each not in taken)


def prepared(published, paths, request, out):
    """The Explainer, once it is sure that all pictures can be used, that the targets are there, and that nothing which
    is written lands on a picture; nothing is written yet.
    """
    explainer = Explainer(published, request)
    mine = {path.resolve(): path for path in paths.values()}
    for number, (name, path) in enumerate(paths.items()):
        over = mine.get((Path(out) / f"{name}.png").resolve())
        if over is not None:
            raise InputError(f"--out {out}: {name}.png, a figure, would replace {over}; give another folder")
        picture = preprocess.read(path, published.preprocess.size)
        try:
            published.preprocess(picture)
        except InputError as problem:
            raise InputError(f"{path}: {problem}") from None
        if number == 0:
            explainer.targets(picture)
    return explainer


def explain(explainer, paths, look, out, save=False, with_page=False):
    """Explain the pictures {name: path}: OUT/<name>.png, .json, .npy for each map if told to `save`; a page of all.

    Yields (name, Explanation, path of the figure) as each is written.
    """
    sections = []
    for name, path in paths.items():
        explanation = explainer(preprocess.read(path, explainer.published.preprocess.size))
        written = write(explanation, explainer, look, Path(out), name, path, save)
        sections += [section(name, explanation, look)] if with_page else []
        yield name, explanation, written
    if with_page:
        files.write(Path(out) / PAGE, page(sections, explainer, look))


def write(explanation, explainer, look, out, name, path, save):
    """Files of one picture; the path of its figure."""
    drawn = out / f"{name}.png"
    files.write(drawn, png(figure(explanation, look, explainer, name)))
    text = json.dumps(document(explanation, explainer, look, path), indent=1, ensure_ascii=False)
    files.write(out / f"{name}.json", text + "\n")
    for number, each in enumerate(explanation.maps if save else ()):
        files.write(out / f"{name}-{number}-{each.method}.npy", npy(each.map))
    return drawn

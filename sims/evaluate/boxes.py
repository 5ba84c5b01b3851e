"""Where the object of a photograph is: boxes from Pascal-VOC or ImageNet XML files, or from a CSV file."""

import csv
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

from sims.system import files
from sims.system.errors import InputError, short

EXTRA = 'pip install "gbp-theory[evaluate]"'
ACCEPTED = "accepted: a folder of Pascal-VOC XML files, or a CSV file with the columns file, xmin, ymin, xmax, ymax"
EDGES = "ymin", "xmin", "ymax", "xmax"
LARGEST = 0.5  # of a picture that a box may take: TR-GBP's Appendix C


@dataclass(frozen=True)
class Place:
    """A box as shares of a picture's height and width: top, left, bottom, right."""

    edges: tuple[float, float, float, float]

    @property
    def area(self):
        top, left, bottom, right = self.edges
        return (bottom - top) * (right - left)

    def seen(self, preprocess, height, width):
        """The box in pixels of what a network sees of a picture of this size; None if it sees nothing of it."""
        window = preprocess.window(height, width)
        sides = window[2] - window[0], window[3] - window[1]
        found = [
            round((edge * (height, width)[axis] - window[axis]) / sides[axis] * preprocess.size)
            for axis, edge in zip((0, 1, 0, 1), self.edges)
        ]
        top, left, bottom, right = (min(max(edge, 0), preprocess.size) for edge in found)
        return (top, left, bottom, right) if bottom > top and right > left else None


def usable(places):
    """The only place, if it is the only one and takes half of the picture at most (Appendix C); else None."""
    return places[0] if len(places) == 1 and places[0].area <= LARGEST else None


def read(source, photographs):
    """{photograph's name: [Place]} of those of which a file says it; InputError, one line, for what is no such file."""
    source = Path(source)
    found = _of_folder(source, photographs) if source.is_dir() else _of_csv(source, photographs)
    if not found:
        raise InputError(f"{source}: no boxes of these photographs; {ACCEPTED}")
    return found


def _of_folder(folder, photographs):
    found = {}
    for each in photographs:
        stem = Path(each.name).with_suffix(".xml")
        path = next((path for path in (folder / stem, folder / stem.name) if path.is_file()), None)
        if path is not None:
            found[each.name] = _of_xml(path)
    return found


def _of_xml(path):
    """The boxes of one annotation, over the size that it tells of the picture."""
    if find_spec("defusedxml") is None:
        raise InputError(f"boxes in XML files take the package defusedxml; {EXTRA} brings it")
    from defusedxml import DefusedXmlException  # of the extra
    from defusedxml.ElementTree import ParseError, parse

    files.check_readable(path, "file of boxes", ACCEPTED)
    try:
        tree = parse(path)
        size = [float(tree.findtext(f"size/{name}")) for name in ("height", "width")]
        edges = [[float(box.findtext(name)) for name in EDGES] for box in tree.iterfind("object/bndbox")]
    except (ParseError, DefusedXmlException, UnicodeDecodeError) as problem:
        raise InputError(f"{path}: no XML that can be read ({problem!r}); {ACCEPTED}") from None
    except (TypeError, ValueError):
        raise InputError(f"{path}: size and bndbox must hold numbers, as Pascal-VOC's do; {ACCEPTED}") from None
    return [_place(each, size, path) for each in edges]


def _of_csv(path, photographs):
    files.check_readable(path, "file of boxes", ACCEPTED)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise InputError(f"{path}: no CSV file in UTF-8 ({problem}); {ACCEPTED}") from None
    if not rows or not {"file", *EDGES} <= set(rows[0]):
        raise InputError(f"{path}: not the columns file, xmin, ymin, xmax, ymax; {ACCEPTED}")
    found, named = {}, {key: each for each in photographs for key in (each.name, Path(each.name).stem)}
    for row in rows:
        each = named.get(row["file"])
        if each is not None:
            found.setdefault(each.name, []).append(_place(_numbers(row, path), _size(each.path), path))
    return found


def _numbers(row, path):
    try:
        return [float(row[name]) for name in EDGES]
    except (TypeError, ValueError):
        raise InputError(f"{path}: the box of {short(row['file'])} holds what is no number; {ACCEPTED}") from None


def _size(path):
    with Image.open(path) as picture:
        return picture.height, picture.width


def _place(edges, size, path):
    """A box in pixels as shares of the picture's size; no further than its borders."""
    if not min(size) > 0:
        raise InputError(f"{path}: a picture of {size[1]:g}×{size[0]:g} pixels has no boxes; {ACCEPTED}")
    top, left, bottom, right = (min(max(edge / size[axis], 0.0), 1.0) for axis, edge in zip((0, 1, 0, 1), edges))
    if not (top < bottom and left < right):
        raise InputError(f"{path}: a box from ({edges[1]:g}, {edges[0]:g}) to ({edges[3]:g}, {edges[2]:g}) is empty")
    return Place((top, left, bottom, right))

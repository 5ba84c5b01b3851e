"""Finished work by what it is: put once, got by whoever asks for the same again, after an interrupt too."""

import hashlib
import json
from pathlib import Path

from sims.system import files


class Store:
    """Documents (what JSON can say) in a folder, each by its parts: a dict that says all that it depends on.

    A document is written whole or not at all. One that can't be read back, or is of other parts, is not there.
    """

    def __init__(self, folder):
        self._folder = Path(folder)

    def get(self, **parts):
        """The document of these parts, or None."""
        try:
            found = json.loads(self._path(parts).read_text(encoding="utf-8"))
            return found["document"] if found["parts"] == json.loads(json.dumps(parts)) else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, document, **parts):
        """Keep a document under its parts, strings and numbers; InputError if the folder can't be written."""
        text = json.dumps({"parts": parts, "document": document}, ensure_ascii=False, allow_nan=False)
        files.write(self._path(parts), text)

    def _path(self, parts):
        name = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        return self._folder / name[:2] / f"{name[2:]}.json"

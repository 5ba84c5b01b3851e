"""Names of classes, a line each, from a file."""

from pathlib import Path

from sims.system import files
from sims.system.errors import InputError


def read(path, count):
    """The `count` names in a text file, UTF-8, in the order of the logits; InputError for another number of lines."""
    path = Path(path)
    files.check_readable(path, "file of labels", "accepted: a text file with a name a line")
    try:
        names = tuple(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"{path}: no text in UTF-8 ({problem})") from None
    if len(names) != count:
        raise InputError(f"{path}: {len(names)} names for {count} classes")
    return names

"""Files written whole or not at all, and files that can be read."""

import os
import shutil
import stat
import tempfile
import uuid
from pathlib import Path

from sims.system.errors import InputError

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode), "a device"),
)


def write(path, content):
    """Write text or bytes to `path` through a neighbour that is renamed into place; folders are made.

    A new file's mode is what the umask leaves, that of a file that is there is kept; a link is followed. InputError if
    the file can't be written.
    """
    path = Path(os.path.realpath(path))
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as problem:
        raise InputError(f"{path} can't be written ({problem.strerror}); give a folder that can") from problem


def _replace(path, data):
    temporary = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        temporary.write_bytes(data)
        if path.is_file():
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def check_writable(folder):
    """OSError, or ValueError for what is no path, if files can't be made in `folder`, which need not exist yet.

    Leaves no file and makes no folder.
    """
    with tempfile.TemporaryFile(dir=_nearest(Path(folder))):
        pass


def _nearest(path):
    """What is there of a path: itself, or the nearest above it; OSError for a name that the system won't take."""
    for each in (path, *path.parents):
        try:
            os.lstat(each)
        except (FileNotFoundError, NotADirectoryError):
            continue
        return each
    return path


def check_readable(path, what, accepted):
    """InputError, in words, unless `path` is a file that can be read; `what` it should be, and what is accepted."""
    try:
        mode = os.stat(path).st_mode
        kind = next((name for test, name in KINDS if test(mode)), None)
        if kind is None:
            open(path, "rb").close()
    except FileNotFoundError:
        raise InputError(f"{path}: no such {what}; {accepted}") from None
    except (OSError, ValueError) as problem:
        raise InputError(f"{path}: can't be read ({getattr(problem, 'strerror', problem)}); {accepted}") from None
    if kind:
        raise InputError(f"{path}: no such {what}: it is {kind}; {accepted}")

"""Files: whole or not at all, with the mode that the user has asked for."""

import os
import stat

import pytest

from sims.system import files
from sims.system.errors import InputError


@pytest.fixture
def masked():
    """A umask that leaves the owner alone."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path, masked):
    files.write(tmp_path / "new", "x")
    assert mode(tmp_path / "new") == 0o600
    os.umask(0o022)
    files.write(tmp_path / "other", "x")
    assert mode(tmp_path / "other") == 0o644


def test_a_file_that_is_there_keeps_its_mode(tmp_path, masked):
    (tmp_path / "old").write_text("x", encoding="utf-8")
    os.chmod(tmp_path / "old", 0o664)
    files.write(tmp_path / "old", "y")
    assert mode(tmp_path / "old") == 0o664 and (tmp_path / "old").read_text(encoding="utf-8") == "y"


def test_a_link_is_followed(tmp_path):
    (tmp_path / "link").symlink_to("target")
    files.write(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "target").read_bytes() == b"x"


@pytest.mark.parametrize("step", ["os.replace", "shutil.copymode", "pathlib.Path.write_bytes"])
@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stop"])
def test_a_write_that_fails_half_way_leaves_what_was_there(tmp_path, monkeypatch, step, problem):
    (tmp_path / "file").write_text("old", encoding="utf-8")

    def fail(*arguments, **options):
        raise problem

    with monkeypatch.context() as patch:
        patch.setattr(step, fail)
        with pytest.raises(InputError if isinstance(problem, OSError) else KeyboardInterrupt) as found:
            files.write(tmp_path / "file", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"
    if isinstance(problem, OSError):
        assert "No space left" in str(found.value) and str(tmp_path / "file") in str(found.value)


def test_looking_whether_a_folder_can_be_written_makes_nothing(tmp_path):
    files.check_writable(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("x" * 300), "/proc/nowhere"):
        with pytest.raises(OSError):
            files.check_writable(path)
    with pytest.raises(ValueError):
        files.check_writable("a\0b")


def test_a_refusal_is_one_line_whatever_it_names():
    told = str(InputError("a\nb\r\x1b[2J\udcff é ποιος"))
    assert told == "a\\nb\\r\\x1b[2J\\udcff é ποιος" and told.isprintable()

"""Every command of the README runs as it is printed, at a small size."""

import re
import shlex
from pathlib import Path

import pytest
from support.commands import call, tree

README = Path(__file__).parents[3] / "README.md"
QUICK = {"evaluate": ["--workers", "1"], "verify": ["--size", "48", "--budget", "quick"], "show": ["--size", "48"]}


def commands():
    """The lines that start with gbp-theory in the README's blocks, in words, without their comments."""
    blocks = re.findall(r"^```\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("gbp-theory ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def test_the_readme_has_commands():
    assert {words[0] for words in commands()} >= {"list", "verify", "show"}


def marked(words):
    return pytest.param(words, marks=[pytest.mark.slow] * ("depth" in words))  # 20 seconds


@pytest.mark.parametrize("words", map(marked, commands()), ids=" ".join)
def test_a_command_of_the_readme_ends_as_expected(capsys, empty, picture, words):
    (empty / "photographs").mkdir()
    for path in (empty / "cat.jpg", empty / "photographs" / "cat.jpg"):
        path.write_bytes(Path(picture).read_bytes())
    status, printed, complaint = call(capsys, *words, *QUICK.get(words[0], []))
    assert (status, complaint) == (0, ""), printed + complaint
    if "--out" in words:
        own = ("mine", "cat.jpg", "photographs")
        assert set(tree(empty)) > {"cat.jpg"} and all(name.startswith(own) for name in tree(empty))

"""The tree is formatted and linted, and theory's public functions have types that fit: by the tools' own word."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINES = 135  # of a claim: it reads like its statement
TOOLS = {"format": ["ruff", "format", "--check"], "lint": ["ruff", "check"], "types": ["mypy"]}
PLANTED = {"format": "x = {  'a':1}\n", "lint": "import os\n", "types": "def double(x):\n    return 2 * x\n"}


def run(tool, *paths):
    """The exit status and the words of a tool, with the settings of pyproject.toml."""
    command = [sys.executable, "-m", *TOOLS[tool], *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=500)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("tool, folder", [("format", "."), ("lint", "."), ("types", "theory")])
def test_the_tree_passes(tool, folder):
    status, said = run(tool, folder)
    assert status == 0, said


@pytest.mark.parametrize("tool", TOOLS)
def test_a_violation_is_seen(tool, tmp_path):
    config = ["--config-file" if tool == "types" else "--config", ROOT / "pyproject.toml"]
    path = tmp_path / "planted.py"
    path.write_text(PLANTED[tool], encoding="utf-8")
    status, said = run(tool, *config, path)
    assert status == 1 and "planted.py" in said, said


@pytest.mark.parametrize("tool", ["ruff", "mypy"])
def test_one_version_of_each_tool_is_meant_everywhere(tool):
    """Another version formats or judges otherwise: a test that passes for one would fail for its neighbour."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    [pinned] = [line for line in setup["options.extras_require"]["test"].split() if line.startswith(tool)]
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "<" in pinned and hooks.count(f'"{tool}>') == hooks.count(f'"{pinned}"') > 0


def longer(files, lines=LINES):
    """The names of the files that have more lines."""
    return {path.stem for path in files if len(path.read_text(encoding="utf-8").splitlines()) > lines}


def test_a_claim_is_one_short_file():
    """What is drawn lies in sims/ensembles, what is summed in sims/evidence, laws' own experiments in sims/checks."""
    files = [path for path in (ROOT / "sims" / "claims").glob("*/*.py") if path.name != "__init__.py"]
    assert len(files) > 40 and not longer(files)


def test_a_long_file_is_seen(tmp_path):
    for name, lines in (("short", LINES), ("long", LINES + 1)):
        (tmp_path / f"{name}.py").write_text("x = 1\n" * lines, encoding="utf-8")
    assert longer(tmp_path.glob("*.py")) == {"long"}

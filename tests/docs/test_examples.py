"""What the pages compute is what they say."""

import doctest
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs"
PAGES = [path for path in sorted(FOLDER.rglob("*.md")) if ">>> " in path.read_text(encoding="utf-8")]


def failures(text, name="page"):
    found = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    assert found.examples
    return doctest.DocTestRunner(verbose=False).run(found, out=lambda said: None).failed


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_examples_of_a_page(path):
    assert failures(path.read_text(encoding="utf-8"), path.name) == 0


def test_there_are_examples_and_a_wrong_one_is_seen():
    assert len(PAGES) > 9 and failures(">>> 1 + 1\n3\n") == 1


@pytest.mark.parametrize("page", ["redrawn", "measured"])
def test_the_python_of_the_pages_for_pictures_runs(page):
    [block] = (FOLDER / f"{page}.md").read_text(encoding="utf-8").split("```python\n")[1:]
    exec(block.split("```")[0], {})

"""A site that is not whole is seen."""

import subprocess
import sys
from pathlib import Path

import pytest

from docs import check

ROOT = Path(__file__).resolve().parents[2]
WHOLE = {
    "index.html": '<h1 id="top">x</h1><a href="#top">u</a><a href="other/page.html#a%20b">v</a><img src="a.png">',
    "other/page.html": '<p id="a b"></p><a href="../index.html">i</a><a href="..">j</a><a href="https://arxiv.org">k</a>',
    "a.png": "",
    "style.css": "body { background: url(a.png) url('data:x') }",
}


@pytest.fixture
def site(tmp_path):
    """A whole site, with these files in place of its own."""

    def build(**changed):
        for name, text in {**WHOLE, **changed}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return build


def test_a_whole_site_has_no_problem(site):
    assert check.problems(site()) == []


@pytest.mark.parametrize(
    "name, text, said",
    [
        ("index.html", '<a href="gone.html">x</a>', "leads nowhere: gone.html"),
        ("index.html", '<a href="#gone">x</a>', "leads nowhere: #gone"),
        ("index.html", '<a href="other/page.html#gone">x</a>', "leads nowhere: other/page.html#gone"),
        ("index.html", '<img src="gone.png">', "leads nowhere: gone.png"),
        ("index.html", '<img srcset="a.png 1x, gone.png 2x">', "leads nowhere: gone.png"),
        ("index.html", '<script src="https://cdn.org/x.js"></script>', "loads https://cdn.org/x.js"),
        ("index.html", '<link rel="stylesheet" href="//cdn.org/x.css">', "loads //cdn.org/x.css"),
        ("index.html", '<img src="http://cdn.org/x.png">', "loads http://cdn.org/x.png"),
        ("style.css", "@font-face { src: url('https://fonts.org/f.woff2') }", "loads https://fonts.org/f.woff2"),
        ("style.css", '@import "https://fonts.org/f.css";', "loads https://fonts.org/f.css"),
    ],
)
def test_a_problem_is_seen(site, name, text, said):
    [problem] = check.problems(site(**{name: text}))
    assert problem.endswith(said) and name in problem


def test_an_empty_site_is_a_problem(tmp_path):
    assert "no page" in check.problems(tmp_path)[0]


@pytest.mark.parametrize("text, status", [("<p></p>", 0), ('<a href="gone">x</a>', 1)])
def test_the_command(site, text, status):
    folder = site(**{"index.html": text, "other/page.html": ""})
    done = subprocess.run([sys.executable, "-m", "docs.check", folder], cwd=ROOT, capture_output=True, timeout=60)
    assert (done.returncode, bool(done.stdout)) == (status, bool(status))
